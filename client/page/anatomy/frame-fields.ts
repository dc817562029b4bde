// The fields of one frame's header, RFC 6455 section 5.2, read from as many bytes as are there. Judges nothing.
import { KEY_BYTES } from './masking.ts';

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

export const OPCODES = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

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

/** Where a field lies in the frame's bytes, which may end before it does. */
export interface Field {
  readonly name: FieldName;
  /** The first byte, and the one after the last that is there. */
  readonly start: number;
  readonly end: number;
  /** Of the fields that share the first two bytes: their own bits, as 0 and 1. */
  readonly bits: string | null;
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

/** @returns the fields in the order of the bytes. @param payloadBytes how many of the payload are there. */
export function fieldsOf(header: FrameHeader, payloadBytes: number): Field[] {
  const fields: Field[] = [
    { name: 'fin', start: 0, end: 1, bits: header.fin ? '1' : '0' },
    { name: 'rsv', start: 0, end: 1, bits: binary(header.rsv, 3) },
    { name: 'opcode', start: 0, end: 1, bits: binary(header.opcode, 4) },
  ];
  if (header.masked === null || header.lengthWord === null) return fields;
  fields.push(
    { name: 'mask', start: 1, end: 2, bits: header.masked ? '1' : '0' },
    { name: 'length', start: 1, end: 2, bits: binary(header.lengthWord, 7) },
  );
  const rest: [FieldName, number][] = [
    ['extended-length', header.lengthBits === 7 ? 0 : (header.lengthBits ?? 0) / 8],
    ['masking-key', header.masked ? KEY_BYTES : 0],
  ];
  let at = 2;
  for (const [name, size] of rest) {
    const end = Math.min(at + size, header.bytes);
    if (end > at) fields.push({ name, start: at, end, bits: null });
    at += size;
  }
  if (payloadBytes > 0) fields.push({ name: 'payload', start: at, end: at + payloadBytes, bits: null });
  return fields;
}

export function isControl(opcode: number): boolean {
  return opcode >= OPCODES.close;
}

/** @returns the opcode's name, `reserved` for those that have none. */
export function opcodeName(opcode: number): string {
  return Object.entries(OPCODES).find(([, value]) => value === opcode)?.[0] ?? 'reserved';
}

function bigEndian(bytes: Uint8Array, start: number, end: number): bigint {
  return bytes.subarray(start, end).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function binary(value: number, digits: number): string {
  return value.toString(2).padStart(digits, '0');
}
