import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSendableCloseCode } from '../../../server/protocol/close-codes.ts';
import { readHeader } from '../../../server/protocol/frame-header.ts';
import { fieldsOf } from './frame-fields.ts';
import { RULES, type Sender } from './frame-rules.ts';
import { readSequence } from './frame-sequence.ts';
import { parseHex } from './hex.ts';

function bytesOf(hex: string): Uint8Array {
  const reading = parseHex(hex);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.bytes;
}

/** `complete`, `unfinished`, the rule that is broken, or `needs 5`, with the number of frames before it. */
function endOf(hex: string, from: Sender): string {
  const { frames, end } = readSequence(bytesOf(hex), from);
  switch (end.kind) {
    case 'complete':
      return `${frames.length} ${end.unfinished ? 'unfinished' : 'complete'}`;
    case 'violation':
      return `${frames.length} ${end.violation.rule}`;
    case 'truncated':
      return `${frames.length} needs ${end.exact ? '' : 'at least '}${end.missing}`;
  }
}

const MASK = '00 00 00 00';

describe('frames that break no rule', () => {
  it.each([
    ['the RFC’s unmasked text', '81 05 48 65 6c 6c 6f', 'server', '1 complete'],
    ['the RFC’s masked text', '81 85 37 fa 21 3d 7f 9f 4d 51 58', 'client', '1 complete'],
    ['the RFC’s fragments', '01 03 48 65 6c 80 02 6c 6f', 'server', '2 complete'],
    ['a ping between two fragments', '01 03 48 65 6c 89 00 80 02 6c 6f', 'server', '3 complete'],
    ['a first fragment alone', '01 03 48 65 6c', 'server', '1 unfinished'],
    ['a character cut by a fragment', '01 01 c3 80 01 a4', 'server', '2 complete'],
    ['binary that is no UTF-8', '82 02 ff fe', 'server', '1 complete'],
    ['a close without a code', `88 80 ${MASK}`, 'client', '1 complete'],
    ['a close with a code and a reason', '88 05 03 e8 62 79 65', 'server', '1 complete'],
    ['126 bytes in 16 bits', `82 7e 00 7e ${'00'.repeat(126)}`, 'server', '1 complete'],
    ['65,536 bytes in 64 bits', `82 7f 00 00 00 00 00 01 00 00 ${'00'.repeat(65_536)}`, 'server', '1 complete'],
    ['nothing at all', '', 'client', '0 complete'],
  ] as const)('%s', (_name, hex, from, end) => {
    expect(endOf(hex, from)).toBe(end);
  });
});

