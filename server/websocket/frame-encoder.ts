// Frames as a server sends them, RFC 6455 section 5.2: whole messages, unmasked (5.1), lengths in the shortest form.
import { CONTROL_PAYLOAD_BYTES, OPCODES, type Opcode } from '../protocol/opcodes.ts';

const FIN = 0x80;

/** @returns the frame in a buffer of its own. The payload is copied. */
export function encodeFrame(opcode: Opcode, payload: Uint8Array): Buffer {
  const headerBytes = headerLength(payload.length);
  const frame = Buffer.allocUnsafe(headerBytes + payload.length);
  writeHeader(frame, opcode, payload.length);
  frame.set(payload, headerBytes);
  return frame;
}

/** @returns one text frame. A lone surrogate, which UTF-8 can't say, becomes U+FFFD. */
export function encodeText(text: string): Buffer {
  const payloadBytes = Buffer.byteLength(text);
  const headerBytes = headerLength(payloadBytes);
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  writeHeader(frame, OPCODES.text, payloadBytes);
  frame.write(text, headerBytes);
  return frame;
}

/**
 * Section 5.5.1: two bytes of code, then the reason.
 * @throws RangeError where the reason takes more than 123 bytes of UTF-8
 */
export function encodeClose(code: number, reason = ''): Buffer {
  const payload = Buffer.allocUnsafe(2 + Buffer.byteLength(reason));
  if (payload.length > CONTROL_PAYLOAD_BYTES) throw new RangeError('A close reason has at most 123 bytes of UTF-8.');
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return encodeFrame(OPCODES.close, payload);
}

function headerLength(payloadBytes: number): 2 | 4 | 10 {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 0x10000 ? 4 : 10;
}

function writeHeader(frame: Buffer, opcode: Opcode, payloadBytes: number): void {
  frame[0] = FIN | opcode;
  switch (headerLength(payloadBytes)) {
    case 2:
      frame[1] = payloadBytes;
      break;
    case 4:
      frame[1] = 126;
      frame.writeUInt16BE(payloadBytes, 2);
      break;
    case 10:
      frame[1] = 127;
      frame.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), 2);
      frame.writeUInt32BE(payloadBytes % 2 ** 32, 6);
      break;
  }
}
