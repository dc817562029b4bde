// Keeps a transport's promise to its listener in one place: one end, and nothing after it.
import type { TransportListener } from '../transport.ts';

export interface GuardedListener extends Required<TransportListener> {
  /** Whether the connection has ended. */
  readonly over: boolean;
}

/**
 * Passes calls on until the first `ended`, and drops what comes later.
 * @param cleanUp frees what the connection holds; called once, just before the listener hears of the end.
 */
export function guardListener(listener: TransportListener, cleanUp: () => void): GuardedListener {
  let over = false;
  return {
    get over() {
      return over;
    },
    answered() {
      if (!over) listener.answered?.();
    },
    opened(cursor) {
      if (!over) listener.opened(cursor);
    },
    received(messages) {
      if (!over) listener.received(messages);
    },
    reset(reset) {
      if (!over) listener.reset(reset);
    },
    renamed(cursor) {
      if (!over) listener.renamed?.(cursor);
    },
    presence(presence) {
      if (!over) listener.presence(presence);
    },
    alive(nextWithinMs, dueWithinMs) {
      if (!over) listener.alive(nextWithinMs, dueWithinMs);
    },
    ended(end) {
      if (over) return;
      over = true;
      cleanUp();
      listener.ended(end);
    },
  };
}
