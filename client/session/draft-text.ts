// What a draft is made of before it is sent: an id of its own, and a text that the server will take.
import { TEXT_BYTES } from '../../server/protocol/limits.ts';
import { utf8Length } from '../../server/protocol/utf8.ts';

export function newDraftId(): string {
  // Not randomUUID: a page that is not served over TLS does not have it.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns why the server would refuse a text, or null. */
export function textFault(text: string): string | null {
  if (text === '') return 'the text is empty';
  const bytes = utf8Length(text);
  if (bytes === null) return 'the text has half of a surrogate pair';
  return bytes > TEXT_BYTES ? `the text takes ${bytes} bytes of UTF-8; ${TEXT_BYTES} are allowed` : null;
}
