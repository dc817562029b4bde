// Every way in which a peer can break the rules of RFC 6455, with the section and the close code (7.4.1) of each.
import { CLOSE_CODES, type CloseCode } from '../protocol/close-codes.ts';

const { protocolError, invalidPayload, policyViolation, messageTooBig } = CLOSE_CODES;

interface Rule {
  readonly closeCode: CloseCode;
  /** Of RFC 6455. */
  readonly section: string;
  readonly text: string;
}

const RULES = {
  'reserved-bits': {
    closeCode: protocolError,
    section: '5.2',
    text: 'RSV1, RSV2 and RSV3 must be 0 where no extension was agreed on',
  },
  'reserved-opcode': { closeCode: protocolError, section: '5.2', text: 'opcodes 3 to 7 and 11 to 15 are reserved' },
  'control-fragmented': { closeCode: protocolError, section: '5.5', text: 'a control frame must have FIN set' },
  'control-too-long': {
    closeCode: protocolError,
    section: '5.5',
    text: 'a control frame has at most 125 bytes of payload',
  },
  'nothing-to-continue': {
    closeCode: protocolError,
    section: '5.4',
    text: 'a continuation frame must follow an unfinished message',
  },
  'message-unfinished': {
    closeCode: protocolError,
    section: '5.4',
    text: 'a message must be finished before the next one begins',
  },
  'mask-missing': { closeCode: protocolError, section: '5.1', text: 'a client must mask every frame' },
  'length-not-minimal': {
    closeCode: protocolError,
    section: '5.2',
    text: 'the length must be written in the shortest of its three forms',
  },
  'length-top-bit': {
    closeCode: protocolError,
    section: '5.2',
    text: 'the most significant bit of a 64-bit length must be 0',
  },
  'close-payload-length': {
    closeCode: protocolError,
    section: '5.5.1',
    text: 'a close frame has no payload, or two bytes of code and a reason',
  },
  'close-code': { closeCode: protocolError, section: '7.4', text: 'this close code must not be sent' },
  'close-reason-not-utf8': { closeCode: invalidPayload, section: '8.1', text: 'a close reason must be UTF-8' },
  'text-not-utf8': { closeCode: invalidPayload, section: '8.1', text: 'a text message must be UTF-8' },
  'message-too-big': { closeCode: messageTooBig, section: '10.4', text: 'the message is longer than is accepted here' },
  'too-many-fragments': {
    closeCode: policyViolation,
    section: '10.4',
    text: 'the message has more fragments than are accepted here',
  },
} as const satisfies Record<string, Rule>;

export type ViolationCode = keyof typeof RULES;
export const VIOLATION_CODES = Object.keys(RULES) as readonly ViolationCode[];

/** Why a connection has failed (section 7.1.7). `code` is stable; the message is for people. */
export class ProtocolViolation extends Error {
  readonly code: ViolationCode;
  readonly closeCode: CloseCode;
  readonly section: string;

  constructor(code: ViolationCode) {
    const rule: Rule = RULES[code];
    super(`${rule.text} (RFC 6455 section ${rule.section})`);
    this.name = 'ProtocolViolation';
    this.code = code;
    this.closeCode = rule.closeCode;
    this.section = rule.section;
  }
}
