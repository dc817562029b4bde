import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../server/protocol/seeded-random.ts';
import type { Delivery } from '../record.ts';
import { measure, parts } from './measured.ts';

let seq = 0;
function delivery(storedAt: number, latencyMs: number | null, changes: Partial<Delivery> = {}): Delivery {
  seq += 1;
  return { seq, storedAt, latencyMs, arrivedAt: storedAt + (latencyMs ?? 0), caughtUp: false, ...changes };
}

/** Pairs every 2 s: what the second one pays depends on the first. */
function pairs(count: number, latencies: (burst: number) => readonly [number, number]): Delivery[] {
  return Array.from({ length: count }, (_, burst) => {
    const [first, second] = latencies(burst);
    return [delivery(burst * 2000, first), delivery(burst * 2000 + 30, second)];
  }).flat();
}

describe('what was measured', () => {
  it('is the mean of all, the middle of all, and as many events as there were bursts', () => {
    const measured = measure(
      pairs(10, () => [50, 130]),
      0,
      30,
    );
    expect(measured).toMatchObject({ meanMs: 90, events: 10, spreadMs: [50, 130] });
    expect(measured?.interval).toEqual([90, 90]);
  });

  it('counts what came in one answer as one event', () => {
    const answers = [0, 1, 2, 3, 4, 5].flatMap((answer) =>
      Array.from({ length: 20 }, (_, place) => delivery(answer * 1000 + place * 50, 1000 - place * 50)),
    );
    expect(measure(answers, 0, 0)).toMatchObject({ events: 6 });
  });

  it('leaves out what was caught up with, what was before, and what has no latency', () => {
    const deliveries = [
      delivery(100, 1),
      delivery(2000, 2, { caughtUp: true }),
      delivery(3000, null, { storedAt: null }),
      delivery(4000, 50),
    ];
    expect(measure(deliveries, 1000, 0)?.latenciesMs).toEqual([50]);
    expect(measure(deliveries, 5000, 0)).toBeNull();
  });

  it('holds the truth in nearly all races, though pairs share their luck', () => {
    const random = seededRandom(41);
    let held = 0;
    for (let race = 0; race < 1000; race += 1) {
      const measured = measure(
        pairs(10, () => {
          const wait = random() * 1000;
          return [wait, wait > 30 ? wait - 30 : wait + 970];
        }),
        0,
        30,
      );
      const [low = 0, high = 0] = measured?.interval ?? [];
      if (low <= 500 && high >= 500) held += 1;
    }
    expect(held).toBeGreaterThan(985);
  });
});

describe('a formula and a measurement', () => {
  const spread = (burst: number): readonly [number, number] => [50 + (burst % 3), 128 + (burst % 3)];

  it('agree within chance and tolerance', () => {
    const measured = measure(pairs(10, spread), 0, 30);
    expect(measured !== null && parts(measured, 90)).toBe(false);
    expect(measured !== null && parts(measured, 86)).toBe(false);
  });

  it('part beyond it', () => {
    const measured = measure(pairs(10, spread), 0, 30);
    expect(measured !== null && parts(measured, 53)).toBe(true);
    expect(measured !== null && parts(measured, 130)).toBe(true);
  });

  it('are not judged by fewer than five events, however many messages they had', () => {
    const measured = measure(pairs(4, spread), 0, 30);
    expect(measured !== null && parts(measured, 1000)).toBeNull();
  });
});
