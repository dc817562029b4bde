// What the log says of a store that fails: once that it does, and why; and when it works again, how many requests were
// refused meanwhile. A line for each of them would drown what else there is to know.
import type { Logger } from 'pino';
import { errorText } from '../protocol/error-text.ts';

/** What the store was asked for: it may fail at one and do the other. */
export type StoreTask = 'read' | 'append';

export interface StoreTrouble {
  /** A request was refused because of this error. */
  refused(task: StoreTask, error: unknown): void;
  /** The store has done what it was asked for. */
  worked(task: StoreTask): void;
}

export function createStoreTrouble(log: Pick<Logger, 'error' | 'warn'>): StoreTrouble {
  const troubles = { read: { refused: 0, said: '' }, append: { refused: 0, said: '' } };
  return {
    refused(task, error) {
      const trouble = troubles[task];
      const text = errorText(error);
      const isKnown = trouble.refused > 0 && trouble.said === text;
      trouble.refused += 1;
      trouble.said = text;
      if (!isKnown) log.error({ error, task }, 'the store fails: requests that need it are refused');
    },
    worked(task) {
      const { refused } = troubles[task];
      if (refused === 0) return;
      troubles[task].refused = 0;
      log.warn({ refused, task }, 'the store works again');
    },
  };
}
