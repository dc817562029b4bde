import { expect, it } from 'vitest';
import type { SlowReaderWorkload } from '../scenarios/scenario.ts';
import { testRunContext } from '../testing/run-context.ts';
import { slowReaderRunner } from './slow-reader.ts';

/** Sixteen megabytes for each reader: more than the system's own buffers take. */
const workload: SlowReaderWorkload = {
  kind: 'slow-reader',
  rounds: 1,
  stoppedReaders: 2,
  clients: 1,
  messagesPerSecond: 2000,
  textBytes: 4096,
  durationMs: 1000,
  seed: 1,
};

it('on each stream all get everything once: those that went on, that read on, and that came back', {
  timeout: 120_000,
}, async () => {
  const context = testRunContext(['short-polling', 'sse', 'websocket']);
  const { lanes } = await slowReaderRunner.run(workload, context);
  expect(lanes.map((lane) => `${lane.transport} ${lane.case}`)).toEqual([
    'sse without stopped readers',
    'sse beside 2 stopped readers',
    'sse stopped, then read on',
    'sse closed as stalled, then back',
    'websocket without stopped readers',
    'websocket beside 2 stopped readers',
    'websocket stopped, then read on',
    'websocket closed as stalled, then back',
  ]);
  for (const lane of lanes) {
    expect(lane).toMatchObject({ expected: 4000, delivered: 4000, missing: 0, duplicated: 0, outOfOrder: 0 });
    expect(lane.warnings.join()).not.toContain('connections');
    expect(lane.warnings.join()).not.toContain('nothing to hold');
    // Not megabytes: what is not read is not written.
    expect(lane.unwrittenBytes?.value ?? 0).toBeLessThan(300_000);
  }
});
