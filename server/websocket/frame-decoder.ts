// Bytes in, messages out: the frames of RFC 6455 section 5.2 as a machine with one method per state.

import { Gathering } from '../gathering.ts';
import { isSendableCloseCode } from '../protocol/close-codes.ts';
import { CONTROL_PAYLOAD_BYTES, isControl, NO_CLOSE_CODE, OPCODES } from '../protocol/opcodes.ts';
import type { WebSocketEngineOptions } from './engine.ts';
import { unmask } from './masking.ts';
import { Utf8Validator } from './utf8-validator.ts';
import type { ViolationCode } from './violations.ts';

/** Takes what the decoder finds, in the order of the bytes. After `onClose` or `onViolation` there is nothing more. */
export interface FrameSink {
  onText(data: string): void;
  /** The buffer may be part of a larger one. */
  onBinary(data: Buffer): void;
  /** The payload is the sink's to keep, here and below. */
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** `code` is 1005 where the frame has none. */
  onClose(code: number, reason: string): void;
  onViolation(code: ViolationCode): void;
}

export type DecoderLimits = Pick<WebSocketEngineOptions, 'maxMessageBytes' | 'maxFragments'>;

/** What the next byte belongs to. */
type State = 'first-byte' | 'second-byte' | 'length-16' | 'length-64' | 'mask' | 'data' | 'control' | 'ended';

const NOTHING = Buffer.alloc(0);

/**
 * Decodes what a *client* sends. Bytes may come in any pieces; nothing of a header is ever kept as a buffer, so an idle
 * connection costs a few numbers. A rule is checked at the first byte that can break it.
 */
export class FrameDecoder {
  private readonly limits: DecoderLimits;
  private readonly sink: FrameSink;
  private state: State = 'first-byte';

  /** A number in network byte order that may be cut anywhere: a length or the mask, and its bytes still to come. */
  private number = 0;
  private numberBytes = 0;

  // The frame that is being read.
  private fin: boolean = false;
  private opcode = 0;
  private length = 0;
  private mask = 0;
  /** Payload bytes still to come. */
  private remaining = 0;
  /** Payload of a control frame. Not with the message's: it may come between two fragments (5.4). */
  private control: Buffer = NOTHING;

  // The message that is being put together; 0 where there is none.
  private messageOpcode = 0;
  /** Payload bytes that its frames have announced so far. */
  private messageBytes = 0;
  private fragments = 0;
  /** Its payload so far, where it did not come at once. */
  private gathering: Gathering | null = null;
  private readonly utf8 = new Utf8Validator();

  /** Messages that were finished so far. */
  messages = 0;

  constructor(limits: DecoderLimits, sink: FrameSink) {
    this.limits = limits;
    this.sink = sink;
  }

  /** Whether a message, or a frame, has begun and not ended. */
  get unfinished(): boolean {
    return this.messageOpcode !== 0 || (this.state !== 'first-byte' && this.state !== 'ended');
  }

