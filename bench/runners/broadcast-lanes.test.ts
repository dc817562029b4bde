import { describe, expect, it } from 'vitest';
import { broadcastOf } from '../scenarios/steady.ts';
import { playedRound } from '../testing/rounds.ts';
import { benchSettings } from '../testing/settings.ts';
import { broadcastResult } from './broadcast-lanes.ts';

const workload = broadcastOf(benchSettings(), {
  rounds: 5,
  clients: [10],
  messagesPerSecond: 5,
  messagesAtOnce: 1,
  durationMs: 4000,
});
const subjects = [
  { lane: { transport: 'short-polling' }, name: 'short-polling', transport: 'short-polling', pace: 'clock' as const },
  { lane: { transport: 'websocket' }, name: 'websocket', transport: 'websocket', pace: 'stream' as const },
  { lane: { control: 'bare-ws' }, name: 'bare-ws', transport: 'websocket', pace: 'stream' as const },
];
const FACTORS = [1, 1.01, 0.99, 1.02, 0.98];

function results(shortUs: number, clients: readonly number[] = [10]) {
  const rounds = (transport: string, us: number, requests: number) =>
    FACTORS.map((factor) => clients.map((count) => playedRound(transport, us * factor, requests, { clients: count })));
  return new Map([
    ['short-polling', rounds('short-polling', shortUs, 40)],
    ['websocket', rounds('websocket', 3000, 0)],
    ['bare-ws', rounds('websocket', 2000, 0)],
  ]);
}

describe('the lanes of a broadcast', () => {
  it('stand beside their control', () => {
    const { lanes } = broadcastResult(subjects, workload, results(501_500));
    expect(lanes.map((lane) => lane.ofControl?.latencyP50?.value)).toEqual([undefined, 1.5, undefined]);
  });

  it('are compared with each other, transport by transport', () => {
    const { comparisons } = broadcastResult(subjects, workload, results(300_000));
    expect(comparisons).toHaveLength(1);
    expect(comparisons?.[0]).toMatchObject({ of: 'short-polling', to: 'websocket', different: true });
    expect(comparisons?.[0]?.ratio.value).toBeCloseTo(100, 0);
  });

  it('are one for each number of clients, where there are several', () => {
    const several = { ...workload, clients: [1, 1000] };
    const { lanes } = broadcastResult(subjects, several, results(501_500, several.clients));
    expect(lanes.map((lane) => lane.case)).toEqual([
      ...['1 client', '1 client', '1 client'],
      ...['1,000 clients', '1,000 clients', '1,000 clients'],
    ]);
  });
});
