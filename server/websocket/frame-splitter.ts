// Cuts a byte stream into frames without judging them, for those who show them. RFC 6455 section 5.2.
import { Gathering } from '../gathering.ts';
import { readHeader } from '../protocol/frame-header.ts';

export interface SplitFrame {
  /** From the first byte to the masking key, as on the wire. */
  readonly header: Buffer;
  /** The first bytes of the payload, as on the wire: masked where the frame is. */
  readonly payload: Buffer;
  /** Bytes of the whole payload. */
  readonly payloadBytes: number;
}

/** The longest header: 2 bytes, 8 of length, 4 of key. */
const MOST_HEADER_BYTES = 14;

/** @returns a function that takes the stream in any pieces, and tells of every frame at its last byte. */
export function createFrameSplitter(
  keptPayloadBytes: number,
  found: (frame: SplitFrame) => void,
): (bytes: Buffer) => void {
  let header = Buffer.alloc(0);
  const kept = new Gathering();
  let keptBytes = 0;
  let payloadBytes = 0;
  let remaining = -1;

  return (bytes) => {
    let at = 0;
    while (at < bytes.length || remaining === 0) {
      if (remaining < 0) {
        const known = header.length;
        header = Buffer.concat([header, bytes.subarray(at, at + MOST_HEADER_BYTES - known)]);
        const read = readHeader(header);
        if (read === null || read.missing > 0) return;
        at += read.bytes - known;
        header = header.subarray(0, read.bytes);
        payloadBytes = Number(read.length);
        remaining = payloadBytes;
      }
      const part = bytes.subarray(at, at + remaining);
      if (keptBytes < keptPayloadBytes) kept.add(part, 0, Math.min(part.length, keptPayloadBytes - keptBytes));
      keptBytes += part.length;
      remaining -= part.length;
      at += part.length;
      if (remaining > 0) return;
      found({ header: Buffer.from(header), payload: kept.take(), payloadBytes });
      header = Buffer.alloc(0);
      keptBytes = 0;
      remaining = -1;
    }
  };
}
