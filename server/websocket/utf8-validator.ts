// UTF-8 checked as it arrives, in any pieces, RFC 3629 section 4; RFC 6455 section 8.1 demands it of every text.
import { isUtf8 } from 'node:buffer';

/** Below this, the loop is done before a native call has begun. */
const NATIVE_FROM_BYTES = 64;

/**
 * A machine whose state is what the next byte may be. Between characters `missing` is 0. Inside one, `missing` bytes
 * are still to come, and the next must lie between `low` and `high`: 80 to BF, but after some lead bytes a part of it,
 * which is what shuts out overlong forms, surrogates and everything above U+10FFFF.
 */
export class Utf8Validator {
  private missing = 0;
  private low = 0x80;
  private high = 0xbf;

  /** Whether the bytes so far end between two characters, as a text must. */
  get complete(): boolean {
    return this.missing === 0;
  }

  reset(): void {
    this.missing = 0;
    this.low = 0x80;
    this.high = 0xbf;
  }

  /** @returns false where no UTF-8 text begins with the bytes so far. Then only `reset` is of use. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < NATIVE_FROM_BYTES) return this.step(bytes, start, end);

    // A long piece: step through the characters that its two ends cut, leave what is between to Node's own check.
    let from = start;
    while (this.missing > 0) {
      if (!this.step(bytes, from, from + 1)) return false;
      from += 1;
    }
    const to = lastLead(bytes, end);
    return isUtf8(bytes.subarray(from, to)) && this.step(bytes, to, end);
  }

  private step(bytes: Uint8Array, start: number, end: number): boolean {
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i] as number;
      if (this.missing > 0) {
        if (byte < this.low || byte > this.high) return false;
        this.missing -= 1;
        this.low = 0x80;
        this.high = 0xbf;
      } else if (byte > 0x7f && !this.lead(byte)) return false;
    }
    return true;
  }

  /** RFC 3629 section 4, UTF8-2, UTF8-3 and UTF8-4. */
  private lead(byte: number): boolean {
    // Below: a stray continuation, or C0 and C1, always overlong. Above: always more than U+10FFFF.
    if (byte < 0xc2 || byte > 0xf4) return false;
    this.missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    // Overlong forms lie below these two.
    if (byte === 0xe0) this.low = 0xa0;
    if (byte === 0xf0) this.low = 0x90;
    // The surrogates U+D800 to U+DFFF, and what is more than U+10FFFF, lie above these.
    if (byte === 0xed) this.high = 0x9f;
    if (byte === 0xf4) this.high = 0x8f;
    return true;
  }
}

/** @returns where the last character begins, which may be unfinished; `end` where that is more than 3 bytes back. */
function lastLead(bytes: Uint8Array, end: number): number {
  for (let i = end - 1; i >= end - 3; i -= 1) {
    if (((bytes[i] as number) & 0xc0) !== 0x80) return i;
  }
  return end;
}
