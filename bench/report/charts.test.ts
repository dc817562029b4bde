import { describe, expect, it } from 'vitest';
import type { Run } from '../run/run-file.ts';
import { modelRun } from '../testing/model-run.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { charts } from './charts.ts';
import { summaryTable } from './summary.ts';
import type { ChartView, LinesView, RowsView } from './views.ts';

const run = modelRun();
const views = charts(run);

function chartOf(id: string, of: Run = run): ChartView {
  const view = charts(of).find((one) => one.id === id);
  if (view === undefined) throw new Error(`no chart ${id}`);
  return view;
}

function rowsOf(id: string, of?: Run): RowsView {
  const view = chartOf(id, of);
  if (view.kind === 'lines' || view.kind === 'map') throw new Error(`${id} has no rows`);
  return view;
}

function linesOf(id: string, of?: Run): LinesView {
  const view = chartOf(id, of);
  if (view.kind !== 'lines') throw new Error(`${id} has no lines`);
  return view;
}

function without(...names: string[]): Run {
  return { ...run, scenarios: run.scenarios.filter(({ name }) => !names.includes(name)) };
}

describe('the charts of a run', () => {
  it('are one per finding, and which transport to take comes first', () => {
    expect(views.map((view) => view.id)).toEqual([
      'decision',
      'calibration',
      'latency',
      'requests-per-delivery',
      'bytes-per-delivery',
      'latency-over-rtt',
      'tail-over-rtt',
      'break-even',
      'last-receiver',
      'burst',
      'idle-requests',
      'idle-bytes',
      'memory-per-connection',
      'recovery',
      'sending',
      'first-message',
      'first-message-0-ms',
      'http-ceiling',
    ]);
  });

  it('have names of their own, whatever a run has', () => {
    const ids = charts(sampleRun()).map((view) => view.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have their finding as the title, and say where it comes from', () => {
    for (const view of views) {
      expect(view.title, view.id).toMatch(/\d/);
      expect(view.source).toBe('Sample CPU at 3.00 GHz, 4 cores, Node 20.20.2, 2026-03-01, commit 0123456');
      expect(view.conditions, view.id).not.toBe('');
    }
    expect(chartOf('idle-requests').title).toBe(
      'SSE and WebSocket 0 requests per client and hour of silence; short polling 3,600',
    );
  });

  it('have an alternative text with the numbers', () => {
    expect(chartOf('idle-requests').alt).toContain('short polling 3,600; long polling 120; SSE 0; WebSocket 0');
    expect(chartOf('latency', sampleRun()).alt).toContain('SSE p50 1.60, p90 2.72');
    expect(chartOf('latency-over-rtt').alt).toMatch(
      /long polling 0\.\d+ at 0\.2\d+, 1\d\.\d at 20\.\d, \d+\.\d at 100/,
    );
  });

  it('draw predictions and intervals where there are any', () => {
    const row = rowsOf('latency', sampleRun()).rows[0];
    expect(row?.points[0]).toMatchObject({ label: 'p50', value: 502, predicted: 501.5 });
    expect(rowsOf('bytes-per-delivery', sampleRun()).rows[0]?.points[0]?.low).toBeCloseTo(254.8);
  });

  it('are left out where nothing was measured for them', () => {
    expect(charts({ ...run, scenarios: [] })).toEqual([]);
    const idle = run.scenarios.filter(({ name }) => name === 'idle');
    expect(charts({ ...run, scenarios: idle }).map((view) => view.id)).toEqual([
      'idle-requests',
      'idle-bytes',
      'memory-per-connection',
    ]);
  });

  it('mark a lane that the bench spoiled, and let it win nothing', () => {
    const spoiled = sampleRun();
    const websocket = spoiled.scenarios[0]?.lanes.find(({ transport }) => transport === 'websocket');
    if (websocket !== undefined) websocket.spoiled = true;
    const view = rowsOf('latency', spoiled);
    expect(view.rows.find(({ lane }) => lane === 'websocket')?.spoiled).toBe(true);
    expect(view.title).toMatch(/^SSE 1\.60 ms/);
    expect(view.conditions).toContain('itself was the limit');
  });

  it('draw controls in grey, and let them win nothing', () => {
    const view = rowsOf('latency');
    const colours = new Set(view.rows.filter(({ lane }) => lane.startsWith('bare')).map(({ colour }) => colour));
    expect([...colours]).toEqual(['#8d8d8d']);
    expect(view.title).not.toContain('bare');
  });
});

describe('a chart and the summary', () => {
  it('name the same winners: what chance can’t tell apart is the catalogue’s to say', () => {
    const close = structuredClone(run);
    const idle = close.scenarios.find(({ name }) => name === 'idle');
    const memory = [20_000, 15_000, 10_000, 10_700];
    for (const [index, lane] of (idle?.lanes ?? []).entries()) {
      lane.memoryBytesPerConnection = { value: memory[index] ?? 0 };
    }
    expect(rowsOf('memory-per-connection', close).title).toMatch(/^SSE 10\.0 kB and WebSocket 10\.7 kB/);
    const row = summaryTable(close)?.rows.find(([label]) => label === 'Memory per connection');
    expect(row?.slice(1).map((cell) => cell.endsWith('✓'))).toEqual([false, false, true, true]);
  });
});

describe('latency over the round trip', () => {
  it('is drawn at the round trip that was measured, with the prediction beside it', () => {
    const { series } = linesOf('latency-over-rtt');
    const measured = series.filter(({ role }) => role === 'measured');
    expect(measured.map(({ lane }) => lane)).toEqual(['short-polling', 'long-polling', 'sse', 'websocket']);
    for (const { points } of measured) {
      expect(points.map(({ x }) => Math.round(x / 10) * 10)).toEqual([0, 20, 100]);
      expect(points.every(({ low, high }) => low !== undefined && high !== undefined)).toBe(true);
    }
    expect(series.filter(({ role }) => role === 'predicted')).toHaveLength(4);
  });

  it('names in its title everybody where the network is slowest', () => {
    expect(linesOf('latency-over-rtt').title).toMatch(
      /^100 ms of round trip: (?:SSE and WebSocket|WebSocket and SSE) 51\.\d ms(?: to 51\.\d ms)?, long polling \d+\.\d ms, short polling 5\d\d ms/,
    );
  });
});

describe('the saturation', () => {
  const view = linesOf('saturation', sampleRun());

  it('has latency above and the CPU share below, over the same loads', () => {
    const upper = view.series.filter(({ panel, role }) => panel === undefined && role !== 'knee');
    const lower = view.series.filter(({ panel }) => panel === 'lower');
    const places = (series: LinesView['series']) => series.map(({ lane, points }) => [lane, points.map(({ x }) => x)]);
    expect(places(lower)).toEqual(places(upper));
    expect(lower.flatMap(({ points }) => points).every(({ y }) => y > 0 && y <= 100)).toBe(true);
  });

  it('marks each knee on its line, and says in the title which are only bounds', () => {
    expect(view.series.filter(({ role }) => role === 'knee')).toHaveLength(6);
    expect(view.title).toBe(
      'Deliveries a second at the knee: short polling at least 900,000, WebSocket 850,000, SSE 800,000, long polling 12,000',
    );
  });
});

describe('the break-even of requests', () => {
  const view = linesOf('break-even');

  it('is marked where the closed forms meet, and said in the title', () => {
    expect(view.mark?.x).toBeCloseTo(1, 1);
    expect(view.title).toBe(
      'Above about 1 message a second long polling makes more requests than a poll every 1 s; in silence 30 times fewer',
    );
  });

  it('has the measured points of all scenarios that polled alike on its lines', () => {
    const line = view.series.find(({ lane, role }) => lane === 'long-polling' && role === 'predicted')?.points ?? [];
    const marks = view.series.find(({ lane, role }) => lane === 'long-polling' && role === 'marks')?.points ?? [];
    const notes = marks.map(({ note }) => note?.split(':')[0]);
    expect(notes).toHaveLength(8);
    expect(new Set(notes)).toEqual(new Set(['idle', 'crossover', 'steady', 'rtt']));
    for (const { x, y } of marks.slice(1)) {
      const nearest = line.toSorted((a, b) => Math.abs(Math.log(a.x / x)) - Math.abs(Math.log(b.x / x)))[0];
      expect(y / (nearest?.y ?? 1)).toBeGreaterThan(0.85);
      expect(y / (nearest?.y ?? 1)).toBeLessThan(1.15);
    }
  });

  it('leaves out a silence with shorter holds', () => {
    const shortened = structuredClone(run);
    const idle = shortened.scenarios.find(({ name }) => name === 'idle');
    if (idle !== undefined) idle.settings = { ...idle.settings, waitSeconds: 5 };
    const marks = linesOf('break-even', shortened).series.filter(({ role }) => role === 'marks');
    expect(marks.map(({ lane, points }) => [lane, points.some(({ note }) => note?.startsWith('idle'))])).toEqual([
      ['short-polling', true],
      ['long-polling', false],
    ]);
    expect(linesOf('break-even', shortened).title).not.toContain('silence');
  });

  it('does not claim what was measured otherwise', () => {
    const odd = structuredClone(run);
    for (const lane of odd.scenarios.find(({ name }) => name === 'crossover')?.lanes ?? []) {
      if (lane.transport === 'long-polling' && lane.case === '5/s') lane.requestsPerDelivery = { value: 0.1 };
    }
    expect(linesOf('break-even', odd).title).toContain('but what was measured differs');
  });

  it('says so where long polling always makes more', () => {
    const patient = structuredClone(run);
    const crossover = patient.scenarios.find(({ name }) => name === 'crossover');
    if (crossover !== undefined) crossover.settings = { ...crossover.settings, pollIntervalMs: 60_000 };
    const view = linesOf('break-even', patient);
    expect(view.title).toBe('Long polling makes more requests than a poll every 60 s, however rare messages are');
    expect(view.mark).toBeUndefined();
  });

  it('is drawn with the steady room where there was no crossover', () => {
    expect(linesOf('break-even', without('crossover')).series).toHaveLength(4);
    expect(charts(without('crossover', 'steady')).some(({ id }) => id === 'break-even')).toBe(false);
  });
});

describe('the last receiver over clients', () => {
  it('has a line for each transport, and dotted ones for controls', () => {
    const { series, title } = linesOf('last-receiver');
    expect(series.map(({ lane, role }) => `${lane} ${role}`)).toEqual([
      'short-polling measured',
      'long-polling measured',
      'sse measured',
      'websocket measured',
      'bare-sse control',
      'bare-ws control',
    ]);
    expect(series[0]?.points.map(({ x }) => x)).toEqual([1, 10, 100, 1000]);
    expect(title).toMatch(
      /^With 1,000 clients the last one has a message after: WebSocket [34]\.\d+ ms, SSE [45]\.\d+ ms/,
    );
  });
});

describe('a point of a line that the bench spoiled', () => {
  const view = linesOf('last-receiver', sampleRun());

  it('is marked, and says why', () => {
    const spoiled = view.series.flatMap(({ lane, points }) =>
      points.filter((point) => point.spoiled).map(({ x }) => [lane, x]),
    );
    expect(spoiled).toEqual([['short-polling', 1000]]);
    expect(view.conditions).toContain('Hollow points: the bench itself was the limit');
  });

  it('takes no part in the finding', () => {
    expect(view.title).not.toContain('short polling');
  });
});

describe('recovery', () => {
  it('is one time line: what is counted from the fault’s end comes after the time offline', () => {
    const { rows, shade } = rowsOf('recovery');
    expect(shade).toEqual({ from: 0, to: 5, label: 'offline' });
    expect(rows.filter(({ points }) => points.length === 0).map(({ name }) => name.split(':')[0])).toEqual([
      'cut',
      'blackhole',
      'kill',
    ]);
    const websocket = rows.findLast(({ lane }) => lane === 'websocket');
    expect(websocket?.points.map(({ value }) => value)).toEqual([1.81, 6.05, 6.07]);
  });

  it('shows a fault that nobody noticed as one that took no time to notice', () => {
    const blackhole = rowsOf('recovery').rows.slice(6)[0];
    expect(blackhole?.lane).toBe('short-polling');
    expect(blackhole?.points[0]).toEqual({ label: 'noticed', value: 0 });
  });
});

describe('calibration', () => {
  it('says its own error', () => {
    const view = rowsOf('calibration');
    expect(view.title).toMatch(
      /^5 ms were added, and measured with an error of 0\.050 ms; the same transport twice: no/,
    );
    expect(view.rows[0]?.points[0]).toMatchObject({ value: 5.05, predicted: 5 });
  });
});

describe('latencies of several cases', () => {
  it('that are far from each other have an axis each, from 0 on', () => {
    for (const [id, distance] of [
      ['first-message', '100 ms RTT'],
      ['first-message-0-ms', '0 ms RTT'],
    ] as const) {
      const view = rowsOf(id);
      expect(view.scale).toBe('linear');
      expect(view.title.startsWith(`${distance}: `)).toBe(true);
      expect(view.rows).toHaveLength(4);
    }
  });

  it('stand under a heading each, and the title ranks them all', () => {
    const view = rowsOf('sending');
    expect(view.rows.filter(({ points }) => points.length === 0).map(({ name }) => name)).toEqual([
      '0 ms RTT',
      '100 ms RTT',
    ]);
    expect(view.title).toMatch(
      /^Stored, 0 ms RTT: one and the same POST for .*WebSocket 0\.320 ms.*; Stored, 100 ms RTT: /,
    );
    expect(view.alt).toContain('100 ms RTT, WebSocket p50');
  });
});
