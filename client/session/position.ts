// Where a reader stands in the log. It makes one stream out of many connections: what was had is dropped, and what is
// missing is never skipped.
import { formatCursor, parseCursor } from '../../server/protocol/cursor.ts';
import type { Message } from '../../server/protocol/messages.ts';

export interface Taken {
  /** The messages that are new, in order, up to the fault. */
  readonly fresh: readonly Message[];
  /** What is wrong with the connection, or null. */
  readonly fault: string | null;
}

export interface Position {
  /** `<epoch>.<seq>` of the last message taken, or null before the first contact. */
  readonly cursor: string | null;
  /** What stands before the dot, or null. */
  readonly name: string | null;
  /**
   * A connection goes on from this cursor, or will send a reset first (null). Until that comes the position stays what
   * it was: a connection cut in between must not swallow the reset.
   * @returns what is wrong, or null.
   */
  open(cursor: string | null): string | null;
  /** @returns what is wrong, or null. */
  reset(cursor: string): string | null;
  /** The same position by a newer name. @returns what is wrong, or null. */
  renamed(cursor: string): string | null;
  take(messages: readonly Message[]): Taken;
}

/** @param cursor where to begin. Throws a RangeError where it is malformed. */
export function createPosition(cursor: string | null): Position {
  let at = cursor === null ? null : parseCursor(cursor);
  let awaitsReset = false;
  if (cursor !== null && at === null) throw new RangeError(`"${cursor}" is no cursor: <epoch>.<seq> is one`);

  function moveTo(text: string): string | null {
    const to = parseCursor(text);
    if (to === null) return `"${text}" is no cursor`;
    at = to;
    awaitsReset = false;
    return null;
  }

  function rename(text: string): string | null {
    const here = at === null ? null : formatCursor(at.epoch, at.seq);
    if (parseCursor(text)?.seq !== at?.seq) return `the server goes on from ${text}, asked for ${here}`;
    return moveTo(text);
  }

  return {
    get cursor() {
      return at === null ? null : formatCursor(at.epoch, at.seq);
    },
    get name() {
      return at?.epoch ?? null;
    },
    open(from) {
      if (from === null) {
        awaitsReset = true;
        return null;
      }
      if (at === null) return moveTo(from);
      return rename(from);
    },
    reset: moveTo,
    renamed: (to) => (awaitsReset ? null : rename(to)),
    take(messages) {
      if (at === null || awaitsReset) return { fresh: [], fault: 'messages came before a position was set' };
      const { epoch } = at;
      const fresh: Message[] = [];
      let { seq } = at;
      let fault: string | null = null;
      for (const message of messages) {
        if (message.seq <= seq) continue;
        if (message.seq !== seq + 1) {
          fault = `message ${message.seq} came after ${seq}: something is missing`;
          break;
        }
        seq = message.seq;
        fresh.push(message);
      }
      at = { epoch, seq };
      return { fresh, fault };
    },
  };
}
