import { expect, it } from 'vitest';
import type { Lane } from '../run/run-file.ts';
import { costs } from '../scenarios/costs.ts';
import type { CostsWorkload } from '../scenarios/scenario.ts';
import { testRunContext } from '../testing/run-context.ts';
import { sampleCosts } from '../testing/sample-costs.ts';
import { benchSettings } from '../testing/settings.ts';
import { costsRunner } from './costs.ts';
import { requestLanes, withHeldOut } from './costs-lanes.ts';

/** Two clients, two rounds, a few messages: whether all of it runs, not how fast. */
function tiny(): CostsWorkload {
  const whole = costs(benchSettings({ size: 'quick' })).workload as CostsWorkload;
  return {
    ...whole,
    rounds: 2,
    messages: { ...whole.messages, clients: [2, 8], heldOut: { rates: [50], clients: 4 }, controls: ['bare-ws'] },
    requests: { ...whole.requests, rates: { clock: [50, 100], held: [5, 10] } },
    silence: { clients: 3, durationMs: 100 },
    warmUp: { sliceMs: 100, mostMs: 200, agreement: 0.05 },
    pollIntervalMs: 200,
  };
}

it('gives lanes of messages, of empty requests and of silence, each with what the server took', async () => {
  const workload = tiny();
  const { lanes, pinned } = await costsRunner.run(workload, testRunContext(['long-polling', 'websocket']));
  const keys = (has: (lane: Lane) => boolean) =>
    lanes.filter(has).map((lane) => `${lane.transport ?? lane.control} ${lane.case}`);
  expect(keys((lane) => lane.serverCpuUsPerMessage !== undefined)).toEqual([
    ...['long-polling', 'websocket'].flatMap((name) => [
      `${name} 2 clients, 25/s`,
      `${name} 8 clients, 25/s`,
      `${name} 4 clients, 50/s`,
      `${name} 2 clients, 100/s`,
      `${name} 8 clients, 100/s`,
    ]),
    'bare-ws 2 clients, 60/s',
    'bare-ws 8 clients, 60/s',
  ]);
  expect(keys((lane) => lane.serverCpuUsPerRequest !== undefined)).toEqual([
    'long-polling 5 empty requests/s',
    'long-polling 10 empty requests/s',
    'bare-http 50 empty requests/s',
    'bare-http 100 empty requests/s',
  ]);
  expect(keys((lane) => lane.serverCpuUsPerSecond !== undefined)).toEqual([
    'long-polling silence',
    'websocket silence',
    'http silence',
  ]);
  const ofMessages = lanes.filter((lane) => lane.expected !== undefined);
  expect(ofMessages.map(({ missing, duplicated }) => [missing, duplicated])).toEqual(ofMessages.map(() => [0, 0]));
  expect(lanes.filter((lane) => lane.heldOut === true)).toHaveLength(2);
  expect(lanes.filter((lane) => lane.case !== 'silence' && lane.warmUp === undefined)).toEqual([]);
  expect(pinned).toBeDefined();
});

it('predicts what was held out from the rest, and warns where it is not so', () => {
  const { lanes } = sampleCosts();
  const heldOut = withHeldOut(lanes).filter((lane) => lane.heldOut === true);
  expect(heldOut).toHaveLength(8);
  for (const lane of heldOut) {
    expect((lane.predicted?.serverCpuShare ?? 0) / (lane.serverCpuShare?.value ?? 1)).toBeCloseTo(1, 2);
    expect(lane.warnings).toEqual([]);
  }
  const twice = withHeldOut(
    lanes.map((lane) => {
      const { serverCpuShare: share } = lane;
      if (lane.heldOut !== true || share === undefined) return lane;
      return { ...lane, serverCpuShare: { value: share.value * 2, rounds: share.rounds?.map((one) => one * 2) ?? [] } };
    }),
  );
  const warned = twice.filter((lane) => lane.heldOut === true).flatMap(({ warnings }) => warnings);
  expect(warned).toHaveLength(8);
  expect(warned[0]).toContain('2.00 times the predicted');
});

it('marks a rate of requests that the bench did not reach', () => {
  const life = (answered: number) => ({
    warmUp: { ms: 100, settled: true },
    windows: [{ nominalPerSecond: 1000, answered, elapsedMs: 1000, cpuUs: 50_000, failures: [] }],
  });
  const lanesOf = (answered: number) =>
    requestLanes({ lane: { control: 'bare-http' } }, [life(answered)], { warmUp: tiny().warmUp });
  expect(lanesOf(1000)[0]).toMatchObject({ serverCpuUsPerRequest: { value: 50 }, warnings: [] });
  expect(lanesOf(1000)[0]).not.toHaveProperty('spoiled');
  expect(lanesOf(850)[0]).not.toHaveProperty('spoiled');
  expect(lanesOf(700)[0]).toMatchObject({ spoiled: true, warnings: [expect.stringContaining('700 of 1000')] });
});
