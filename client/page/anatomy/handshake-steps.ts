// From Sec-WebSocket-Key to Sec-WebSocket-Accept, step by step: RFC 6455 sections 1.3 and 4.2.2, item 5.4.
import { formatHex } from './hex.ts';

/** Section 1.3: a value that no server which does not know WebSocket would join to a key by chance. */
export const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The example of section 1.3, for want of a live one. */
export const EXAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const EXAMPLE_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

export interface AcceptSteps {
  /** The 16 bytes that the key is the base64 of. */
  readonly keyHex: string;
  readonly joined: string;
  readonly sha1Hex: string;
  readonly base64: string;
}

/** Resolves with the steps, or with null where the browser has no SHA-1 for this page: it is no secure context. */
export async function acceptSteps(key: string): Promise<AcceptSteps | null> {
  // The types promise it always; browsers have it in secure contexts only.
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  if (subtle === undefined) return null;
  const joined = key + GUID;
  const digest = new Uint8Array(await subtle.digest('SHA-1', new TextEncoder().encode(joined)));
  return { keyHex: formatHex(fromBase64(key)), joined, sha1Hex: formatHex(digest), base64: toBase64(digest) };
}

/** @returns the bytes; none where the text is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** @returns the value of a header in the text of a head, or null. @param name in any case of letters. */
export function headerIn(head: string, name: string): string | null {
  const wanted = name.toLowerCase();
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0 && line.slice(0, colon).toLowerCase() === wanted) return line.slice(colon + 1).trim();
  }
  return null;
}
