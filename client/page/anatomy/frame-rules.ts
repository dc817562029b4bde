// Holds a frame against the rules of RFC 6455, and says in words what is wrong with it.
import { CLOSE_CODES } from '../../../server/protocol/close-codes.ts';
import type { FrameHeader } from '../../../server/protocol/frame-header.ts';
import { FRAME_RULES, type FrameRule } from '../../../server/protocol/frame-rules.ts';
import { CONTROL_PAYLOAD_BYTES, isControl, OPCODES } from '../../../server/protocol/opcodes.ts';

/** Who sent the bytes: the rules for the two sides differ in the mask. */
export type Sender = 'client' | 'server';

/** Beside those that a server checks: what only a client, or somebody who looks at both sides, can find. */
export const RULES = {
  ...FRAME_RULES,
  'mask-forbidden': {
    title: 'A server’s frame is masked',
    section: '5.1',
    quote: 'A server MUST NOT mask any frames that it sends to the client.',
    field: 'mask',
    closeCode: CLOSE_CODES.protocolError,
  },
  'after-close': {
    title: 'Something follows a close frame',
    section: '5.5.1',
    quote: 'The application MUST NOT send any more data frames after sending a Close frame.',
    field: 'opcode',
    closeCode: CLOSE_CODES.protocolError,
  },
} as const satisfies Record<string, FrameRule>;

export type RuleName = keyof typeof RULES;

export interface Violation {
  readonly rule: RuleName;
  /** What is wrong with this very frame, in words. */
  readonly detail: string;
}

/**
 * Checks what is there of a header, in the order of its bytes, as a receiver does.
 * @param open the opcode of the message that is not finished yet, or null.
 * @returns the first rule that is broken, or null.
 */
export function checkHeader(header: FrameHeader, from: Sender, open: number | null): Violation | null {
  return checkFirstByte(header, open) ?? checkSecondByte(header, from) ?? checkExtendedLength(header);
}

function checkFirstByte({ fin, rsv, opcode }: FrameHeader, open: number | null): Violation | null {
  if (rsv !== 0) {
    const set = [0, 1, 2].filter((bit) => (rsv & (0b100 >> bit)) !== 0).map((bit) => `RSV${bit + 1}`);
    const detail = `${set.join(' and ')} ${set.length === 1 ? 'is' : 'are'} 1, and no extension was agreed on.`;
    return { rule: 'reserved-bits', detail };
  }
  if ((opcode > OPCODES.binary && opcode < OPCODES.close) || opcode > OPCODES.pong) {
    return { rule: 'reserved-opcode', detail: `Opcode ${opcode} means nothing yet: 3 to 7 and 11 to 15 are reserved.` };
  }
  if (isControl(opcode)) {
    return fin ? null : { rule: 'control-fragmented', detail: 'FIN is 0, but a control frame is always whole.' };
  }
  if (opcode === OPCODES.continuation && open === null) {
    const detail =
      'Opcode 0 continues a message, and none has been begun. It has to begin with opcode 1 or 2 and FIN 0.';
    return { rule: 'nothing-to-continue', detail };
  }
  if (opcode !== OPCODES.continuation && open !== null) {
    const detail =
      'A message is still unfinished: until a frame with FIN 1, only opcode 0 or a control frame may follow.';
    return { rule: 'message-unfinished', detail };
  }
  return null;
}

function checkSecondByte({ opcode, masked, lengthWord }: FrameHeader, from: Sender): Violation | null {
  if (masked === null || lengthWord === null) return null;
  if (from === 'client' && !masked) {
    return { rule: 'mask-missing', detail: 'MASK is 0. A server closes the connection when it sees that.' };
  }
  if (from === 'server' && masked) {
    return { rule: 'mask-forbidden', detail: 'MASK is 1. A client closes the connection when it sees that.' };
  }
  if (isControl(opcode) && lengthWord > CONTROL_PAYLOAD_BYTES) {
    const detail = `The seven bits are ${lengthWord}: an extended length, which a control frame never has.`;
    return { rule: 'control-too-long', detail };
  }
  if (opcode === OPCODES.close && lengthWord === 1) {
    const detail =
      'A close frame carries nothing, or two bytes of code and then perhaps a reason. One byte is half a code.';
    return { rule: 'close-payload-length', detail };
  }
  return null;
}

function checkExtendedLength({ length, lengthBits }: FrameHeader): Violation | null {
  if (length === null) return null;
  if (lengthBits === 64 && length >= 1n << 63n) {
    const detail = 'The first of the 64 bits is 1. Lengths end at 2^63 − 1, so that signed numbers can hold them.';
    return { rule: 'length-top-bit', detail };
  }
  if ((lengthBits === 16 && length < 126n) || (lengthBits === 64 && length < 0x10000n)) {
    const shortest = length < 126n ? 'seven bits' : '16 bits';
    const detail = `${length} is written in ${lengthBits} bits and has room in ${shortest}.`;
    return { rule: 'length-not-minimal', detail };
  }
  return null;
}
