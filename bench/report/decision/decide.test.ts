import { describe, expect, it } from 'vitest';
import type { RunCosts, Situation } from './costs.ts';
import { decide, type Option, type Verdict } from './decide.ts';
import { COSTS, SITUATION, SSE } from './testing/sample-costs.ts';

function options(situation: Partial<Situation>, costs: RunCosts = COSTS): Map<string, Option> {
  return new Map(decide(costs, { ...SITUATION, ...situation }).map((option) => [option.transport, option]));
}

function verdicts(situation: Partial<Situation>, costs?: RunCosts): (Verdict | undefined)[] {
  const found = options(situation, costs);
  return ['short-polling', 'long-polling', 'sse', 'websocket'].map((name) => found.get(name)?.verdict);
}

describe('which one to take', () => {
  it('is short polling where messages may come as late as a poll', () => {
    expect(verdicts({ messagesPerSecond: 0.02, bearableMs: 30_000 })).toEqual([
      'take',
      'will-do',
      'will-do',
      'will-do',
    ]);
  });

  it('is SSE where they must come sooner; long polling keeps up while messages are rare', () => {
    expect(verdicts({ messagesPerSecond: 0.02 })).toEqual(['too-slow', 'will-do', 'take', 'will-do']);
  });

  it('is no long polling where every message takes a request of its own', () => {
    expect(verdicts({ messagesPerSecond: 5 })).toEqual(['too-slow', 'costly', 'take', 'will-do']);
    expect(options({ messagesPerSecond: 5 }).get('long-polling')?.reason).toMatch(/^costly: .*times the bytes/);
  });

  it('is no long polling where a message may not wait for the next request', () => {
    const late = { messagesPerSecond: 5, bearableMs: 30 };
    expect(verdicts(late)[1]).toBe('too-slow');
    expect(verdicts(late)[2]).toBe('take');
  });

  it('is WebSocket where each client sends often', () => {
    expect(verdicts({ sendsPerSecond: 1 })).toEqual(['too-slow', 'costly', 'will-do', 'take']);
    expect(verdicts({ sendsPerSecond: 0.9 })[2]).toBe('take');
  });

  it('is none where the way there takes longer', () => {
    expect(verdicts({ bearableMs: 15 })).toEqual(['too-slow', 'too-slow', 'too-slow', 'too-slow']);
    expect(options({ bearableMs: 15 }).get('sse')?.reason).toBe('too slow: 95 % within 22.0 ms');
  });

  it('is short polling only while its polls are cheap', () => {
    const rare = { messagesPerSecond: 0.001, clients: 20_000, bearableMs: 5000 };
    expect(verdicts({ ...rare, clients: 100 })[0]).toBe('take');
    expect(verdicts(rare)[0]).toBe('costly');
  });

  it('holds for the poll interval that is given', () => {
    expect(verdicts({ messagesPerSecond: 0.02, bearableMs: 30_000, pollIntervalMs: 60_000 })[0]).toBe('too-slow');
    expect(verdicts({ messagesPerSecond: 0.02, bearableMs: 30_000, pollIntervalMs: 1000 })[0]).toBe('costly');
  });

  it('is always one of those in time, even where each costs too much of something', () => {
    const [first] = [SSE];
    const thrifty = { ...first, transport: 'a', bytesPerDelivery: 5000 };
    const small = { ...first, transport: 'b', cpuUsPerDelivery: [{ x: 1, value: 1000 }] };
    const found = decide({ ...COSTS, transports: [small, thrifty] }, { ...SITUATION, bearableMs: 5000, clients: 100 });
    expect(found.map(({ transport, verdict }) => [transport, verdict])).toEqual([
      ['b', 'costly'],
      ['a', 'take'],
    ]);
  });

  it('says why', () => {
    const found = options({ messagesPerSecond: 0.02 });
    expect(found.get('sse')?.reason).toBe('take it: plain HTTP that reconnects by itself');
    expect(found.get('websocket')?.reason).toBe('will do: one connection for both directions');
  });
});
