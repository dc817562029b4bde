// For tests only: frames as a client sends them, masked, and whatever is wrong with them; and a decoder that takes notes.
import { type DecoderLimits, FrameDecoder } from './frame-decoder.ts';
import { VIOLATIONS } from './violations.ts';

export interface ClientFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly fin?: boolean;
  /** RSV1 to RSV3 as a number of three bits. */
  readonly rsv?: number;
  /** Four bytes, or null for an unmasked frame. */
  readonly mask?: Uint8Array | null;
  /** Which form the length is written in, whether that is the shortest or not. */
  readonly lengthBits?: 7 | 16 | 64;
}

export const SOME_MASK: Uint8Array = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);

export const NO_LIMITS: DecoderLimits = {
  maxMessageBytes: 2 ** 30,
  maxFragments: 2 ** 30,
};

export function clientFrame(frame: ClientFrame): Buffer {
  const { opcode, payload, fin = true, rsv = 0, mask = SOME_MASK } = frame;
  const { lengthBits = payload.length < 126 ? 7 : payload.length < 0x10000 ? 16 : 64 } = frame;
  const maskBit = mask === null ? 0 : 0x80;
  const header = Buffer.alloc(lengthBits === 7 ? 2 : lengthBits === 16 ? 4 : 10);
  header[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  header[1] = maskBit | (lengthBits === 7 ? payload.length : lengthBits === 16 ? 126 : 127);
  if (lengthBits === 16) header.writeUInt16BE(payload.length, 2);
  if (lengthBits === 64) header.writeBigUInt64BE(BigInt(payload.length), 2);
  if (mask === null) return Buffer.concat([header, payload]);
  return Buffer.concat([header, mask, payload.map((byte, i) => byte ^ (mask[i % 4] as number))]);
}

export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}

/** Cuts at the given places, each in a buffer of its own, as a socket's reads are. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Buffer[] {
  const ends = [...new Set([...places, bytes.length])].filter((at) => at > 0 && at <= bytes.length);
  ends.sort((a, b) => a - b);
  return ends.map((end, i) => Buffer.from(Uint8Array.prototype.slice.call(bytes, i === 0 ? 0 : ends[i - 1], end)));
}

/** What a decoder says of these pieces, a line each: `text …`, `binary <hex>`, `violation 1002 reserved-bits`, … */
export function decode(pieces: readonly Uint8Array[], limits: DecoderLimits = NO_LIMITS): string[] {
  const { decoder, notes } = decoderWithNotes(limits);
  for (const piece of pieces) decoder.push(Buffer.from(piece));
  return notes;
}

export function decoderWithNotes(limits: DecoderLimits = NO_LIMITS): { decoder: FrameDecoder; notes: string[] } {
  const notes: string[] = [];
  const decoder = new FrameDecoder(limits, {
    onText: (data) => void notes.push(`text ${data}`),
    onBinary: (data) => void notes.push(`binary ${data.toString('hex')}`),
    onPing: (payload) => void notes.push(`ping ${payload.toString('hex')}`),
    onPong: (payload) => void notes.push(`pong ${payload.toString('hex')}`),
    onClose: (code, reason) => void notes.push(`close ${code} ${reason}`),
    onViolation: (code) => void notes.push(`violation ${VIOLATIONS[code].closeCode} ${code}`),
  });
  return { decoder, notes };
}
