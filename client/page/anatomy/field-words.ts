// What a field of a frame says and why it is there, in words for somebody who sees one for the first time.

import type { FieldName, FrameHeader } from '../../../server/protocol/frame-header.ts';
import { OPCODES } from '../../../server/protocol/opcodes.ts';
import { formatCount } from '../format.ts';
import { opcodeName } from './frame-fields.ts';
import type { Sender } from './frame-rules.ts';
import { formatHex } from './hex.ts';

export interface FieldWords {
  /** As the RFC calls it. */
  readonly name: string;
  /** What its value means, in a few words. */
  readonly meaning: string;
  readonly explanation: string;
  /** Of RFC 6455. */
  readonly section: string;
}

export const FIELD_LABELS: Readonly<Record<FieldName, string>> = {
  fin: 'FIN',
  rsv: 'RSV1–3',
  opcode: 'Opcode',
  mask: 'MASK',
  length: 'Length',
  'extended-length': 'Extended length',
  'masking-key': 'Masking key',
  payload: 'Payload',
};

const WORDS: Readonly<Record<FieldName, (header: FrameHeader, from: Sender) => Omit<FieldWords, 'name'>>> = {
  fin: ({ fin }) => ({
    meaning: fin ? 'last frame' : 'more follow',
    explanation: fin
      ? 'This is the last frame of its message, and mostly also the first: the message is whole.'
      : 'The message goes on: frames with opcode 0 follow, and the last of them has FIN 1. So a message can be sent ' +
        'before its length is known. Browsers also cut long texts so.',
    section: '5.4',
  }),
  rsv: ({ rsv }) => ({
    meaning: rsv === 0 ? 'no extension' : 'reserved',
    explanation:
      'Three bits kept for extensions, such as compression. They are 0 unless the handshake agreed on one, and a ' +
      'receiver that finds one of them set without that has to close the connection.',
    section: '5.2',
  }),
  opcode: ({ opcode }) => ({
    meaning: `${opcode}: ${opcodeName(opcode)}`,
    explanation: opcodeWords(opcode),
    section: '5.2',
  }),
  mask: ({ masked }, from) => ({
    meaning: masked === true ? 'masked' : 'not masked',
    explanation:
      from === 'client'
        ? 'Frames from a client are always masked: a key follows, and the payload is XORed with it. A server that gets ' +
          'one without has to close the connection.'
        : 'Frames from a server are never masked: the payload stands there as it is.',
    section: '5.1',
  }),
  length: ({ lengthWord, lengthBits }) => ({
    meaning: lengthBits === 7 ? bytesOf(lengthWord ?? 0) : `${lengthWord}: see next ${lengthBits} bits`,
    explanation:
      lengthBits === 7
        ? `Up to 125 these seven bits are the length of the payload: here ${bytesOf(lengthWord ?? 0)}.`
        : `Seven bits reach to 127, and ${lengthWord} is a sign: the length follows in the next ${lengthBits} bits. ` +
          '126 stands for 16 of them, 127 for 64.',
    section: '5.2',
  }),
  'extended-length': ({ length, lengthBits }) => ({
    meaning: length === null ? 'cut off' : bytesOf(length),
    explanation:
      length === null
        ? 'The bytes end before the length does.'
        : `The length of the payload as a number of ${lengthBits} bits, the most significant byte first: ` +
          `${bytesOf(length)}. ${lengthBits === 16 ? 'It reaches from 126 to 65,535.' : 'It begins at 65,536.'}`,
    section: '5.2',
  }),
  'masking-key': ({ key }) => ({
    meaning: key === null ? 'cut off' : 'chosen at random',
    explanation:
      `Byte i of the payload is XORed with byte i modulo 4 of this key${key === null ? '' : ` (${formatHex(key)})`}. ` +
      'The browser chooses a new one for every frame, so that no script can decide which bytes go over the wire and ' +
      'fool a proxy with them. It hides nothing: the key is right here.',
    section: '5.3',
  }),
  payload: ({ length, masked }) => ({
    meaning: length === null ? '' : bytesOf(length),
    explanation:
      masked === true
        ? 'What is sent, masked. Below it is XORed with the key again, which gives the plain bytes back.'
        : 'What is sent, as it is.',
    section: '5.2',
  }),
};

export function describeField(name: FieldName, header: FrameHeader, from: Sender): FieldWords {
  return { name: FIELD_LABELS[name], ...WORDS[name](header, from) };
}

function bytesOf(count: number | bigint): string {
  return `${formatCount(count)} ${count === 1 || count === 1n ? 'byte' : 'bytes'}`;
}

function opcodeWords(opcode: number): string {
  switch (opcode) {
    case OPCODES.continuation:
      return 'Goes on with the message that an earlier frame with FIN 0 began.';
    case OPCODES.text:
      return 'Begins a text message. Its bytes are UTF-8, and a receiver has to check that.';
    case OPCODES.binary:
      return 'Begins a binary message: bytes that mean what the application says they mean.';
    case OPCODES.close:
      return 'Ends the connection: perhaps with a code of two bytes and a reason. The other side answers with another one.';
    case OPCODES.ping:
      return 'Asks whether the other side is still there. The browser answers by itself; no script is told.';
    case OPCODES.pong:
      return 'Answers a ping with the same payload. The browser sends it by itself; no script is told.';
    default:
      return 'Reserved for later versions of the protocol: 3 to 7 for data, 11 to 15 for control frames.';
  }
}
