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
    expect(options({ bearableMs: 15 }).get('sse')?.reason).toBe('too slow: 95 % within 30.0 ms at best');
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
    const cpu = { usPerRequest: [], usPerIdleSecond: 0 };
    const each = (value: number) => [
      { x: 1, value },
      { x: 1000, value },
    ];
    const bytes = { perRequest: 0, perDelivery: 200, perIdleSecond: 0 };
    const thrifty = {
      ...SSE,
      transport: 'a',
      bytes: { ...bytes, perDelivery: 5000 },
      cpu: { ...cpu, usPerDelivery: each(10) },
    };
    const small = { ...SSE, transport: 'b', bytes, cpu: { ...cpu, usPerDelivery: each(1000) } };
    const found = decide({ ...COSTS, transports: [small, thrifty] }, { ...SITUATION, bearableMs: 5000, clients: 100 });
    expect(found.map(({ transport, verdict }) => [transport, verdict])).toEqual([
      ['b', 'costly'],
      ['a', 'take'],
    ]);
  });

  it('is not known where the run does not tell whether one that comes first will do', () => {
    const far = { clients: 50_000, bearableMs: 500 };
    expect(verdicts(far)).toEqual(['too-slow', 'not-known', 'not-known', 'not-known']);
    expect(options(far).get('sse')?.reason).toBe(
      'not known from this run: it had 10,000 clients at most; 95 % within 120 ms to 1.02 s',
    );
    // In time at worst, and late at best, are known all the same.
    expect(verdicts({ clients: 50_000, bearableMs: 100 })[2]).toBe('too-slow');
    expect(verdicts({ clients: 50_000, bearableMs: 1021 })[2]).toBe('take');
    const bytes = { notKnown: 'nobody counted' };
    const uncounted = { ...COSTS, transports: COSTS.transports.map((one) => ({ ...one, bytes })) };
    expect(decide(uncounted, SITUATION).map(({ verdict }) => verdict)).toEqual([
      'too-slow',
      'not-known',
      'not-known',
      'not-known',
    ]);
  });

  it('goes by what is known of all: CPU of one alone makes nobody costly', () => {
    const busy = (one: (typeof COSTS.transports)[number]) =>
      one.transport === 'sse' ? one : { ...one, cpu: { notKnown: 'cold' } };
    const found = decide({ ...COSTS, transports: COSTS.transports.map(busy) }, { ...SITUATION, messagesPerSecond: 20 });
    expect(found.find(({ transport }) => transport === 'long-polling')?.excesses.map(({ what }) => what)).toEqual([
      'bytes',
    ]);
  });

  it('says why', () => {
    const found = options({ messagesPerSecond: 0.02 });
    expect(found.get('sse')?.reason).toBe('take it: plain HTTP that reconnects by itself');
    expect(found.get('websocket')?.reason).toBe('will do: one connection for both directions');
  });
});
