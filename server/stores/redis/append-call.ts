// The call of the script `append`: drafts as its arguments, and its reply as their results.
import { formatCursor } from '../../protocol/cursor.ts';
import type { LogClock } from '../log-clock.ts';
import type { AppendResult, StoreDraft } from '../store.ts';
import { digestOf, jsonOf } from './entries.ts';

export interface AppendOptions extends LogClock {
  /** Ids of messages no longer kept that are remembered at the most; beyond it appending is refused. */
  readonly maxIds: number;
}

export function appendArguments(
  generation: string,
  drafts: readonly StoreDraft[],
  { now, elapsed, maxIds }: AppendOptions,
): string[] {
  const clocks = [now, elapsed].map((clock) => (clock === undefined ? '' : String(Math.floor(clock()))));
  return [
    generation,
    ...clocks,
    String(maxIds),
    ...drafts.flatMap((draft) => [draft.id, digestOf(draft), jsonOf(draft)]),
  ];
}

export interface AppendReply {
  readonly results: readonly AppendResult[];
  /** The highest seq among them. */
  readonly last: number;
}

/** @param name of the positions. @returns the results, or the word with which the script refused. */
export function appendReply(reply: unknown, name: string, drafts: readonly StoreDraft[]): AppendReply | string {
  const [word, ...outcomes] = reply as [string, ...(readonly [number, number, number])[]];
  if (word !== 'ok') return word;
  const results = outcomes.map(([seq, at, duplicate], index): AppendResult => {
    if (seq === 0) return { outcome: 'conflict' };
    const { id } = drafts[index] as StoreDraft;
    return { outcome: 'stored', receipt: { id, seq, cursor: formatCursor(name, seq), at, duplicate: duplicate === 1 } };
  });
  return { results, last: Math.max(...outcomes.map(([seq]) => seq)) };
}
