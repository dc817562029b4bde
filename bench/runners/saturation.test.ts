import { expect, it } from 'vitest';
import type { SaturationWorkload } from '../scenarios/scenario.ts';
import { testRunContext } from '../testing/run-context.ts';
import { saturationRunner } from './saturation.ts';

const workload: SaturationWorkload = {
  kind: 'saturation',
  rounds: 1,
  clients: 12,
  sampledClients: 2,
  quietMessages: 2,
  quietMessagesPerSecond: 10,
  climb: { from: 240, to: 480, factor: 2, halvings: 0 },
  stretchMs: 200,
  warmUpMs: 100,
  warmUpMessagesPerSecond: 20,
  textBytes: 60,
  pollIntervalMs: 200,
  waitSeconds: 5,
  controls: ['bare-ws', 'bare-sse'],
  seed: 1,
};

it('of each transport and control the receivers count every message once, at every load that was asked for', {
  timeout: 120_000,
}, async () => {
  const context = testRunContext(['short-polling', 'long-polling', 'sse', 'websocket']);
  const { lanes } = await saturationRunner.run(workload, context);
  expect(lanes.map((lane) => lane.transport ?? lane.control)).toEqual([
    ...['short-polling', 'long-polling', 'sse', 'websocket'],
    ...['bare-ws', 'bare-sse'],
  ]);
  for (const lane of lanes) {
    const { messages = 0, expected = 0, saturation = [], warnings } = lane;
    // Where this machine is busy nothing may come in time, and that is no fault of what is tested.
    expect(warnings.filter((text) => !text.startsWith('In some rounds not even the lowest load'))).toEqual([]);
    expect(lane).toMatchObject({ clients: 12, delivered: expected, missing: 0, duplicated: 0, outOfOrder: 0 });
    // Those of the warm-up are owed too.
    expect(expected).toBeGreaterThan(messages * 12);
    expect(saturation.map(({ deliveriesPerSecond }) => deliveriesPerSecond).slice(0, 2)).toEqual([120, 240]);
    for (const { latencyUs, serverCpuShare } of saturation) {
      expect(latencyUs.value).toBeGreaterThan(0);
      expect(serverCpuShare.value).toBeGreaterThan(0);
    }
  }
});
