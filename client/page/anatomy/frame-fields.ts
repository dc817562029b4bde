// Where the fields of a frame lie in its bytes. RFC 6455 section 5.2.
import { type FieldName, type FrameHeader, KEY_BYTES } from '../../../server/protocol/frame-header.ts';
import { OPCODES } from '../../../server/protocol/opcodes.ts';

/** Where a field lies in the frame's bytes, which may end before it does. */
export interface Field {
  readonly name: FieldName;
  /** The first byte, and the one after the last that is there. */
  readonly start: number;
  readonly end: number;
  /** Of the fields that share the first two bytes: their own bits, as 0 and 1. */
  readonly bits: string | null;
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

/** @returns the opcode's name, `reserved` for those that have none. */
export function opcodeName(opcode: number): string {
  return Object.entries(OPCODES).find(([, value]) => value === opcode)?.[0] ?? 'reserved';
}

function binary(value: number, digits: number): string {
  return value.toString(2).padStart(digits, '0');
}