describe('frames that break a rule', () => {
  const broken: readonly (readonly [keyof typeof RULES, string, Sender, number?])[] = [
    ['reserved-bits', 'c1 00', 'server'],
    ['reserved-bits', 'a1', 'server'],
    ['reserved-bits', '91', 'client'],
    ['reserved-opcode', '83 00', 'server'],
    ['reserved-opcode', '87', 'server'],
    ['reserved-opcode', '8b 00', 'server'],
    ['reserved-opcode', '8f', 'client'],
    ['control-fragmented', '09 00', 'server'],
    ['nothing-to-continue', '80 00', 'server'],
    ['nothing-to-continue', '81 00 80 00', 'server', 2],
    ['message-unfinished', '01 00 81 00', 'server', 2],
    ['message-unfinished', '01 00 89 00 02 00', 'server', 3],
    ['mask-missing', '81 05 48 65 6c 6c 6f', 'client'],
    ['mask-forbidden', '81 85 37 fa 21 3d 7f 9f 4d 51 58', 'server'],
    ['control-too-long', '89 7e 00 7e', 'server'],
    ['control-too-long', `88 ff`, 'client'],
    ['close-payload-length', '88 01 03', 'server'],
    ['length-not-minimal', '82 7e 00 7d', 'server'],
    ['length-not-minimal', '82 7f 00 00 00 00 00 00 ff ff', 'server'],
    ['length-top-bit', '82 7f 80 00 00 00 00 00 00 00', 'server'],
    ['close-code', '88 02 03 ed', 'server'],
    ['close-code', '88 02 00 00', 'server'],
    ['close-code', '88 02 13 88', 'server'],
    ['close-reason-not-utf8', '88 03 03 e8 ff', 'server'],
    ['close-reason-not-utf8', '88 03 03 e8 c3', 'server'],
    ['text-not-utf8', '81 01 ff', 'server'],
    ['text-not-utf8', '81 01 c3', 'server'],
    ['text-not-utf8', '01 02 61 c3 80 01 28', 'server', 2],
    ['text-not-utf8', '81 7d 61 ff', 'server'],
    ['after-close', '88 00 81 00', 'server', 2],
  ];

  it.each(broken.map(([rule, hex, from, frames = 1]) => ({ rule, hex, from, frames })))(
    '$rule: $hex from a $from',
    (one) => {
      const { rule, hex, from, frames } = one;
      expect(endOf(hex, from)).toBe(`${frames} ${rule}`);
    },
  );

  it('are there for every rule', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(Object.keys(RULES)));
  });

  it('say which byte is not UTF-8', () => {
    const detailOf = (hex: string) => {
      const { end } = readSequence(bytesOf(hex), 'server');
      return end.kind === 'violation' ? end.violation.detail : end.kind;
    };
    expect(detailOf('01 02 61 c3 80 01 28')).toBe('Byte 3 of the text, 28, can’t stand where it does.');
    expect(detailOf('81 03 ed a0 80')).toBe('Byte 2 of the text, a0, can’t stand where it does.');
    expect(detailOf('81 02 61 c3')).toBe('The last character of the text is cut off.');
  });

  it('have the field that breaks it', () => {
    for (const [, hex, from] of broken) {
      const { frames, end } = readSequence(bytesOf(hex), from);
      const frame = frames.at(-1);
      if (frame === undefined || end.kind !== 'violation') throw new Error('no violation');
      const fields = fieldsOf(frame.header, frame.bytes.length - frame.header.bytes).map(({ name }) => name);
      expect(fields).toContain(RULES[end.violation.rule].field);
    }
  });
});

describe('frames that are cut off', () => {
  it.each([
    ['81', 'client', '1 needs at least 1'],
    ['81 85', 'client', '1 needs 9'],
    ['81 fe', 'client', '1 needs at least 6'],
    ['81 fe 00', 'client', '1 needs at least 5'],
    ['81 fe 00 c8', 'client', '1 needs 204'],
    ['81 05 48 65', 'server', '1 needs 3'],
    ['82 7f 7f ff ff ff ff ff ff ff', 'server', '1 needs 9223372036854775807'],
    ['81 00 81 05 48', 'server', '2 needs 4'],
  ] as const)('%s from a %s: %s', (hex, from, end) => {
    expect(endOf(hex, from)).toBe(end);
  });

  it('need exactly what is missing, wherever they are cut', () => {
    const whole = bytesOf('81 fe 00 7e 37 fa 21 3d'.concat('00'.repeat(126)));
    const plain = Uint8Array.from(whole, (byte, index) =>
      index < 8 ? byte : ([0x37, 0xfa, 0x21, 0x3d][index % 4] ?? 0),
    );
    for (let length = 4; length < plain.length; length += 1) {
      const { end } = readSequence(plain.subarray(0, length), 'client');
      expect(end).toEqual({ kind: 'truncated', missing: BigInt(plain.length - length), exact: true });
    }
  });

  it('never lead astray: any bytes are read to some end, and all of their frames lie within them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('client', 'server'), (bytes, from) => {
        const { frames, end } = readSequence(bytes, from);
        const read = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
        if (end.kind === 'violation') expect(read).toBeLessThanOrEqual(bytes.length);
        else expect(read).toBe(bytes.length);
        for (const { start, header } of frames) expect(readHeader(bytes, start)).toEqual(header);
      }),
    );
  });
});

it('takes the close codes that may be sent, and no other', () => {
  const codes = Array.from({ length: 65_536 }, (_, code) => code).filter(isSendableCloseCode);
  expect(codes.filter((code) => code < 3000)).toEqual([
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
  ]);
  expect(codes.filter((code) => code >= 3000)).toHaveLength(2000);
});
