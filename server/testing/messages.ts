// Messages for tests that are about their order and not their content.
import type { Message } from '../protocol/messages.ts';

/** @returns the message with this seq; always the same for one seq and text. */
export function messageWith(seq: number, text = `text ${seq}`): Message {
  return { seq, id: `id-${seq}`, from: 'u-1', name: 'Ada', text, at: 1_700_000_000_000 + seq, via: 'http' };
}

/** @returns the messages from one seq to another, both included. */
export function messagesFrom(first: number, last: number, text?: string): Message[] {
  return Array.from({ length: last - first + 1 }, (_, index) => messageWith(first + index, text));
}
