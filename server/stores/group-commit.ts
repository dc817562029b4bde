// Gathers what one turn of the event loop brings, so that it is committed, and then sent out, together.

interface Waiting<Draft, Result> {
  readonly draft: Draft;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommit<Draft, Result> {
  /** Resolves with the draft's own result once its group is committed; rejects with whatever `commit` threw. */
  add(draft: Draft): Promise<Result>;
  /** Commits at once what is waiting. */
  flush(): void;
}

/**
 * `commit` gets the drafts of one turn, in order, and returns a result for each; `committed` is called after the
 * promises were resolved, but before those who wait for them go on: deliveries come before receipts.
 */
export function createGroupCommit<Draft, Result>(
  commit: (drafts: readonly Draft[]) => readonly Result[],
  committed: () => void,
): GroupCommit<Draft, Result> {
  let waiting: Waiting<Draft, Result>[] = [];
  let scheduled = false;

  const flush = () => {
    scheduled = false;
    const group = waiting;
    if (group.length === 0) return;
    waiting = [];
    let results: readonly Result[];
    try {
      results = commit(group.map((one) => one.draft));
    } catch (error) {
      for (const one of group) one.reject(error);
      return;
    }
    for (const [index, one] of group.entries()) one.resolve(results[index] as Result);
    committed();
  };

  return {
    add: (draft) =>
      new Promise((resolve, reject) => {
        waiting.push({ draft, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        setImmediate(flush);
      }),
    flush,
  };
}
