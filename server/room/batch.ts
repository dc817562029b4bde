// A batch: messages that go out in one write per connection. Each encoding is built once, and shared by all sockets.
import { formatCursor } from '../protocol/cursor.ts';
import { PAGE_BYTES } from '../protocol/limits.ts';
import type { Message } from '../protocol/messages.ts';

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

/** Cuts messages into batches that end at `PAGE_BYTES` of JSON; a single message may not fit and still goes alone. */
export function toBatches(epoch: string, messages: readonly Message[]): Batch[] {
  const batches: Batch[] = [];
  let start = 0;
  let bytes = 0;
  let jsons: string[] = [];
  for (const [index, message] of messages.entries()) {
    const json = JSON.stringify(message);
    const size = Buffer.byteLength(json);
    if (bytes + size > PAGE_BYTES && index > start) {
      batches.push(new Batch(epoch, messages.slice(start, index), jsons));
      start = index;
      bytes = 0;
      jsons = [];
    }
    bytes += size;
    jsons.push(json);
  }
  if (start < messages.length) batches.push(new Batch(epoch, messages.slice(start), jsons));
  return batches;
}

/**
 * Joins consecutive batches from `batches[index]` on into one, from the message after `after`, up to `limit` messages
 * or `PAGE_BYTES`. @returns null where there is nothing after `after`.
 */
export function merge(batches: readonly Batch[], index: number, after: number, limit: number): Batch | null {
  const start = batches[index];
  if (start === undefined || start.lastSeq <= after) return null;
  const first = start.part(after, limit);
  const parts = [first];
  let count = first.messages.length;
  let bytes = first.bytes;
  for (let next = index + 1; next < batches.length; next += 1) {
    const batch = batches[next] as Batch;
    if (count + batch.messages.length > limit || bytes + batch.bytes > PAGE_BYTES) break;
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
