import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { allAtOnce, inScope } from './scope.ts';

const quiet = () => new AbortController().signal;
const forever = (signal: AbortSignal) => sleep(60_000, undefined, { signal });

/** A promise that fails when it is told to, as a server's does that ends by itself. */
function fallible(): { readonly ended: Promise<never>; fail(): void } {
  let fail: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    fail = () => reject(new Error('the server fell over'));
  });
  return { ended, fail };
}

describe('a scope', () => {
  it('gives what was played, after everything has been ended in reverse order', async () => {
    const told: string[] = [];
    const result = await inScope(quiet(), async (scope) => {
      scope.atEnd(() => told.push('folder'));
      await scope.open(Promise.resolve({ stop: () => told.push('server') }));
      await scope.open({ close: () => told.push('client') });
      return 7;
    });
    expect(result).toBe(7);
    expect(told).toEqual(['client', 'server', 'folder']);
  });

  it('stops what is played where something that was opened ends by itself, and waits for it', async () => {
    const told: string[] = [];
    const playing = inScope(quiet(), async (scope) => {
      const { ended, fail } = fallible();
      await scope.open({ ended, stop: () => told.push('server') });
      fail();
      await forever(scope.signal).catch(() => told.push('stopped'));
    });
    await expect(playing).rejects.toThrow('the server fell over');
    expect(told).toEqual(['stopped', 'server']);
  });

  it('fails with what it was told to fail with', async () => {
    const { ended, fail } = fallible();
    const playing = inScope(quiet(), async (scope) => {
      scope.failWith(ended);
      fail();
      await forever(scope.signal);
    });
    await expect(playing).rejects.toThrow('the server fell over');
  });

  it('ends too what is still being opened when it is told to stop', async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const playing = inScope(controller.signal, async (scope) => {
      scope.atEnd(() => told.push('folder'));
      const opening = forever(scope.signal).catch(() => ({ stop: () => told.push('server') }));
      const opened = scope.open(opening as Promise<{ stop(): unknown }>);
      controller.abort(new Error('interrupted'));
      await opened;
      told.push('went on');
    });
    await expect(playing).rejects.toThrow('interrupted');
    expect(told).toEqual(['server', 'folder']);
  });

  it('ends everything where one can not be ended, and says so', async () => {
    const told: string[] = [];
    const playing = inScope(quiet(), async (scope) => {
      await scope.open({ stop: () => told.push('server') });
      scope.atEnd(() => {
        throw new Error('it would not end');
      });
    });
    await expect(playing).rejects.toThrow('it would not end');
    expect(told).toEqual(['server']);
  });

  it('plays nothing where it is too late', async () => {
    const played: number[] = [];
    const playing = inScope(AbortSignal.abort(new Error('interrupted')), async () => void played.push(1));
    await expect(playing).rejects.toThrow('interrupted');
    expect(played).toEqual([]);
  });
});

describe('all at once', () => {
  it('gives what each gave, in their order', async () => {
    expect(await allAtOnce(quiet(), [3, 1, 2], async (one, _, index) => one * 10 + index)).toEqual([30, 11, 22]);
  });

  it('is stopped by the first that fails, with its reason, and waits for the others', async () => {
    const told: string[] = [];
    const playing = allAtOnce(quiet(), ['good', 'bad'], async (one, signal) => {
      if (one === 'bad') throw new Error('no good');
      await forever(signal).catch(() => told.push('stopped'));
      throw new Error('only stopped');
    });
    await expect(playing).rejects.toThrow('no good');
    expect(told).toEqual(['stopped']);
  });
});
