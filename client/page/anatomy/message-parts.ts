// What the bytes of a request, a response, an event or a frame are for: heads, framing, or payload.
import type { TracedFrame } from './trace-events.ts';

/** In bytes. */
export interface Parts {
  /** Request line, status line and headers. */
  readonly head: number;
  /** What marks where a message begins and ends. */
  readonly framing: number;
  /** The JSON. */
  readonly payload: number;
}

export const NO_PARTS: Parts = { head: 0, framing: 0, payload: 0 };

/** Something that was sent or received in one go. */
export interface Piece {
  readonly label: string;
  /** As it was; of a frame what its payload says. */
  readonly text: string;
  readonly bytes: number;
  readonly parts: Parts;
}

const HEAD_END = '\r\n\r\n';
const encoder = new TextEncoder();

/** @param text a whole request or response: a head and perhaps a body. */
export function httpPiece(label: string, text: string, bytes: number): Piece {
  const end = text.indexOf(HEAD_END);
  // A head is ASCII: its characters are its bytes.
  const head = end < 0 ? bytes : end + HEAD_END.length;
  const body = text.slice(head);
  const payload = Math.min(bytes - head, jsonBytes(body));
  return { label, text, bytes, parts: { head, framing: bytes - head - payload, payload } };
}

/** @param text events of a stream as they went out, with the chunk around them where there is one. */
export function eventPiece(label: string, text: string, bytes: number): Piece {
  const data = [...text.matchAll(/^data: ?(.*)$/gm)].map((match) => match[1] ?? '');
  const payload = data.reduce((sum, line) => sum + encoder.encode(line.replace(/\r$/, '')).length, 0);
  return { label, text, bytes, parts: { head: 0, framing: bytes - payload, payload } };
}

/** @param text the frame's payload as text. */
export function framePiece(label: string, { wire }: TracedFrame, text: string): Piece {
  const parts = { head: 0, framing: wire.header.length, payload: wire.payloadBytes };
  return { label, text, bytes: wire.header.length + wire.payloadBytes, parts };
}

export function sumParts(pieces: readonly Piece[]): Parts {
  return pieces.reduce(
    ({ head, framing, payload }, { parts }) => ({
      head: head + parts.head,
      framing: framing + parts.framing,
      payload: payload + parts.payload,
    }),
    NO_PARTS,
  );
}

export function sumBytes(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What is JSON in a body: all of it, but for chunk sizes around it. */
function jsonBytes(body: string): number {
  const [start, end] = [body.indexOf('{'), body.lastIndexOf('}')];
  return start < 0 ? 0 : encoder.encode(body.slice(start, end + 1)).length;
}
