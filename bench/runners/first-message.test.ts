import { expect, it } from 'vitest';
import type { FirstMessageWorkload } from '../scenarios/scenario.ts';
import { testRunContext } from '../testing/run-context.ts';
import { firstMessageRunner } from './first-message.ts';

const workload: FirstMessageWorkload = {
  kind: 'first-message',
  rounds: 1,
  openings: 3,
  addedRoundTripsMs: [20],
  textBytes: 100,
  pollIntervalMs: 1000,
  waitSeconds: 30,
};
const ALL = ['short-polling', 'long-polling', 'sse', 'websocket'];

it('each opening takes one request, and at least a round trip to connect and one to be answered', async () => {
  const { lanes } = await firstMessageRunner.run(workload, testRunContext(ALL));
  expect(lanes.map(({ transport }) => transport)).toEqual(ALL);
  for (const lane of lanes) {
    expect(lane).toMatchObject({ case: '20 ms', expected: 3, delivered: 3, missing: 0, requests: 3 });
    // That this machine was busy is no fault of what is tested.
    expect(lane.warnings.filter((warning) => !warning.startsWith('The bench itself was the limit'))).toEqual([]);
    expect(lane.latencyUs?.mean.value).toBeGreaterThan(39_500);
    expect(lane.bytesOut).toBeGreaterThan(3 * workload.textBytes);
  }
});

it('stops when it is told to', async () => {
  const controller = new AbortController();
  const context = testRunContext(['sse'], {
    signal: controller.signal,
    progress: () => controller.abort(new Error('interrupted')),
  });
  await expect(firstMessageRunner.run(workload, context)).rejects.toThrow();
});
