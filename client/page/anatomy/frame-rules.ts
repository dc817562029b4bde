// The rules of RFC 6455 that a frame can break: what each says, where it stands, and which field of the frame breaks it.
import { type FieldName, type FrameHeader, isControl, OPCODES } from './frame-fields.ts';

/** Who sent the bytes: the rules for the two sides differ in the mask. */
export type Sender = 'client' | 'server';

const CONTROL_PAYLOAD_BYTES = 125;

export interface Rule {
  readonly title: string;
  /** Of RFC 6455. */
  readonly section: string;
  /** The RFC's own words. */
  readonly quote: string;
  readonly field: FieldName;
}

export const RULES = {
  'reserved-bits': {
    title: 'A reserved bit is set',
    section: '5.2',
    quote: 'MUST be 0 unless an extension is negotiated that defines meanings for non-zero values.',
    field: 'rsv',
  },
  'reserved-opcode': {
    title: 'The opcode is reserved',
    section: '5.2',
    quote: 'If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_.',
    field: 'opcode',
  },
  'control-fragmented': {
    title: 'A control frame is fragmented',
    section: '5.5',
    quote: 'All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented.',
    field: 'fin',
  },
  'nothing-to-continue': {
    title: 'A continuation without a start',
    section: '5.4',
    quote:
      'A fragmented message consists of a single frame with the FIN bit clear and an opcode other than 0, followed by …',
    field: 'opcode',
  },
  'message-unfinished': {
    title: 'A new message begins before the last is finished',
    section: '5.4',
    quote: 'The fragments of one message MUST NOT be interleaved between the fragments of another message …',
    field: 'opcode',
  },
  'mask-missing': {
    title: 'A client’s frame is not masked',
    section: '5.1',
    quote: 'a client MUST mask all frames that it sends to the server',
    field: 'mask',
  },
  'mask-forbidden': {
    title: 'A server’s frame is masked',
    section: '5.1',
    quote: 'A server MUST NOT mask any frames that it sends to the client.',
    field: 'mask',
  },
  'control-too-long': {
    title: 'A control frame has more than 125 bytes of payload',
    section: '5.5',
    quote: 'All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented.',
    field: 'length',
  },
  'close-payload-length': {
    title: 'A close frame has a payload of one byte',
    section: '5.5.1',
    quote:
      'If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer … representing a status code',
    field: 'length',
  },
  'length-top-bit': {
    title: 'The top bit of the 64-bit length is set',
    section: '5.2',
    quote: 'the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit MUST be 0)',
    field: 'extended-length',
  },
  'length-not-minimal': {
    title: 'The length is not in its shortest form',
    section: '5.2',
    quote: 'in all cases, the minimal number of bytes MUST be used to encode the length',
    field: 'extended-length',
  },
  'close-code': {
    title: 'The close code must not be sent',
    section: '7.4',
    quote: 'a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint',
    field: 'payload',
  },
  'reason-not-utf8': {
    title: 'The reason of a close frame is not UTF-8',
    section: '5.5.1',
    quote: 'Following the 2-byte integer, the body MAY contain UTF-8-encoded data with value /reason/',
    field: 'payload',
  },
  'text-not-utf8': {
    title: 'A text is not UTF-8',
    section: '8.1',
    quote:
      'finds that the byte stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_',
    field: 'payload',
  },
  'after-close': {
    title: 'Something follows a close frame',
    section: '5.5.1',
    quote: 'The application MUST NOT send any more data frames after sending a Close frame.',
    field: 'opcode',
  },
} as const satisfies Record<string, Rule>;

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

/** Sections 7.4.1 and 7.4.2, and 1012 to 1014 of the IANA registry. */
export function isSendableCloseCode(code: number): boolean {
  const assigned = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  return assigned || (code >= 3000 && code <= 4999);
}
