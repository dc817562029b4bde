// Bytes that come in pieces, put together as they come: a piece that is kept for itself costs some hundred bytes of
// memory, however short it is.

const NOTHING = Buffer.alloc(0);
/**
 * What is longer is kept in blocks of this size until it is complete: a megabyte that doubles leaves as much behind for
 * the collector, and claims as much again that may never come.
 */
const BLOCK_BYTES = 64 * 1024;

export class Gathering {
  private blocks: Buffer[] = [];
  /** The last of them, begun. */
  private bytes: Buffer = NOTHING;
  private used = 0;

  get length(): number {
    return this.blocks.length * BLOCK_BYTES + this.used;
  }

  /** Takes a copy. */
  add(source: Buffer, start: number, end: number): void {
    for (let from = start; from < end; ) {
      if (this.used === BLOCK_BYTES) this.blocks.push(this.next());
      const to = Math.min(end, from + BLOCK_BYTES - this.used);
      this.fit(this.used + to - from);
      this.used += source.copy(this.bytes, this.used, from, to);
      from = to;
    }
  }

  /** @returns what was gathered, which is the caller's now. */
  take(): Buffer {
    const last = this.next();
    if (this.blocks.length === 0) return last;
    const gathered = Buffer.concat([...this.blocks, last]);
    this.blocks = [];
    return gathered;
  }

  /** Begins another block. @returns the one before. */
  private next(): Buffer {
    const before = this.bytes.subarray(0, this.used);
    this.bytes = NOTHING;
    this.used = 0;
    return before;
  }

  private fit(needed: number): void {
    if (needed <= this.bytes.length) return;
    // Doubled, so that each byte is copied about twice; not from Node's pool, of which a part would keep 8 KiB.
    const doubled = Math.min(BLOCK_BYTES, Math.max(needed, this.bytes.length * 2));
    const larger = Buffer.allocUnsafeSlow(this.blocks.length === 0 ? doubled : BLOCK_BYTES);
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}
