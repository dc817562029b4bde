import { describe, expect, it } from 'vitest';
import type { LinesView, RowsView } from '../views.ts';
import { wished } from './gallery.ts';

const FRAME = { id: 'id', title: 'Title', conditions: '', source: '', alt: '' };
const ROWS: RowsView = {
  ...FRAME,
  kind: 'points',
  axis: 'ms, logarithmic',
  scale: 'logarithmic',
  rows: ['sse', 'websocket'].map((name) => ({ name, lane: name, colour: '#000000', points: [] })),
};
const LINES: LinesView = {
  ...FRAME,
  kind: 'lines',
  x: { title: 'clients, logarithmic', scale: 'logarithmic' },
  y: { title: 'ms, logarithmic', scale: 'logarithmic' },
  series: ['sse', 'websocket'].map((lane) => ({ lane, colour: '#000000', role: 'measured', points: [] })),
};

describe('a chart as a reader wants it', () => {
  it('is without what is hidden', () => {
    const wishes = { hidden: new Set(['sse']), linear: false };
    expect(wished(ROWS, wishes)).toEqual({ ...ROWS, rows: ROWS.rows.slice(1) });
    expect(wished(LINES, wishes)).toEqual({ ...LINES, series: LINES.series.slice(1) });
  });

  it('has linear axes for its values, and says so', () => {
    const wishes = { hidden: new Set<string>(), linear: true };
    expect(wished(ROWS, wishes)).toMatchObject({ axis: 'ms', scale: 'linear' });
    expect(wished(LINES, wishes)).toMatchObject({ x: LINES.x, y: { title: 'ms', scale: 'linear', min: 0 } });
  });
});
