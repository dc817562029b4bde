import { describe, expect, it } from 'vitest';
import { drawsOf } from './random.ts';

function take(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

describe('drawsOf', () => {
  it('decides the same cuts and jitter for the same connection of the same seed, however the draws interleave', () => {
    const [one, other] = [drawsOf(42, 5), drawsOf(42, 5)];
    const cuts = take(10, () => one.cutMs(1000));
    const jitter = take(10, one.serverToClient);
    const interleaved = Array.from({ length: 10 }, () => [
      other.serverToClient(),
      other.clientToServer(),
      other.cutMs(1000),
    ]);
    expect(interleaved.map(([value]) => value)).toEqual(jitter);
    expect(interleaved.map((values) => values[2])).toEqual(cuts);
  });

  it('cuts after the mean time in the mean, and as often as chance has it before a tenth of it', () => {
    const cuts = Array.from({ length: 20_000 }, (_, connection) => drawsOf(3, connection).cutMs(500));
    const mean = cuts.reduce((sum, value) => sum + value, 0) / cuts.length;
    expect(Math.abs(mean - 500)).toBeLessThan(15);
    const early = cuts.filter((value) => value < 50).length / cuts.length;
    expect(Math.abs(early - (1 - Math.exp(-0.1)))).toBeLessThan(0.01);
  });
});
