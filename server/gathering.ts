// Bytes that come in pieces, put together as they come: a piece that is kept for itself costs some hundred bytes of
// memory, however short it is.

const NOTHING = Buffer.alloc(0);

export class Gathering {
  private bytes: Buffer = NOTHING;
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** Takes a copy. */
  add(source: Buffer, start: number, end: number): void {
    const needed = this.used + end - start;
    if (needed > this.bytes.length) {
      // Doubled, so that each byte is copied about twice; not from Node's pool, of which a part would keep 8 KiB.
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    source.copy(this.bytes, this.used, start, end);
    this.used = needed;
  }

  /** @returns what was gathered, which is the caller's now. */
  take(): Buffer {
    const gathered = this.bytes.subarray(0, this.used);
    this.bytes = NOTHING;
    this.used = 0;
    return gathered;
  }
}
