// What is opened while something is played, and must be ended in any case: in reverse order, before anything goes on.
import { setTimeout as sleep } from 'node:timers/promises';

/** Something with an end of its own; ended by the one or the other. */
export type Endable = { stop(): unknown } | { close(): unknown };

export interface Scope {
  /** Aborts when the outer one does, and as soon as what is played is over, however that came. */
  readonly signal: AbortSignal;
  /**
   * Resolves with what was opened; it is ended with the scope, also where it opens only then. If it has an `ended` that
   * rejects, what is played fails with that. Rejects where it could not be opened, or the signal aborts.
   */
  open<Opened extends Endable>(opening: Opened | Promise<Opened>): Promise<Opened>;
  /** To be done when the scope ends; awaited. */
  atEnd(end: () => unknown): void;
  /** What is played fails with what this rejects with. */
  failWith(ended: Promise<never>): void;
}

/** How long what was told to stop may take, in ms: a server that answers nothing any more must not hold up everything. */
const STOP_TIMEOUT_MS = 3000;

/**
 * Plays to the end, unless the signal aborts or something that was opened ends by itself. Then what is played is told
 * to stop, and waited for, so that nothing goes on behind the caller's back. Settles once everything has been ended.
 */
export async function inScope<Result>(signal: AbortSignal, play: (scope: Scope) => Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const endings: (() => unknown)[] = [];
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const onAbort = () => fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const inner = AbortSignal.any([signal, over.signal]);
  const scope: Scope = {
    signal: inner,
    async open(opening) {
      const opened = Promise.resolve(opening);
      // It has its place in the order from the beginning, so that what it needs is there for as long as it is.
      endings.push(() => opened.then(end, () => undefined));
      const thing = await opened;
      if ('ended' in thing && thing.ended instanceof Promise) thing.ended.catch(fail);
      inner.throwIfAborted();
      return thing;
    },
    atEnd: (ending) => void endings.push(ending),
    failWith: (ended) => void ended.catch(fail),
  };
  const playing = signal.aborted ? Promise.reject<Result>(signal.reason) : play(scope);
  const [outcome] = await Promise.allSettled([Promise.race([playing, failed])]);
  signal.removeEventListener('abort', onAbort);
  over.abort(new Error('what was played is over'));
  await settledWithin(playing, STOP_TIMEOUT_MS);
  const problems = await endAll(endings);
  if (outcome.status === 'rejected') throw outcome.reason;
  if (problems.length > 0) throw problems[0];
  return outcome.value;
}

function end(thing: Endable): unknown {
  return 'stop' in thing ? thing.stop() : thing.close();
}

/** @returns what could not be ended, after everything has been tried. */
async function endAll(endings: (() => unknown)[]): Promise<unknown[]> {
  const problems: unknown[] = [];
  for (let ending = endings.pop(); ending !== undefined; ending = endings.pop()) {
    try {
      await ending();
    } catch (error) {
      problems.push(error);
    }
  }
  return problems;
}

async function settledWithin(playing: Promise<unknown>, ms: number): Promise<void> {
  const timeout = new AbortController();
  const late = sleep(ms, undefined, { signal: timeout.signal });
  await Promise.allSettled([Promise.race([playing, late])]);
  timeout.abort();
  await Promise.allSettled([late]);
}

/**
 * Plays all at once; the first that fails takes the others with it. Settles when all have.
 * @returns what each gave, in their order.
 */
export async function allAtOnce<One, Result>(
  signal: AbortSignal,
  ones: readonly One[],
  play: (one: One, signal: AbortSignal, index: number) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const playing = ones.map((one, index) =>
    play(one, inner, index).catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(playing);
  if (stop.signal.aborted) throw stop.signal.reason;
  return Promise.all(playing);
}
