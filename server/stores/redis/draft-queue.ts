// Gathers what one turn of the event loop brings, and what comes while Redis is busy with what was before.

/** Calls under way at a time: Redis has the next one when it has done the one before. */
const UNDER_WAY = 2;
/** Drafts in one call, which nothing else in Redis can come between. */
const MOST_DRAFTS = 500;

interface Waiting<Draft, Result> {
  readonly draft: Draft;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface DraftQueue<Draft, Result> {
  add(draft: Draft): Promise<Result>;
  /** Sends what is waiting, where `send` can take it. */
  pump(): void;
  /** What is waiting, and not under way, fails. */
  fail(error: unknown): void;
  readonly isEmpty: boolean;
}

/**
 * `send` gets drafts in order, and resolves with a result for each; or with null, where nothing was done and they are to
 * be sent again, in the same order, with the next `pump`. `canSend` says whether it can be called.
 */
export function createDraftQueue<Draft, Result>(
  send: (drafts: readonly Draft[]) => Promise<readonly Result[] | null>,
  canSend: () => boolean,
): DraftQueue<Draft, Result> {
  let waiting: Waiting<Draft, Result>[] = [];
  /** Came back undone, and goes first. */
  let returned: Waiting<Draft, Result>[] = [];
  let underWay = 0;
  let scheduled = false;

  function pump(): void {
    scheduled = false;
    if (returned.length > 0 && underWay === 0) {
      waiting = [...returned, ...waiting];
      returned = [];
    }
    while (returned.length === 0 && underWay < UNDER_WAY && waiting.length > 0 && canSend()) {
      void sendGroup(waiting.splice(0, MOST_DRAFTS));
    }
  }

  async function sendGroup(group: readonly Waiting<Draft, Result>[]): Promise<void> {
    underWay += 1;
    try {
      const results = await send(group.map(({ draft }) => draft));
      if (results === null) returned.push(...group);
      else for (const [index, one] of group.entries()) one.resolve(results[index] as Result);
    } catch (error) {
      for (const one of group) one.reject(error);
    } finally {
      underWay -= 1;
    }
    pump();
  }

  return {
    get isEmpty() {
      return underWay === 0 && waiting.length === 0 && returned.length === 0;
    },
    add: (draft) =>
      new Promise((resolve, reject) => {
        waiting.push({ draft, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        setImmediate(pump);
      }),
    pump,
    fail(error) {
      const failed = [...returned, ...waiting];
      returned = [];
      waiting = [];
      for (const one of failed) one.reject(error);
    },
  };
}
