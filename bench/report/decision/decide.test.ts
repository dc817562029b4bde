import { describe, expect, it } from 'vitest';
import type { CostCurves, NotKnown } from '../../stats/cost-curves.ts';
import type { RunCosts, Situation } from './costs.ts';
import { decide, type Option, type Verdict } from './decide.ts';
import { COSTS, flatCurves, LONG_POLLING, SITUATION, SSE, WEBSOCKET } from './testing/sample-costs.ts';

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
    // One is dear in CPU, the other in bytes.
    const thrifty = {
      ...COSTS,
      transports: [
        { ...SSE, cpu: flatCurves(0, 100, 0, 0) },
        { ...LONG_POLLING, cpu: flatCurves(0, 1, 1, 0) },
      ],
    };
    const found = decide(thrifty, { ...SITUATION, messagesPerSecond: 20, bearableMs: 5000, roundTripMs: 0 });
    expect(
      found.map(({ transport, verdict, excesses }) => [transport, verdict, excesses.map(({ what }) => what)]),
    ).toEqual([
      ['sse', 'costly', ['CPU']],
      ['long-polling', 'take', ['bytes']],
    ]);
  });

  it('is not known where the run does not tell whether one that comes first will do', () => {
    const far = { clients: 50_000, bearableMs: 500 };
    // So many long polls come back so late that it is too slow at best.
    expect(verdicts(far)).toEqual(['too-slow', 'too-slow', 'not-known', 'not-known']);
    expect(options(far).get('sse')?.reason).toBe(
      'not known from this run: it had 10,000 clients at most; 95 % within 120 ms to 1.02 s',
    );
    // In time at worst, and late at best, are known all the same.
    expect(verdicts({ clients: 50_000, bearableMs: 100 })[2]).toBe('too-slow');
    expect(verdicts({ clients: 50_000, bearableMs: 1021 })[2]).toBe('take');
    // Nobody knows the bytes of that one.
    const uncounted = { ...COSTS, transports: [{ ...SSE, transport: 'carrier-pigeon' }] };
    expect(decide(uncounted, SITUATION).map(({ verdict }) => verdict)).toEqual(['not-known']);
  });

  describe('by server CPU', () => {
    /** SSE beside a WebSocket that costs so much a delivery; 2,000 of them a second. */
    const beside = (cpu: CostCurves | NotKnown, situation: Partial<Situation> = {}) => {
      const [, websocket] = decide(
        {
          ...COSTS,
          transports: [
            { ...SSE, cpu: flatCurves(0, 10, 0, 0) },
            { ...WEBSOCKET, cpu },
          ],
        },
        { ...SITUATION, messagesPerSecond: 20, ...situation },
      );
      return websocket?.verdict;
    };

    it('is costly what surely costs more than twice the least', () => {
      expect(beside(flatCurves(0, 40, 0, 0))).toBe('costly');
      // 95 % of 22 µs are less than twice 105 % of 10.
      expect(beside(flatCurves(0, 22, 0, 0))).toBe('will-do');
    });

    it('is nothing below 5 % of a core', () => {
      expect(beside(flatCurves(0, 40, 0, 0), { messagesPerSecond: 12 })).toBe('will-do');
      expect(beside(flatCurves(0, 40, 0, 0), { messagesPerSecond: 14 })).toBe('costly');
    });

    it('is nothing that the run did not measure, or of which it has the wrong bound', () => {
      expect(beside({ notKnown: 'cold' })).toBe('will-do');
      const dear = flatCurves(0, 40, 0, 0);
      const within = (from: number, to: number): CostCurves => ({
        ...dear,
        usPerDelivery: dear.usPerDelivery.map((one, index) => ({ ...one, x: index === 0 ? from : to })),
      });
      // It costs at most so much: perhaps nothing.
      expect(beside(within(1, 2))).toBe('will-do');
      // It costs at least so much.
      expect(beside(within(200, 300))).toBe('costly');
      const few = {
        ...dear,
        usPerDelivery: dear.usPerDelivery.map((one) => ({ ...one, clients: { low: 1, high: 50 } })),
      };
      // About so much: half of it is still too little to be told from twice the least.
      expect(beside(few)).toBe('will-do');
    });
  });

  it('says why', () => {
    const found = options({ messagesPerSecond: 0.02 });
    expect(found.get('sse')?.reason).toBe('take it: plain HTTP that reconnects by itself');
    expect(found.get('websocket')?.reason).toBe('will do: one connection for both directions');
  });
});
