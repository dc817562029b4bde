// How a command of ours is asked to stop: by signals, and, under npm, by the end of whoever started it.

/** Within so many ms the same signal is one: where npm runs a command, Ctrl-C comes from the terminal and from npm. */
export const SAME_SIGNAL_MS = 500;
/** How often the parent is looked for, in ms. */
const PARENT_LOOK_MS = 200;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const PARENT_GONE = 'the parent is gone';

/** As it was when this was loaded: a parent that goes while the command is starting is missed as well. */
const parent = process.ppid;

/**
 * Calls `stop` when the command is asked to stop; `again`: it has been asked before, and whoever asks twice means it.
 *
 * npm does not pass every signal on: where its shell does not replace itself, `npm` and that shell end, and the command
 * would stay behind. So under npm, and never otherwise, the end of the parent counts as being asked.
 * @returns what ends the listening.
 */
export function onStop(stop: (again: boolean) => void): () => void {
  const countedAt = new Map<string, number>();
  const ask = (by: string) => {
    const now = performance.now();
    const since = now - Math.max(countedAt.get(by) ?? -Infinity, countedAt.get(PARENT_GONE) ?? -Infinity);
    if (since < SAME_SIGNAL_MS) return;
    const again = countedAt.size > 0;
    countedAt.set(by, now);
    stop(again);
  };
  for (const signal of SIGNALS) process.on(signal, ask);

  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    // Whoever was asked by a signal already is not asked again by what that signal did to its parent.
    if (countedAt.size === 0) ask(PARENT_GONE);
  }, PARENT_LOOK_MS).unref();
  if (process.env['npm_lifecycle_event'] === undefined) clearInterval(looking);

  return () => {
    clearInterval(looking);
    for (const signal of SIGNALS) process.off(signal, ask);
  };
}
