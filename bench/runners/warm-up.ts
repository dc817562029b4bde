// Until a server is hot: its code is run in slices, until one takes as much CPU per event as the one before.
import type { CostsWorkload } from '../scenarios/scenario.ts';

export interface WarmUp {
  readonly ms: number;
  /** False where slices still differed when the time for it was over. */
  readonly settled: boolean;
}

/** @param slice plays one. @returns once it has settled, or so much time has been given to it. */
export async function untilSteady(
  { sliceMs, mostMs, agreement }: CostsWorkload['warmUp'],
  slice: () => Promise<number>,
): Promise<WarmUp> {
  let last = await slice();
  for (let ms = 2 * sliceMs; ; ms += sliceMs) {
    const next = await slice();
    const settled = Math.abs(next - last) <= agreement * last;
    if (settled || ms + sliceMs > mostMs) return { ms, settled };
    last = next;
  }
}

/** @returns a warning where some rounds were measured before the server was hot; null where none was. */
export function warmUpWarning(warmUps: readonly WarmUp[], agreement: number): string | null {
  const unsettled = warmUps.filter(({ settled }) => !settled).length;
  if (unsettled === 0) return null;
  return (
    `In ${unsettled} of ${warmUps.length} rounds the last two slices of the warm-up still differed by more than ` +
    `${agreement * 100} %: the server was not surely hot, or the machine was busy.`
  );
}
