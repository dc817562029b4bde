import { expect, it } from 'vitest';
import { startLab } from '../load/server-under-test.ts';
import type { SendingWorkload } from '../scenarios/scenario.ts';
import { testRunContext } from '../testing/run-context.ts';
import { sendingRunner } from './sending.ts';

const workload: SendingWorkload = {
  kind: 'sending',
  rounds: 1,
  arrivals: 'periodic',
  messagesPerSecond: 40,
  addedRoundTripsMs: [20],
  textBytes: 100,
  warmUpMs: 100,
  durationMs: 500,
  pollIntervalMs: 1000,
  waitSeconds: 30,
  seed: 1,
};

it('sends each message once over the transport’s own way, and never faster than the way is long', async () => {
  const context = testRunContext(['long-polling', 'websocket']);
  const { lanes } = await sendingRunner.run(workload, context);
  expect(lanes).toEqual([
    expect.objectContaining({ transport: 'long-polling', case: '20 ms', addedRoundTripMs: 20, requests: 20 }),
    expect.objectContaining({ transport: 'websocket', case: '20 ms', addedRoundTripMs: 20, requests: 0 }),
  ]);
  for (const lane of lanes) {
    expect(lane).toMatchObject({ messages: 20, expected: 20, delivered: 20, missing: 0, duplicated: 0, outOfOrder: 0 });
    expect(lane.latencyUs?.mean.value).toBeGreaterThan(19_500);
    // At least the text itself, twenty times.
    expect(lane.bytesIn).toBeGreaterThan(20 * workload.textBytes);
  }
});

it('measures a lab deployed elsewhere as far away as it is, twice on the same room', async () => {
  const lab = await startLab();
  try {
    const context = testRunContext(['sse'], { target: lab.origin });
    const { lanes } = await sendingRunner.run({ ...workload, rounds: 2 }, context);
    expect(lanes).toEqual([expect.objectContaining({ transport: 'sse', rounds: 2, expected: 40, delivered: 40 })]);
    expect(lanes[0]).not.toHaveProperty('addedRoundTripMs');
  } finally {
    await lab.stop();
  }
});

it('stops when it is told to', async () => {
  const controller = new AbortController();
  const context = testRunContext(['sse'], {
    signal: controller.signal,
    progress: () => controller.abort(new Error('interrupted')),
  });
  await expect(sendingRunner.run(workload, context)).rejects.toThrow();
});
