// Masking, RFC 6455 section 5.3: byte i of the payload is XORed with byte (i modulo 4) of the key; twice is not at all.

/** From here on a word at a time is faster, in spite of the view that it takes. */
const WORDS_FROM_BYTES = 48;
/** The top bit of each byte of a word. */
const NOT_ASCII = 0x80808080 | 0;

// Writing bytes and reading a word gives the machine's own byte order, whichever it is.
const keyBytes = new Uint8Array(4);
const keyWord = new Int32Array(keyBytes.buffer);

/**
 * Unmasks `bytes` from `start` to `end` in place.
 * @param key the four bytes of the key as one number, the first byte uppermost
 * @param phase how many bytes of the frame's payload came before `start`
 * @returns whether all of the unmasked bytes are ASCII; it costs nothing to find out here
 */
export function unmask(bytes: Uint8Array, start: number, end: number, key: number, phase: number): boolean {
  if (end - start < WORDS_FROM_BYTES) return (unmaskBytes(bytes, start, end, key, phase) & NOT_ASCII) === 0;

  // Words must lie at multiples of four in their ArrayBuffer; up to three bytes before and behind are done singly.
  const wordsStart = start + (-(bytes.byteOffset + start) & 3);
  const wordsCount = (end - wordsStart) >> 2;
  const wordsEnd = wordsStart + wordsCount * 4;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + wordsStart, wordsCount);
  let seen = unmaskBytes(bytes, start, wordsStart, key, phase);
  seen |= unmaskWords(words, wordOf(key, phase + wordsStart - start));
  seen |= unmaskBytes(bytes, wordsEnd, end, key, phase + wordsEnd - start);
  return (seen & NOT_ASCII) === 0;
}

/** @returns all of the unmasked bytes, ORed together. */
function unmaskBytes(bytes: Uint8Array, start: number, end: number, key: number, phase: number): number {
  let seen = 0;
  for (let i = start; i < end; i += 1) {
    const byte = (bytes[i] as number) ^ keyByte(key, phase + i - start);
    bytes[i] = byte;
    seen |= byte;
  }
  return seen;
}

function unmaskWords(words: Int32Array, mask: number): number {
  let seen = 0;
  for (let i = 0; i < words.length; i += 1) {
    const word = (words[i] as number) ^ mask;
    words[i] = word;
    seen |= word;
  }
  return seen;
}

function keyByte(key: number, index: number): number {
  return (key >>> (24 - 8 * (index & 3))) & 0xff;
}

function wordOf(key: number, phase: number): number {
  for (let i = 0; i < 4; i += 1) keyBytes[i] = keyByte(key, phase + i);
  return keyWord[0] as number;
}