  /** Takes the next bytes, and keeps them: they are unmasked where they are. */
  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) at = this.step(bytes, at);
  }

  /** Ignores all that follows, as after a close frame. */
  stop(): void {
    this.state = 'ended';
    this.messageOpcode = 0;
    this.gathering = null;
    this.control = NOTHING;
  }

  /** Each of these reads from `at` on, as far as its state goes, and returns where the next one is to begin. */
  private step(bytes: Buffer, at: number): number {
    switch (this.state) {
      case 'first-byte':
        return this.readFirstByte(bytes, at);
      case 'second-byte':
        return this.readSecondByte(bytes, at);
      case 'length-16':
        return this.readLength16(bytes, at);
      case 'length-64':
        return this.readLength64(bytes, at);
      case 'mask':
        return this.readMask(bytes, at);
      case 'data':
        return this.readData(bytes, at);
      case 'control':
        return this.readControl(bytes, at);
      case 'ended':
        return bytes.length;
    }
  }

  /** FIN, RSV1 to RSV3, and four bits of opcode. */
  private readFirstByte(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number;
    this.fin = (byte & 0x80) !== 0;
    this.opcode = byte & 0x0f;
    if ((byte & 0x70) !== 0) return this.fail('reserved-bits', bytes);

    switch (this.opcode) {
      case OPCODES.continuation:
        if (this.messageOpcode === 0) return this.fail('nothing-to-continue', bytes);
        break;
      case OPCODES.text:
      case OPCODES.binary:
        if (this.messageOpcode !== 0) return this.fail('message-unfinished', bytes);
        this.messageOpcode = this.opcode;
        break;
      case OPCODES.close:
      case OPCODES.ping:
      case OPCODES.pong:
        if (!this.fin) return this.fail('control-fragmented', bytes);
        break;
      default:
        return this.fail('reserved-opcode', bytes);
    }
    this.state = 'second-byte';
    return at + 1;
  }

  /** MASK, and the length in 7 bits or the word that it follows in 16 or 64. */
  private readSecondByte(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number;
    const length = byte & 0x7f;
    if ((byte & 0x80) === 0) return this.fail('mask-missing', bytes);
    if (isControl(this.opcode) && length > CONTROL_PAYLOAD_BYTES) return this.fail('control-too-long', bytes);
    if (this.opcode === OPCODES.close && length === 1) return this.fail('close-payload-length', bytes);

    if (length < 126) return this.acceptLength(length, bytes, at + 1);
    this.expectNumber(length === 126 ? 2 : 8);
    this.state = length === 126 ? 'length-16' : 'length-64';
    return at + 1;
  }

  private readLength16(bytes: Buffer, at: number): number {
    const next = this.readNumber(bytes, at);
    if (this.numberBytes > 0) return next;
    if (this.number < 126) return this.fail('length-not-minimal', bytes);
    return this.acceptLength(this.number, bytes, next);
  }

  private readLength64(bytes: Buffer, at: number): number {
    if (this.numberBytes === 8 && (bytes[at] as number) > 0x7f) return this.fail('length-top-bit', bytes);
    const next = this.readNumber(bytes, at);
    if (this.numberBytes > 0) return next;
    // Above 2^53 the number is not exact any more, but then it is above every limit too.
    if (this.number < 0x10000) return this.fail('length-not-minimal', bytes);
    return this.acceptLength(this.number, bytes, next);
  }

  /** The limits are checked on what is announced (10.4), before anything is kept of it. */
  private acceptLength(length: number, bytes: Buffer, at: number): number {
    if (!isControl(this.opcode)) {
      this.messageBytes += length;
      this.fragments += 1;
      if (this.messageBytes > this.limits.maxMessageBytes) return this.fail('message-too-big', bytes);
      if (this.fragments > this.limits.maxFragments) return this.fail('too-many-fragments', bytes);
    }
    this.length = length;
    this.expectNumber(4);
    this.state = 'mask';
    return at;
  }

  private readMask(bytes: Buffer, at: number): number {
    const next = this.readNumber(bytes, at);
    if (this.numberBytes > 0) return next;
    this.mask = this.number;
    this.remaining = this.length;
    this.state = isControl(this.opcode) ? 'control' : 'data';
    if (this.state === 'control') this.control = this.length === 0 ? NOTHING : Buffer.allocUnsafeSlow(this.length);
    // `push` stops at the end of the bytes, so a frame without a payload must be finished here.
    return this.length === 0 ? this.step(bytes, next) : next;
  }

  /** Payload of a text or binary message, or a part of it. */
  private readData(bytes: Buffer, at: number): number {
    const end = Math.min(at + this.remaining, bytes.length);
    const ascii = unmask(bytes, at, end, this.mask, this.length - this.remaining);
    if (this.messageOpcode === OPCODES.text && !(ascii && this.utf8.complete) && !this.utf8.push(bytes, at, end)) {
      return this.fail('text-not-utf8', bytes);
    }
    this.remaining -= end - at;
    const finished = this.fin && this.remaining === 0;

    if (this.gathering === null && finished) {
      // The usual case: the whole message is here, and nothing need be copied.
      this.state = 'first-byte';
      return this.finishMessage(bytes, at, end);
    }
    if (end > at) this.keep(bytes, at, end);
    if (this.remaining === 0) this.state = 'first-byte';
    if (finished) {
      const message = this.gathering?.take() ?? NOTHING;
      this.finishMessage(message, 0, message.length);
    }
    return end;
  }

  /** A copy, because a part of a read would keep all of it. */
  private keep(bytes: Buffer, start: number, end: number): void {
    this.gathering ??= new Gathering();
    this.gathering.add(bytes, start, end);
  }

  private finishMessage(bytes: Buffer, start: number, end: number): number {
    const opcode = this.messageOpcode;
    this.messageOpcode = 0;
    this.messageBytes = 0;
    this.fragments = 0;
    this.gathering = null;
    this.messages += 1;
    if (opcode === OPCODES.binary) this.sink.onBinary(bytes.subarray(start, end));
    else if (this.utf8.complete) this.sink.onText(bytes.toString('utf8', start, end));
    else return this.fail('text-not-utf8', bytes);
    return end;
  }

  private readControl(bytes: Buffer, at: number): number {
    const end = Math.min(at + this.remaining, bytes.length);
    const done = this.length - this.remaining;
    unmask(bytes, at, end, this.mask, done);
    bytes.copy(this.control, done, at, end);
    this.remaining -= end - at;
    if (this.remaining > 0) return end;

    const payload = this.control;
    this.control = NOTHING;
    this.state = 'first-byte';
    if (this.opcode === OPCODES.ping) this.sink.onPing(payload);
    else if (this.opcode === OPCODES.pong) this.sink.onPong(payload);
    else return this.finishClose(payload, bytes);
    return end;
  }

  /** Section 5.5.1. Whatever follows a close frame is ignored. */
  private finishClose(payload: Buffer, bytes: Buffer): number {
    const code = payload.length === 0 ? NO_CLOSE_CODE : payload.readUInt16BE(0);
    if (payload.length > 0 && !isSendableCloseCode(code)) return this.fail('close-code', bytes);
    this.utf8.reset();
    if (!this.utf8.push(payload, 2, payload.length) || !this.utf8.complete) {
      return this.fail('close-reason-not-utf8', bytes);
    }
    this.stop();
    this.sink.onClose(code, payload.toString('utf8', 2));
    return bytes.length;
  }

  private expectNumber(byteCount: number): void {
    this.number = 0;
    this.numberBytes = byteCount;
  }

  private readNumber(bytes: Buffer, start: number): number {
    let at = start;
    while (this.numberBytes > 0 && at < bytes.length) {
      this.number = this.number * 256 + (bytes[at] as number);
      this.numberBytes -= 1;
      at += 1;
    }
    return at;
  }

  /** Section 7.1.7: after a violation nothing of the input is looked at. */
  private fail(code: ViolationCode, bytes: Buffer): number {
    this.stop();
    this.sink.onViolation(code);
    return bytes.length;
  }
}
