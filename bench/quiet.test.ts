import { expect, it } from 'vitest';
import type { Clock } from './load/clock.ts';
import { LOOK_MS, processorTimes, QUIET_LOOKS, type QuietOptions, waitForQuiet } from './quiet.ts';

/** A clock that nobody waits for. */
function fakeClock(): Clock {
  let at = 5000;
  return {
    now: () => at,
    sleepUntil: async (to, signal) => {
      signal.throwIfAborted();
      at = Math.max(at, to);
    },
  };
}

/** Two processors that work for these shares of each second; the last one goes on. */
function processors(...shares: readonly number[]): () => { busyMs: number; totalMs: number } {
  let look = -1;
  let busyMs = 700;
  return () => {
    if (look >= 0) busyMs += 2 * LOOK_MS * (shares[Math.min(look, shares.length - 1)] ?? 0);
    look += 1;
    return { busyMs, totalMs: 9000 + 2 * LOOK_MS * look };
  };
}

const options = (readTimes: QuietOptions['readTimes'], rest: Partial<QuietOptions> = {}): QuietOptions => ({
  limitMs: 60_000,
  clock: fakeClock(),
  readTimes,
  say: () => undefined,
  signal: new AbortController().signal,
  ...rest,
});

it('a machine is quiet after ten seconds in which hardly anything was done', async () => {
  const quiet = await waitForQuiet(options(processors(0.02)));
  expect(quiet).toEqual({ waitedMs: QUIET_LOOKS * LOOK_MS, found: true, busyShare: 0.02 });
});

it('a single busy second begins the ten seconds anew', async () => {
  const quiet = await waitForQuiet(options(processors(0.9, 0.9, 0, 0, 0, 0, 0.06, 0.01)));
  expect(quiet).toEqual({ waitedMs: (7 + QUIET_LOOKS) * LOOK_MS, found: true, busyShare: 0.01 });
});

it('a machine that stays busy is waited for up to the limit, and it is told how busy it is', async () => {
  const said: string[] = [];
  const busy = options(processors(0.43), { limitMs: 25_500, say: (text) => said.push(text) });
  expect(await waitForQuiet(busy)).toEqual({ waitedMs: 25_000, found: false, busyShare: 0.43 });
  expect(said).toEqual(
    ['1 s', '11 s', '21 s'].map(
      (time) => `Waiting for a quiet machine: 43 % of its processors’ time is used; ${time} of at most 25.5 s.`,
    ),
  );
});

it('whoever interrupts it does not wait', async () => {
  const abort = new AbortController();
  const interrupted = options(processors(0.5), { say: () => abort.abort(), signal: abort.signal });
  expect(await waitForQuiet(interrupted)).toMatchObject({ waitedMs: LOOK_MS, found: false });
});

it('the processors of this machine have worked, and rested', () => {
  const { busyMs, totalMs } = processorTimes();
  expect(busyMs).toBeGreaterThan(0);
  expect(totalMs).toBeGreaterThan(busyMs);
});
