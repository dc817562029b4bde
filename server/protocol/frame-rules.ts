// The rules of RFC 6455 that a frame can break: what each says, where it stands, which field of the frame breaks it, and
// with which code (7.4.1) the connection is then closed.
import { CLOSE_CODES, type CloseCode } from './close-codes.ts';
import type { FieldName } from './frame-header.ts';

const { protocolError, invalidPayload } = CLOSE_CODES;
const CONTROL_FRAMES = 'All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented.';
const NOT_UTF8 =
  'finds that the byte stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_';

export interface FrameRule {
  /** What is wrong where it is broken. */
  readonly title: string;
  /** Of RFC 6455. */
  readonly section: string;
  /** The RFC's own words. */
  readonly quote: string;
  readonly field: FieldName;
  readonly closeCode: CloseCode;
}

export const FRAME_RULES = {
  'reserved-bits': {
    title: 'A reserved bit is set',
    section: '5.2',
    quote: 'MUST be 0 unless an extension is negotiated that defines meanings for non-zero values.',
    field: 'rsv',
    closeCode: protocolError,
  },
  'reserved-opcode': {
    title: 'The opcode is reserved',
    section: '5.2',
    quote: 'If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_.',
    field: 'opcode',
    closeCode: protocolError,
  },
  'control-fragmented': {
    title: 'A control frame is fragmented',
    section: '5.5',
    quote: CONTROL_FRAMES,
    field: 'fin',
    closeCode: protocolError,
  },
  'nothing-to-continue': {
    title: 'A continuation without a start',
    section: '5.4',
    quote:
      'A fragmented message consists of a single frame with the FIN bit clear and an opcode other than 0, followed by …',
    field: 'opcode',
    closeCode: protocolError,
  },
  'message-unfinished': {
    title: 'A new message begins before the last is finished',
    section: '5.4',
    quote: 'The fragments of one message MUST NOT be interleaved between the fragments of another message …',
    field: 'opcode',
    closeCode: protocolError,
  },
  'mask-missing': {
    title: 'A client’s frame is not masked',
    section: '5.1',
    quote: 'a client MUST mask all frames that it sends to the server',
    field: 'mask',
    closeCode: protocolError,
  },
  'control-too-long': {
    title: 'A control frame has more than 125 bytes of payload',
    section: '5.5',
    quote: CONTROL_FRAMES,
    field: 'length',
    closeCode: protocolError,
  },
  'close-payload-length': {
    title: 'A close frame has a payload of one byte',
    section: '5.5.1',
    quote:
      'If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer … representing a status code',
    field: 'length',
    closeCode: protocolError,
  },
  'length-top-bit': {
    title: 'The top bit of the 64-bit length is set',
    section: '5.2',
    quote: 'the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit MUST be 0)',
    field: 'extended-length',
    closeCode: protocolError,
  },
  'length-not-minimal': {
    title: 'The length is not in its shortest form',
    section: '5.2',
    quote: 'in all cases, the minimal number of bytes MUST be used to encode the length',
    field: 'extended-length',
    closeCode: protocolError,
  },
  'close-code': {
    title: 'The close code must not be sent',
    section: '7.4',
    quote: 'a reserved value and MUST NOT be set as a status code in a Close control frame by an endpoint',
    field: 'payload',
    closeCode: protocolError,
  },
  'close-reason-not-utf8': {
    title: 'The reason of a close frame is not UTF-8',
    section: '8.1',
    quote: NOT_UTF8,
    field: 'payload',
    closeCode: invalidPayload,
  },
  'text-not-utf8': {
    title: 'A text is not UTF-8',
    section: '8.1',
    quote: NOT_UTF8,
    field: 'payload',
    closeCode: invalidPayload,
  },
} as const satisfies Record<string, FrameRule>;
