// One frame's header, RFC 6455 section 5.2, read from as many bytes as are there. Judges nothing.

/** The fields of a frame in their order. */
export const FIELD_NAMES = [
  'fin',
  'rsv',
  'opcode',
  'mask',
  'length',
  'extended-length',
  'masking-key',
  'payload',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** Section 5.3. */
export const KEY_BYTES = 4;

export interface FrameHeader {
  readonly fin: boolean;
  /** RSV1 to RSV3 as a number of three bits. */
  readonly rsv: number;
  readonly opcode: number;
  /** Null, like all that follows, where the bytes end before it. */
  readonly masked: boolean | null;
  /** The seven bits: a length, or 126 or 127 for the form that follows. */
  readonly lengthWord: number | null;
  readonly lengthBits: 7 | 16 | 64 | null;
  /** Payload bytes that are announced. */
  readonly length: bigint | null;
  /** Null also where the frame is not masked. */
  readonly key: Uint8Array | null;
  /** Bytes of the header that are there. */
  readonly bytes: number;
  /** Bytes of it that are not; at least so many where not even the second byte is there. */
  readonly missing: number;
}

/** @returns what the bytes from `start` on say; null where there are none. */
export function readHeader(bytes: Uint8Array, start = 0): FrameHeader | null {
  const [first, second] = [bytes[start], bytes[start + 1]];
  if (first === undefined) return null;
  const firstByte = { fin: (first & 0x80) !== 0, rsv: (first >> 4) & 0b111, opcode: first & 0x0f };
  if (second === undefined) {
    const unknown = { masked: null, lengthWord: null, lengthBits: null, length: null, key: null };
    return { ...firstByte, ...unknown, bytes: 1, missing: 1 };
  }

  const masked = (second & 0x80) !== 0;
  const lengthWord = second & 0x7f;
  const lengthBits = lengthWord === 127 ? 64 : lengthWord === 126 ? 16 : 7;
  const lengthBytes = lengthBits === 7 ? 0 : lengthBits / 8;
  const total = 2 + lengthBytes + (masked ? KEY_BYTES : 0);
  const here = Math.min(total, bytes.length - start);
  const keyAt = start + 2 + lengthBytes;
  return {
    ...firstByte,
    masked,
    lengthWord,
    lengthBits,
    length: here < 2 + lengthBytes ? null : lengthBytes === 0 ? BigInt(lengthWord) : bigEndian(bytes, start + 2, keyAt),
    key: masked && here === total ? bytes.slice(keyAt, keyAt + KEY_BYTES) : null,
    bytes: here,
    missing: total - here,
  };
}

function bigEndian(bytes: Uint8Array, start: number, end: number): bigint {
  return bytes.subarray(start, end).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
