import { describe, expect, it } from 'vitest';
import type { SilenceWorkload } from '../scenarios/scenario.ts';
import { memoryFigures } from './memory.ts';
import { silentLane } from './silence.ts';

const workload: SilenceWorkload = {
  kind: 'silence',
  clients: 10,
  settleMs: 3000,
  durationMs: 60_000,
  pollIntervalMs: 1000,
  waitSeconds: 30,
  heartbeatMs: 15_000,
  shortened: false,
  memoryConnections: [],
  memoryRounds: 0,
  seed: 1,
};
const costs = { requests: 600, delivered: 0, bytesIn: 60_000, bytesOut: 140_000, cpuUs: 0 };
const spent = { costs, cpuUs: 60_000, elapsedMs: 60_000, requestBytes: 150 };

describe('a silent lane', () => {
  it('is told per client and hour, beside what is predicted', () => {
    expect(silentLane('short-polling', workload, spent, [])).toMatchObject({
      requests: 600,
      requestsPerClientHour: { value: 3600 },
      bytesPerClientHour: { value: 1_200_000 },
      serverCpuMsPerClientHour: { value: 360 },
      predicted: { requestsPerClientHour: 3600 },
      warnings: [],
    });
  });

  it('counts the time that really passed', () => {
    const lane = silentLane('short-polling', workload, { ...spent, elapsedMs: 120_000 }, []);
    expect(lane.requestsPerClientHour).toEqual({ value: 1800 });
  });

  it('never has less CPU than none, whatever the empty server beside it took', () => {
    const lane = silentLane('sse', workload, { ...spent, cpuUs: -5 }, []);
    expect(lane.serverCpuMsPerClientHour).toEqual({ value: 0 });
    expect(silentLane('sse', workload, { ...spent, cpuUs: null }, []).serverCpuMsPerClientHour).toBeUndefined();
  });

  it('warns where the requests are not those predicted', () => {
    const { warnings } = silentLane('long-polling', workload, { ...spent, costs: { ...costs, requests: 30 } }, [
      'a failure',
    ]);
    expect(warnings).toEqual(['a failure', expect.stringContaining('1.50 times the predicted')]);
  });

  it('says nothing of what it has no model for', () => {
    expect(silentLane('carrier-pigeon', workload, spent, []).predicted).toBeUndefined();
  });
});

it('the memory of a connection is the slope, whatever the server takes by itself', () => {
  const points = (base: number, each: number) =>
    [1000, 2000, 3000].map((connections) => ({
      connections,
      rssBytes: base + each * connections,
      kernelBytes: 300e6 + 8000 * connections,
    }));
  const { memory, memoryBytesPerConnection, kernelBytesPerSocket, warnings } = memoryFigures([
    points(60e6, 7000),
    points(90e6, 7000),
    points(70e6, 7000),
  ]);
  expect(memoryBytesPerConnection?.value).toBeCloseTo(7000, 3);
  expect(memory?.[0]).toEqual({ connections: 1000, rssBytes: 77_000_000 });
  // Of a connection both ends are here.
  expect(kernelBytesPerSocket?.value).toBeCloseTo(4000, 3);
  expect(warnings).toEqual([]);
});

it('memory that did not grow is not known, and never 0', () => {
  const point = (connections: number, rssBytes: number) => ({ connections, rssBytes, kernelBytes: null });
  const figures = memoryFigures([[point(1000, 60e6), point(2000, 59e6)]]);
  expect(figures.memoryBytesPerConnection).toBeUndefined();
  expect(figures.kernelBytesPerSocket).toBeUndefined();
  expect(figures.warnings.join()).toContain('did not grow');
});
