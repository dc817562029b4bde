import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { comesTrue, playUnless } from './waiting.ts';

const NEVER = new Promise<never>(() => undefined);
const quiet = () => new AbortController().signal;

describe('comesTrue', () => {
  it('looks until it is so', async () => {
    let looks = 0;
    expect(await comesTrue(() => ++looks === 3, 60_000, quiet())).toBe(true);
    expect(looks).toBe(3);
  });

  it('says so where the time is over', async () => {
    expect(await comesTrue(async () => false, 1, quiet())).toBe(false);
  });

  it('looks once in any case', async () => {
    expect(await comesTrue(() => true, 0, quiet())).toBe(true);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const waiting = comesTrue(() => false, 60_000, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrow();
  });
});

describe('playUnless', () => {
  it('gives what was played', async () => {
    expect(await playUnless(NEVER, quiet(), async () => 7)).toBe(7);
  });

  it('stops what is played where the other side ended, and waits for it', async () => {
    const told: string[] = [];
    let end: (reason: Error) => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      end = reject;
    });
    const playing = playUnless(ended, quiet(), async (signal) => {
      end(new Error('the server fell over'));
      await sleep(60_000, undefined, { signal }).catch(() => told.push('stopped'));
    });
    await expect(playing).rejects.toThrow('the server fell over');
    expect(told).toEqual(['stopped']);
  });

  it('passes on that it is to stop', async () => {
    const controller = new AbortController();
    const playing = playUnless(NEVER, controller.signal, (signal) => sleep(60_000, undefined, { signal }));
    controller.abort();
    await expect(playing).rejects.toThrow();
  });
});
