// Where a read begins: at its cursor, or, where that can't be continued, with the newest history and the reason.
import { type Cursor, formatCursor } from '../protocol/cursor.ts';
import { LIMIT } from '../protocol/limits.ts';
import type { Reset, ResetReason } from '../protocol/messages.ts';
import type { Span } from '../stores/store.ts';

export interface Start {
  readonly seq: number;
  readonly cursor: string;
  /** Given where the cursor could not be continued: then the read begins with the newest history. */
  readonly reset: Reset | null;
}

/** `history`: messages that a read begins with that has no cursor, or one that can't be continued. */
export function startIn(span: Span, cursor: Cursor | null, history: number): Start {
  const reason = cursor === null ? null : resetReason(span, cursor);
  if (cursor === null || reason !== null) return startAt(span, history, reason);
  return { seq: cursor.seq, cursor: formatCursor(span.epoch, cursor.seq), reset: null };
}

function resetReason(span: Span, cursor: Cursor): ResetReason | null {
  if (cursor.epoch !== span.epoch) {
    if (span.lives === undefined || !cursor.epoch.startsWith(span.lives.prefix)) return 'epoch-changed';
    const last = span.lives.ends.get(cursor.epoch);
    if (last === undefined || cursor.seq > last) return 'rolled-back';
  }
  if (cursor.seq > span.head) return 'ahead';
  if (cursor.seq < span.oldest - 1) return 'trimmed';
  return null;
}

function startAt(span: Span, history: number, reason: ResetReason | null): Start {
  const seq = Math.max(span.oldest - 1, span.head - Math.min(history, LIMIT.max));
  const cursor = formatCursor(span.epoch, seq);
  return { seq, cursor, reset: reason === null ? null : { reason, cursor } };
}
