// A sequence of bytes taken apart frame by frame, as a receiver reads it, up to the first rule that is broken.
import { isSendableCloseCode } from '../../../server/protocol/close-codes.ts';
import { type FrameHeader, readHeader } from '../../../server/protocol/frame-header.ts';
import { isControl, OPCODES } from '../../../server/protocol/opcodes.ts';
import { checkHeader, type Sender, type Violation } from './frame-rules.ts';
import { applyMask } from './masking.ts';

export interface SequenceFrame {
  /** Where it begins in the bytes. */
  readonly start: number;
  readonly header: FrameHeader;
  /** All of the frame that is there. */
  readonly bytes: Uint8Array;
}

export type SequenceEnd =
  /** `unfinished`: the last message still waits for its last fragment. */
  | { readonly kind: 'complete'; readonly unfinished: boolean }
  /** The last frame of the list breaks a rule. */
  | { readonly kind: 'violation'; readonly violation: Violation }
  /** The last frame of the list is not all there. `exact`: so many bytes are missing, otherwise at least so many. */
  | { readonly kind: 'truncated'; readonly missing: bigint; readonly exact: boolean };

export interface Sequence {
  readonly frames: readonly SequenceFrame[];
  readonly end: SequenceEnd;
}

export function readSequence(bytes: Uint8Array, from: Sender): Sequence {
  const frames: SequenceFrame[] = [];
  const message = createMessageState();
  let closed = false;
  let start = 0;
  for (;;) {
    const header = readHeader(bytes, start);
    if (header === null) return { frames, end: { kind: 'complete', unfinished: message.open !== null } };
    const payloadStart = start + header.bytes;
    const announced = header.length ?? 0n;
    const here = Math.min(bytes.length - payloadStart, Number(announced));
    frames.push({ start, header, bytes: bytes.subarray(start, payloadStart + here) });

    const payload = applyMask(bytes.subarray(payloadStart, payloadStart + here), header.key);
    const missing = BigInt(header.missing) + announced - BigInt(here);
    const violation =
      (closed ? AFTER_CLOSE : checkHeader(header, from, message.open)) ??
      (header.missing > 0 ? null : message.take(header, payload, missing === 0n));
    if (violation !== null) return { frames, end: { kind: 'violation', violation } };
    if (missing > 0n) return { frames, end: { kind: 'truncated', missing, exact: header.length !== null } };
    closed = header.opcode === OPCODES.close;
    start = payloadStart + here;
  }
}

const AFTER_CLOSE: Violation = {
  rule: 'after-close',
  detail: 'A close frame is the last that an endpoint sends. Whatever comes after it is ignored.',
};

interface MessageState {
  /** The opcode of the message that is not finished, or null. */
  readonly open: number | null;
  /** @param whole whether all of the frame's payload is there. */
  take(header: FrameHeader, payload: Uint8Array, whole: boolean): Violation | null;
}

function createMessageState(): MessageState {
  let open: number | null = null;
  let decoder = strictDecoder();
  /** Plain bytes of the text so far: once it has failed, they tell where. */
  let pieces: Uint8Array[] = [];

  function takeText(payload: Uint8Array, end: boolean): Violation | null {
    pieces.push(payload);
    if (decodes(decoder, payload, !end)) return null;
    return { rule: 'text-not-utf8', detail: badByte('the text', joined(pieces), end) };
  }

  return {
    get open() {
      return open;
    },
    take({ opcode, fin }, payload, whole) {
      if (isControl(opcode)) return whole && opcode === OPCODES.close ? checkClose(payload) : null;
      if (opcode !== OPCODES.continuation) {
        decoder = strictDecoder();
        pieces = [];
        open = opcode;
      }
      const end = fin && whole;
      const violation = open === OPCODES.text ? takeText(payload, end) : null;
      if (fin) open = null;
      return violation;
    },
  };
}

function checkClose(payload: Uint8Array): Violation | null {
  if (payload.length < 2) return null;
  const code = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
  if (!isSendableCloseCode(code)) {
    const detail = `${code} is none of 1000–1003, 1007–1014 and 3000–4999, the codes that may be sent.`;
    return { rule: 'close-code', detail };
  }
  const reason = payload.subarray(2);
  if (decodes(strictDecoder(), reason, false)) return null;
  return { rule: 'close-reason-not-utf8', detail: badByte('the reason', reason, true) };
}

function strictDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

function decodes(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): boolean {
  try {
    decoder.decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

function badByte(what: string, bytes: Uint8Array, end: boolean): string {
  const decoder = strictDecoder();
  for (const [index, byte] of bytes.entries()) {
    if (!decodes(decoder, Uint8Array.of(byte), true)) {
      return `Byte ${index + 1} of ${what}, ${byte.toString(16).padStart(2, '0')}, can’t stand where it does.`;
    }
  }
  return end
    ? `The last character of ${what} is cut off.`
    : `There is a byte in ${what} that can’t stand where it does.`;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
