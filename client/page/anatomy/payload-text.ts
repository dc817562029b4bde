// What the bytes of a payload say: as text, and byte by byte.
import { OPCODES } from '../../../server/protocol/opcodes.ts';
import { formatHex } from './hex.ts';

const CONTINUES = '⋯';
const BROKEN = '\ufffd';
/** Bytes that are no text are told as hex, so many at the most. */
const HEX_BYTES = 600;
/** In UTF-8: characters of two, three and four bytes begin with these or higher. */
const LEADS = [
  [0xf0, 4],
  [0xe0, 3],
  [0xc0, 2],
] as const;

/**
 * @param whole whether these are all of the bytes; if not, a character that is cut off at the end is left out.
 * @returns the text; bytes that are no UTF-8 become U+FFFD.
 */
export function textOf(bytes: Uint8Array, whole: boolean): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: !whole });
}

/** @returns what the plain bytes of a frame mean to whoever gets them, with a title for it. @param whole as above. */
export function meaningOf(opcode: number, plain: Uint8Array, whole: boolean): { title: string; text: string } {
  if (opcode === OPCODES.close && plain.length >= 2) {
    const code = ((plain[0] ?? 0) << 8) | (plain[1] ?? 0);
    const reason = textOf(plain.subarray(2), whole);
    return { title: 'The code and the reason', text: `${code}${reason === '' ? ', without a reason' : ` ${reason}`}` };
  }
  if (opcode === OPCODES.text || opcode === OPCODES.continuation) {
    return { title: 'The text it yields', text: textOf(plain, whole) };
  }
  return { title: 'The plain bytes', text: formatHex(plain.subarray(0, HEX_BYTES)) };
}

/**
 * @returns for each byte what to show for it: the character at its first byte and `⋯` at those that belong to it;
 * signs for what can't be seen.
 */
export function characterLabels(bytes: Uint8Array): string[] {
  const labels: string[] = [];
  while (labels.length < bytes.length) {
    const at = labels.length;
    const size = characterBytes(bytes[at] ?? 0);
    const character = decodeOne(bytes.subarray(at, at + size));
    if (character === null) labels.push(BROKEN);
    else labels.push(visible(character), ...Array.from({ length: size - 1 }, () => CONTINUES));
  }
  return labels;
}

function characterBytes(lead: number): number {
  return LEADS.find(([from]) => lead >= from)?.[1] ?? 1;
}

function decodeOne(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Control characters as the pictures that Unicode has for them. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : character;
}
