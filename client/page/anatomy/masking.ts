// Masking, RFC 6455 section 5.3: byte i of the payload is XORed with byte i modulo 4 of the key; twice is not at all.
import { KEY_BYTES } from '../../../server/protocol/frame-header.ts';

/** @returns new bytes, masked or unmasked; the same where there is no key. */
export function applyMask(bytes: Uint8Array, key: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const result = Uint8Array.from(bytes);
  if (key === null) return result;
  for (let i = 0; i < result.length; i += 1) result[i] = (result[i] ?? 0) ^ keyByte(key, i);
  return result;
}

/** @returns the byte of the key that belongs to byte `index` of the payload. */
export function keyByte(key: Uint8Array, index: number): number {
  return key[index % KEY_BYTES] ?? 0;
}
