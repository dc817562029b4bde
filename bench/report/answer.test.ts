import { expect, it } from 'vitest';
import type { Run } from '../run/run-file.ts';
import { latencies } from '../testing/sample-lanes.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { everywhereTable } from './answer.ts';
import { charts } from './charts.ts';

/** The sample, in whose rtt messages came in pairs too. */
function withPairs(): Run {
  const run = sampleRun();
  const rtt = run.scenarios.find(({ name }) => name === 'rtt');
  const far = rtt?.lanes.filter(({ addedRoundTripMs }) => addedRoundTripMs === 100) ?? [];
  rtt?.lanes.push(...far.map((lane) => ({ ...lane, case: '100 ms, in pairs', latencyUs: latencies(124_000) })));
  return run;
}

it('what holds everywhere has a row for messages in pairs, which only who is held waits for', () => {
  const names = (run: Run) => everywhereTable(run)?.rows.map(([name]) => name);
  expect(names(sampleRun())).toEqual(['SSE, WebSocket', 'long polling', 'short polling, every 1 s']);
  expect(names(withPairs())).toEqual([
    'SSE, WebSocket',
    'long polling',
    'long polling, two messages close together',
    'short polling, every 1 s',
  ]);
  expect(everywhereTable(withPairs())?.rows[2]?.[1]).toBe('124');
});

it('lines over the round trip are of messages that come each by itself', () => {
  const lines = (run: Run) => charts(run).find(({ id }) => id === 'latency-over-rtt');
  expect(lines(withPairs())).toEqual(lines(sampleRun()));
});
