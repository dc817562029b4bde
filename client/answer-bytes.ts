// Bytes of what the server answers a poll with, as they follow from docs/protocol.md: heads and bodies, where no proxy
// before it adds any.
import type { Message } from '../server/protocol/messages.ts';
import { utf8Length } from '../server/protocol/utf8.ts';

/** @returns bytes of a message's JSON: its members in the order of the protocol, whatever their order in the object. */
export function messageJsonBytes({ seq, id, from, name, text, at, via }: Message): number {
  // Of a lone surrogate, JSON has the escape.
  return utf8Length(JSON.stringify({ seq, id, from, name, text, at, via })) ?? 0;
}

/** What every answer of the server has after its own headers. */
const ANSWER_END = 'Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n';

/** A poll's answer that says "nothing". */
export const EMPTY_ANSWER_BYTES = `HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n${ANSWER_END}`.length;

/** @returns bytes of a poll's answer with messages, of which `cursor` is the last one's. */
export function pageAnswerBytes(messages: readonly Message[], cursor: string, more: boolean): number {
  const page = `{"cursor":"${cursor}","messages":[],"more":${more}}`.length;
  const texts = messages.reduce((sum, message) => sum + messageJsonBytes(message), 0);
  const bodyBytes = page + texts + Math.max(0, messages.length - 1);
  const head =
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n' +
    `Content-Length: ${bodyBytes}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n${ANSWER_END}`;
  return head.length + bodyBytes;
}
