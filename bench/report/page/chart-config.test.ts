import { describe, expect, it } from 'vitest';
import type { ChartPoint, LinesView, RowsView } from '../views.ts';
import { chartConfig, chartHeight } from './chart-config.ts';
import { LIGHT } from './chart-theme.ts';

const FRAME = { id: 'id', title: 'Title', conditions: '', source: '', alt: '' };
const OPTIONS = { theme: LIGHT, fontFamily: 'sans-serif', withText: false, width: 800, interactive: false };
const NAMES = ['short-polling', 'long-polling', 'sse', 'websocket', 'bare-ws', 'bare-sse'];

const row = (name: string, points: readonly ChartPoint[]) => ({ name, lane: name, colour: '#0072b2', points });
const point = (value: number): ChartPoint => ({ label: 'p50', value });
const rows = (kind: RowsView['kind'], all: RowsView['rows']): RowsView => ({
  ...FRAME,
  kind,
  axis: 'ms',
  scale: 'linear',
  rows: all,
});

describe('rows', () => {
  it('lie each in its own place, also where two have the same name', () => {
    const view = rows('points', [row('sse', [point(1)]), row('', []), row('sse', [point(2)])]);
    const places = chartConfig(view, OPTIONS).data.datasets.map(({ data }) => data);
    expect(places).toEqual([[{ x: 1, y: 0 }], [], [{ x: 2, y: 2 }]]);
  });

  it('of spans begin where the one before ends, and leave out what took no time', () => {
    const view = {
      ...rows('spans', [row('sse', [point(0), point(3), point(4)]), row('', [])]),
      spans: ['not noticed', 'trying', 'catching up'],
    };
    const spans = chartConfig(view, OPTIONS).data.datasets.map(({ data }) => data);
    expect(spans).toEqual([
      [null, null],
      [[0, 3], null],
      [[3, 4], null],
    ]);
  });

  it('make the picture higher', () => {
    const one = rows('bars', [row('sse', [point(1)])]);
    const two = rows('bars', [row('sse', [point(1)]), row('websocket', [point(1)])]);
    expect(chartHeight(two, true)).toBeGreaterThan(chartHeight(one, true));
    expect(chartHeight(one, true)).toBeGreaterThan(chartHeight(one, false));
  });
});

describe('lines', () => {
  const series = (lane: string, role: LinesView['series'][number]['role']) => ({
    lane,
    role,
    colour: '#0072b2',
    points: [
      { x: 1, y: 1 },
      { x: 2, y: 2, spoiled: true },
    ],
  });
  const lines = (all: LinesView['series']): LinesView => ({
    ...FRAME,
    kind: 'lines',
    x: { title: 'clients', scale: 'logarithmic' },
    y: { title: 'ms', scale: 'logarithmic' },
    series: all,
  });
  const datasetsOf = (view: LinesView) =>
    chartConfig(view, OPTIONS).data.datasets as unknown as Record<string, unknown>[];

  it('can be told apart without their colours', () => {
    const shapes = datasetsOf(lines(NAMES.map((name) => series(name, 'measured')))).map((one) => one['pointStyle']);
    expect(new Set(shapes).size).toBe(NAMES.length);
  });

  it('are dashed where they are predicted, and have no marks there', () => {
    const [measured, predicted] = datasetsOf(lines([series('sse', 'measured'), series('sse', 'predicted')]));
    expect(measured?.['borderDash']).toEqual([]);
    expect(predicted?.['borderDash']).not.toEqual([]);
    expect(predicted?.['pointRadius']).toBe(0);
  });

  it('have hollow points where the bench was the limit', () => {
    const [one] = datasetsOf(lines([series('sse', 'measured')]));
    expect(one?.['pointBackgroundColor']).toEqual(['#0072b2', LIGHT.ground]);
  });
});
