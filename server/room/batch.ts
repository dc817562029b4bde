// A batch: messages that go out in one write per connection. Each encoding is built once, and shared by all sockets.
import { formatCursor } from '../protocol/cursor.ts';
import type { Message } from '../protocol/messages.ts';

/**
 * Bytes of message JSON after which a write to a stream ends, live or catching up. It is what a reader that stops reading
 * costs: with the framing of the shortest messages it stays below 64 kB.
 */
export const WRITE_BYTES = 40 * 1024;

/** Turns a batch into the bytes of one transport. It must be a constant function: batches remember by identity. */
export type Encoder = (batch: Batch) => Buffer;

export class Batch {
  readonly epoch: string;
  /** At least one, contiguous. */
  readonly messages: readonly Message[];
  /** The messages' JSON texts, one each. */
  readonly jsons: readonly string[];
  readonly #encodings = new Map<Encoder, Buffer>();
  #bytes: number | null = null;

  constructor(epoch: string, messages: readonly Message[], jsons: readonly string[]) {
    this.epoch = epoch;
    this.messages = messages;
    this.jsons = jsons;
  }

  /** The seq before the first message: who stands there takes the batch as it is. */
  get after(): number {
    return (this.messages[0] as Message).seq - 1;
  }

  get lastSeq(): number {
    return this.after + this.messages.length;
  }

  /** Bytes of all JSON texts together. */
  get bytes(): number {
    this.#bytes ??= this.jsons.reduce((sum, json) => sum + Buffer.byteLength(json), 0);
    return this.#bytes;
  }

  cursorOf(index: number): string {
    return formatCursor(this.epoch, this.after + 1 + index);
  }

  encoded(encoder: Encoder): Buffer {
    let bytes = this.#encodings.get(encoder);
    if (bytes === undefined) {
      bytes = encoder(this);
      this.#encodings.set(encoder, bytes);
    }
    return bytes;
  }

  /** @returns the messages above `seq`, `limit` at the most; the batch itself where that is all of it. */
  part(seq: number, limit: number): Batch {
    const from = Math.max(0, seq - this.after);
    const to = Math.min(this.messages.length, from + limit);
    if (from === 0 && to === this.messages.length) return this;
    return new Batch(this.epoch, this.messages.slice(from, to), this.jsons.slice(from, to));
  }
}

/** Cuts messages into batches that end at so many bytes of JSON; a single message may not fit and still goes alone. */
export function toBatches(epoch: string, messages: readonly Message[], maxBytes: number): Batch[] {
  const batches: Batch[] = [];
  for (let start = 0; start < messages.length; ) {
    const batch = firstBatch(epoch, messages, maxBytes, start);
    batches.push(batch);
    start += batch.messages.length;
  }
  return batches;
}

/** @returns the first of the batches that messages make, of which there must be one from `start` on. */
export function firstBatch(epoch: string, messages: readonly Message[], maxBytes: number, start = 0): Batch {
  const jsons: string[] = [];
  let bytes = 0;
  for (let index = start; index < messages.length; index += 1) {
    const json = JSON.stringify(messages[index]);
    bytes += Buffer.byteLength(json);
    if (bytes > maxBytes && index > start) break;
    jsons.push(json);
  }
  return new Batch(epoch, messages.slice(start, start + jsons.length), jsons);
}

/**
 * Joins consecutive batches from `batches[index]` on into one, from the message after `after`, up to `limit` messages
 * or `maxBytes`. @returns null where there is nothing after `after`.
 */
export function merge(
  batches: readonly Batch[],
  index: number,
  after: number,
  limit: number,
  maxBytes: number,
): Batch | null {
  const start = batches[index];
  if (start === undefined || start.lastSeq <= after) return null;
  const first = start.part(after, limit);
  const parts = [first];
  let count = first.messages.length;
  let bytes = first.bytes;
  for (let next = index + 1; next < batches.length; next += 1) {
    const batch = batches[next] as Batch;
    if (count + batch.messages.length > limit || bytes + batch.bytes > maxBytes) break;
    parts.push(batch);
    count += batch.messages.length;
    bytes += batch.bytes;
  }
  if (parts.length === 1) return first;
  return new Batch(
    first.epoch,
    parts.flatMap((part) => part.messages),
    parts.flatMap((part) => part.jsons),
  );
}
