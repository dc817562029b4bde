import { expect, it } from 'vitest';
import type { SilenceWorkload } from '../scenarios/scenario.ts';
import { silentLane } from './run-silence.ts';

const workload: SilenceWorkload = {
  kind: 'silence',
  clients: 10,
  settleMs: 3000,
  durationMs: 60_000,
  pollIntervalMs: 1000,
  waitSeconds: 30,
  heartbeatMs: 15_000,
  shortened: false,
  seed: 1,
};
const costs = { requests: 600, delivered: 0, bytesIn: 60_000, bytesOut: 140_000, cpuUs: 0 };

it('a silent lane is told per client and hour, beside what is predicted', () => {
  expect(silentLane('short-polling', workload, costs, [])).toMatchObject({
    requests: 600,
    requestsPerClientHour: { value: 3600 },
    bytesPerClientHour: { value: 1_200_000 },
    predicted: { requests: 600, requestsPerClientHour: 3600 },
    warnings: [],
  });
});

it('warns where the requests are not those predicted', () => {
  const { warnings } = silentLane('long-polling', workload, { ...costs, requests: 30 }, ['one failure']);
  expect(warnings).toEqual(['one failure', expect.stringContaining('1.50 times the predicted')]);
});

it('says nothing of what it has no model for', () => {
  expect(silentLane('carrier-pigeon', workload, costs, []).predicted).toBeUndefined();
});
