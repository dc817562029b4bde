// Before ws: passes a client's bytes on, but the payload of a frame only when all of it is there. ws keeps every piece
// of it for itself, some hundred bytes for one that is a byte long. RFC 6455 section 5.2.
import { Gathering } from '../gathering.ts';

const FIN = 0x80;
/** Section 5.5: the bit that the opcodes of control frames have. */
const CONTROL = 0x08;
const MASK = 0x80;

export class FrameJoiner {
  /** Messages whose last byte has come. */
  messages = 0;
  private readonly maxFrameBytes: number;
  private first = 0;
  /** Bytes of the frame's header so far; 0 between two frames. */
  private headerBytes = 0;
  private headerLength = 2;
  /** Where the length ends that follows the second byte. */
  private lengthEnd = 2;
  /** Payload bytes still to come. */
  private remaining = 0;
  /** Whether a message has fragments, and no last one yet. */
  private isOpen = false;
  /** ws has refused what was announced: all else is its own. */
  private isOver = false;
  private held: Gathering | null = null;

  /** @param maxFrameBytes what announces more is passed on as it comes, for ws to refuse. */
  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Whether a message, or a frame, has begun and not ended. */
  get unfinished(): boolean {
    return this.isOpen || this.headerBytes > 0;
  }

  push(bytes: Buffer, pass: (bytes: Buffer) => void): void {
    let passed = 0;
    for (let at = 0; at < bytes.length && !this.isOver; ) {
      if (this.headerBytes < this.headerLength) {
        this.readHeader(bytes[at] as number);
        at += 1;
        continue;
      }
      const end = Math.min(at + this.remaining, bytes.length);
      this.remaining -= end - at;
      if (this.remaining > 0 || this.held !== null) {
        // ws keeps the key of a frame that is unfinished, and with a part of what was read all of it.
        if (at > passed) pass(Buffer.from(bytes.subarray(passed, at)));
        this.held ??= new Gathering();
        this.held.add(bytes, at, end);
        passed = end;
      }
      if (this.remaining === 0) {
        if (this.held !== null) pass(this.held.take());
        this.held = null;
        this.endFrame();
      }
      at = end;
    }
    if (passed < bytes.length) pass(bytes.subarray(passed));
  }

  private readHeader(byte: number): void {
    this.headerBytes += 1;
    if (this.headerBytes === 1) this.first = byte;
    else if (this.headerBytes === 2) {
      const form = byte & ~MASK;
      this.lengthEnd = form === 126 ? 4 : form === 127 ? 10 : 2;
      this.headerLength = this.lengthEnd + ((byte & MASK) === 0 ? 0 : 4);
      this.remaining = form < 126 ? form : 0;
    } else if (this.headerBytes <= this.lengthEnd) this.remaining = this.remaining * 256 + byte;
    if (this.headerBytes < this.headerLength) return;
    if (this.remaining > this.maxFrameBytes) this.isOver = true;
    else if (this.remaining === 0) this.endFrame();
  }

  private endFrame(): void {
    this.headerBytes = 0;
    this.headerLength = 2;
    if ((this.first & CONTROL) !== 0) return;
    this.isOpen = (this.first & FIN) === 0;
    if (!this.isOpen) this.messages += 1;
  }
}
