import { describe, expect, it } from 'vitest';
import { rateText } from '../../run/format.ts';
import type { ChartView, LinesView, RowsView } from '../views.ts';
import { chartTable } from './tables.ts';

const FRAME = { id: 'id', title: 'Title', conditions: '', source: '', alt: '' };
const BARS: RowsView = {
  ...FRAME,
  kind: 'bars',
  axis: 'ms',
  scale: 'linear',
  rows: [
    {
      name: 'sse',
      lane: 'sse',
      colour: '#000000',
      points: [{ label: 'value', value: 1.5, low: 1, high: 2, predicted: 1.4 }],
    },
    { name: 'websocket', lane: 'websocket', colour: '#000000', points: [{ label: 'value', value: 3 }] },
  ],
};

describe('a chart’s numbers as a table', () => {
  it('have a column for predictions and intervals', () => {
    expect(chartTable(BARS)).toEqual({
      header: ['ms', 'value', 'value, predicted', '95 % interval'],
      rows: [
        ['sse', '1.50', '1.40', '1.00 to 2.00'],
        ['websocket', '3.00', '–', '–'],
      ],
    });
  });

  it('name the heading that a row stands below', () => {
    const heading = { name: 'cut: connections are reset', lane: '', colour: '', points: [] };
    const view: ChartView = { ...BARS, kind: 'points', rows: [heading, ...BARS.rows] };
    expect(chartTable(view).rows.map(([name]) => name)).toEqual(['cut, sse', 'cut, websocket']);
  });

  it('have a row for each measured point of a line, and what is predicted there', () => {
    const look = { lane: 'sse', colour: '#000000' };
    const view: LinesView = {
      ...FRAME,
      kind: 'lines',
      x: { title: 'RTT', scale: 'linear' },
      y: { title: 'ms', scale: 'linear' },
      series: [
        {
          ...look,
          role: 'measured',
          points: [
            { x: 0, y: 1, low: 0.5, high: 1.5 },
            { x: 20, y: 11, note: 'spoiled' },
          ],
        },
        { ...look, role: 'predicted', points: [{ x: 20, y: 10 }] },
      ],
    };
    expect(chartTable(view)).toEqual({
      header: ['Who', 'RTT', 'ms', '95 % interval', 'predicted', 'note'],
      rows: [
        ['SSE', '0', '1.00', '0.500 to 1.50', '–', ''],
        ['SSE', '20.0', '11.0', '–', '10.0', 'spoiled'],
      ],
    });
  });

  it('have the bounds of a map’s areas', () => {
    const view: ChartView = {
      ...FRAME,
      kind: 'map',
      x: { title: 'Messages', scale: 'logarithmic', ticks: [[1, '1/s']] },
      y: { title: 'Latency', scale: 'logarithmic' },
      xs: [1, 10],
      areas: [
        { name: 'one', label: 'one', colour: '#000000', lower: [10, 10], upper: [50, 10] },
        { name: 'other', label: 'other', colour: '#000000', lower: [50, 10], upper: [100, 100] },
      ],
      places: [],
    };
    expect(chartTable(view).rows).toEqual([
      ['1/s', '10.0 to 50.0 ms', '50.0 to 100 ms'],
      ['10.0 a second', '–', '10.0 to 100 ms'],
    ]);
  });
});

describe('a rate', () => {
  it('is told in the unit that suits it', () => {
    expect([20, 1, 0.999, 0.5, 1 / 60, 1 / 3600].map(rateText)).toEqual([
      '20 messages a second',
      '1 message a second',
      '1 message a second',
      '30 messages a minute',
      '1 message a minute',
      '1 message an hour',
    ]);
  });
});
