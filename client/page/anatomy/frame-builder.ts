// Frames as a browser sends them: whole messages, masked, the length in the shortest of its three forms.
import { KEY_BYTES } from '../../../server/protocol/frame-header.ts';
import { OPCODES } from '../../../server/protocol/opcodes.ts';
import { applyMask } from './masking.ts';

const FIN = 0x80;
const MASKED = 0x80;

/** A frame as it went over the wire, or would; of a long payload perhaps only the beginning. */
export interface WireFrame {
  readonly header: Uint8Array;
  /** As on the wire: masked where the header says so. */
  readonly payload: Uint8Array;
  /** All of the payload, also what is not in `payload`. */
  readonly payloadBytes: number;
}

/** @returns the header of a masked text frame. @param key four bytes. */
export function clientHeader(payloadBytes: number, key: Uint8Array): Uint8Array<ArrayBuffer> {
  const lengthBytes = payloadBytes < 126 ? 0 : payloadBytes < 0x10000 ? 2 : 8;
  const header = new Uint8Array(2 + lengthBytes + KEY_BYTES);
  const view = new DataView(header.buffer);
  header[0] = FIN | OPCODES.text;
  header[1] = MASKED | (lengthBytes === 0 ? payloadBytes : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, payloadBytes);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(payloadBytes));
  header.set(key.subarray(0, KEY_BYTES), 2 + lengthBytes);
  return header;
}

/**
 * @param limit how many bytes of the payload are masked and kept; all by default.
 * @returns the text frame that carries these bytes.
 */
export function clientFrame(payload: Uint8Array, key: Uint8Array, limit: number = payload.length): WireFrame {
  return {
    header: clientHeader(payload.length, key),
    payload: applyMask(payload.subarray(0, limit), key),
    payloadBytes: payload.length,
  };
}

/** @returns the bytes of the frame that are known, in one piece. */
export function frameBytes({ header, payload }: WireFrame): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(header.length + payload.length);
  bytes.set(header);
  bytes.set(payload, header.length);
  return bytes;
}
