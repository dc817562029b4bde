// Bytes as people write and read them: hexadecimal digits.

export type HexReading =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `problem` is for people, and says where. */
  | { readonly ok: false; readonly problem: string };

/** Bytes that are taken from a box at the most: beyond it a page is no place to read them. */
export const MAX_HEX_BYTES = 256 * 1024;

/** What people put between bytes: white space, commas, colons, semicolons. */
const WORDS = /[^\s,;:]+/g;

/**
 * Reads bytes in any of the usual ways of writing them: `81 05`, `8105`, `0x81, 0x05`. A word that begins with 0x may
 * have a single digit; all others are whole bytes.
 */
export function parseHex(text: string): HexReading {
  const bytes: number[] = [];
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    const prefixed = /^0x/i.test(word);
    const digits = prefixed ? word.slice(2) : word;
    const wrong = digits.search(/[^0-9a-f]/i);
    if (wrong >= 0) {
      const at = index + word.length - digits.length + wrong;
      return { ok: false, problem: `“${characterAt(text, at)}” at character ${at + 1} is no hexadecimal digit.` };
    }
    const padded = prefixed && digits.length === 1 ? `0${digits}` : digits;
    if (padded.length === 0 || padded.length % 2 === 1) {
      const shown = word.length > 12 ? `${word.slice(0, 12)}…` : word;
      const remedy = 'Two digits make a byte.';
      return { ok: false, problem: `“${shown}” at character ${index + 1} ends in half a byte. ${remedy}` };
    }
    if (bytes.length + padded.length / 2 > MAX_HEX_BYTES) {
      return { ok: false, problem: `This is more than ${MAX_HEX_BYTES / 1024} KiB, too much to read here.` };
    }
    for (let i = 0; i < padded.length; i += 2) bytes.push(Number.parseInt(padded.slice(i, i + 2), 16));
  }
  return { ok: true, bytes: Uint8Array.from(bytes) };
}

export function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** @returns `81 05 …`; every byte of it. */
export function formatHex(bytes: Uint8Array, between = ' '): string {
  return Array.from(bytes, hexOf).join(between);
}

function characterAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}
