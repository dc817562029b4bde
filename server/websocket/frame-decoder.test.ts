import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { clientFrame, cutAt, decode, decoderWithNotes, hex, NO_LIMITS } from './client-frames.ts';
import { VIOLATIONS } from './violations.ts';

const bytes = (length: number, fill = 0x2a): Buffer => Buffer.alloc(length, fill);
const text = (payload: string, fin = true): Buffer =>
  clientFrame({ opcode: payload === '' && !fin ? 0 : 1, payload: Buffer.from(payload), fin });
const continuation = (payload: Uint8Array, fin: boolean): Buffer => clientFrame({ opcode: 0, payload, fin });

describe('messages', () => {
  it('decodes the masked "Hello" of RFC 6455 section 5.7', () => {
    expect(decode([hex('81 85 37fa213d 7f9f4d5158')])).toEqual(['text Hello']);
  });

  it.each([
    [0, '82 80'],
    [125, '82 fd'],
    [126, '82 fe 007e'],
    [65_535, '82 fe ffff'],
    [65_536, '82 ff 0000000000010000'],
  ])('reads a payload of %i bytes behind %s', (length, header) => {
    const frame = Buffer.concat([hex(header), hex('00000000'), bytes(length)]);
    expect(decode([frame])).toEqual([`binary ${'2a'.repeat(length)}`]);
  });

  it('takes the same bytes in any two pieces, and one by one', () => {
    const stream = Buffer.concat([
      text('Grüße, 漢字 😀'),
      text('fragmented: ä', false),
      clientFrame({ opcode: 9, payload: hex('0102') }),
      continuation(Buffer.from('€'), false),
      continuation(bytes(0), true),
      clientFrame({ opcode: 2, payload: bytes(130) }),
      clientFrame({ opcode: 10, payload: bytes(0) }),
      clientFrame({ opcode: 8, payload: Buffer.from('\x03\xe8bye', 'latin1') }),
    ]);
    const notes = [
      'text Grüße, 漢字 😀',
      'ping 0102',
      'text fragmented: ä€',
      `binary ${'2a'.repeat(130)}`,
      'pong ',
      'close 1000 bye',
    ];
    expect(decode([stream])).toEqual(notes);
    for (let at = 1; at < stream.length; at += 1) expect(decode(cutAt(stream, [at]))).toEqual(notes);
    expect(decode(cutAt(stream, [...stream.keys()]))).toEqual(notes);
  });

  it('joins fragments in front of, between and behind control frames', () => {
    const ping = clientFrame({ opcode: 9, payload: hex('aa') });
    const stream = [text('a', false), ping, continuation(Buffer.from('b'), false), ping, continuation(hex('63'), true)];
    expect(decode(stream)).toEqual(['ping aa', 'ping aa', 'text abc']);
  });

  it('gives an empty text for an empty frame, and for empty fragments', () => {
    expect(decode([text('')])).toEqual(['text ']);
    expect(decode([clientFrame({ opcode: 1, payload: bytes(0), fin: false }), continuation(bytes(0), true)])).toEqual([
      'text ',
    ]);
  });

  it('keeps U+0000 and a byte order mark', () => {
    expect(decode([text('\ufeffa\0b')])).toEqual(['text \ufeffa\0b']);
  });
});

describe('broken rules', () => {
  it.each([
    ['RSV1', 'c1', 'violation 1002 reserved-bits'],
    ['RSV2', 'a1', 'violation 1002 reserved-bits'],
    ['RSV3', '91', 'violation 1002 reserved-bits'],
    ['opcode 3', '83', 'violation 1002 reserved-opcode'],
    ['opcode 7', '87', 'violation 1002 reserved-opcode'],
    ['opcode 11', '8b', 'violation 1002 reserved-opcode'],
    ['opcode 15', '8f', 'violation 1002 reserved-opcode'],
    ['a ping without FIN', '09', 'violation 1002 control-fragmented'],
    ['a close without FIN', '08', 'violation 1002 control-fragmented'],
    ['a ping of 126 bytes', '89 fe', 'violation 1002 control-too-long'],
    ['a pong with a 64-bit length', '8a ff', 'violation 1002 control-too-long'],
    ['a continuation of nothing', '80', 'violation 1002 nothing-to-continue'],
    ['a text inside a text', '01 80 00000000 81', 'violation 1002 message-unfinished'],
    ['a binary inside a text', '01 80 00000000 82', 'violation 1002 message-unfinished'],
    ['a frame without a mask', '81 05', 'violation 1002 mask-missing'],
    ['125 bytes in 16 bits', '82 fe 007d', 'violation 1002 length-not-minimal'],
    ['65535 bytes in 64 bits', '82 ff 000000000000ffff', 'violation 1002 length-not-minimal'],
    ['a 64-bit length with its top bit set', '82 ff 80', 'violation 1002 length-top-bit'],
    ['a close of one byte', '88 81', 'violation 1002 close-payload-length'],
  ])('refuses %s', (_name, input, violation) => {
    expect(decode([hex(input)])).toEqual([violation]);
    expect(decode(cutAt(hex(input), [...hex(input).keys()]))).toEqual([violation]);
    // At the first byte that breaks the rule, and not earlier.
    expect(decode([hex(input).subarray(0, -1)])).toEqual([]);
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])('refuses close code %i', (code) => {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    expect(decode([clientFrame({ opcode: 8, payload })])).toEqual(['violation 1002 close-code']);
  });

  it.each([1000, 1003, 1007, 1011, 1012, 1014, 3000, 4999])('takes close code %i', (code) => {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    expect(decode([clientFrame({ opcode: 8, payload })])).toEqual([`close ${code} `]);
  });

  it('takes a close frame without a payload as 1005, and ignores what follows it', () => {
    expect(decode([clientFrame({ opcode: 8, payload: bytes(0) }), text('late'), hex('ff')])).toEqual(['close 1005 ']);
  });

  it.each(['03e8 c3', '03e8 c328', '03e8 eda080'])(
    'refuses the close payload %s, whose reason is not UTF-8',
    (input) => {
      const frame = clientFrame({ opcode: 8, payload: hex(input) });
      expect(decode([frame])).toEqual(['violation 1007 close-reason-not-utf8']);
    },
  );

  it('ignores everything after a violation', () => {
    expect(decode([hex('83'), text('late'), hex('83')])).toEqual(['violation 1002 reserved-opcode']);
  });

  it('has a name for each violation that fits into a close frame', () => {
    for (const name of Object.keys(VIOLATIONS)) expect(name.length).toBeLessThanOrEqual(123);
  });
});

describe('UTF-8', () => {
  it('fails at the first bad byte, with the message unfinished and more announced', () => {
    const announced = Buffer.concat([hex('01 ff 0000000000100000 00000000'), Buffer.from('κόσμε')]);
    const { decoder, notes } = decoderWithNotes();
    decoder.push(Buffer.concat([announced, hex('ed')]));
    expect(notes).toEqual([]);
    decoder.push(hex('a0'));
    expect(notes).toEqual(['violation 1007 text-not-utf8']);
  });

  it('takes a character that is cut by fragments, each of them by reads', () => {
    const [f0, b9, f8, b8] = [hex('f0'), hex('9f'), hex('98'), hex('80')];
    const stream = Buffer.concat([
      clientFrame({ opcode: 1, payload: f0, fin: false }),
      continuation(b9, false),
      clientFrame({ opcode: 9, payload: bytes(0) }),
      continuation(f8, false),
      continuation(b8, true),
    ]);
    expect(decode(cutAt(stream, [...stream.keys()]))).toEqual(['ping ', 'text 😀']);
  });

  it('refuses a text that ends inside a character, in one frame or in several', () => {
    expect(decode([clientFrame({ opcode: 1, payload: hex('e282') })])).toEqual(['violation 1007 text-not-utf8']);
    const stream = [clientFrame({ opcode: 1, payload: hex('e282'), fin: false }), continuation(bytes(0), true)];
    expect(decode(stream)).toEqual(['violation 1007 text-not-utf8']);
  });

  it('refuses ASCII in the middle of a character', () => {
    const stream = [clientFrame({ opcode: 1, payload: hex('e282'), fin: false }), continuation(hex('41'), false)];
    expect(decode(stream)).toEqual(['violation 1007 text-not-utf8']);
  });

  it('does not look at binary messages', () => {
    expect(decode([clientFrame({ opcode: 2, payload: hex('fffe') })])).toEqual(['binary fffe']);
  });
});

describe('limits', () => {
  const limits = { ...NO_LIMITS, maxMessageBytes: 1000, maxFragments: 3 };

  it.each([
    ['in 16 bits', '82 fe 03e9'],
    ['in 64 bits', '82 ff 0000000000010000'],
    ['of 2^53', '82 ff 0020000000000000'],
    ['of 2^63 - 1', '82 ff 7fffffffffffffff'],
  ])('refuses a length %s at its last byte, before there is a mask or a payload', (_name, input) => {
    expect(decode([hex(input)], limits)).toEqual(['violation 1009 message-too-big']);
    expect(decode([hex(input).subarray(0, -1)], limits)).toEqual([]);
  });

  it('takes a message of the limit, in one frame or in several', () => {
    const whole = `binary ${'2a'.repeat(1000)}`;
    expect(decode([clientFrame({ opcode: 2, payload: bytes(1000) })], limits)).toEqual([whole]);
    const first = clientFrame({ opcode: 2, payload: bytes(400), fin: false });
    expect(decode([first, continuation(bytes(600), true)], limits)).toEqual([whole]);
    expect(decode([first, hex('80 fe 0259')], limits)).toEqual(['violation 1009 message-too-big']);
  });

  it('refuses one fragment too many, empty ones too', () => {
    const empty = continuation(bytes(0), false);
    const stream = [clientFrame({ opcode: 2, payload: hex('aa'), fin: false }), empty];
    expect(decode([...stream, continuation(hex('bb'), true)], limits)).toEqual(['binary aabb']);
    expect(decode([...stream, empty, hex('00 80')], limits)).toEqual(['violation 1008 too-many-fragments']);
  });
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const bufferBytes = (): number => {
    collectGarbage();
    collectGarbage(); // waits for what the first one frees in the background
    return process.memoryUsage().arrayBuffers;
  };

  it('takes none for what is only announced', () => {
    const before = bufferBytes();
    const decoders = Array.from({ length: 200 }, () => decoderWithNotes().decoder);
    for (const decoder of decoders) decoder.push(hex('82 ff 0000000010000000 00000000 01'));
    expect(bufferBytes() - before).toBeLessThan(1_000_000);
    for (const decoder of decoders) decoder.stop();
  });

  it('does not keep a large read for the sake of a small part of it', () => {
    const before = bufferBytes();
    const { decoder, notes } = decoderWithNotes();
    decoder.push(clientFrame({ opcode: 2, payload: hex('00'), fin: false }));
    const pings = Buffer.concat(Array.from({ length: 500 }, () => clientFrame({ opcode: 9, payload: bytes(120) })));
    // About 39 MB in all.
    for (let i = 0; i < 600; i += 1) decoder.push(Buffer.concat([continuation(hex('00'), false), pings]));
    notes.length = 0;
    expect(bufferBytes() - before).toBeLessThan(10_000_000);
    decoder.push(continuation(hex('00'), true));
    expect(notes).toEqual([`binary ${'00'.repeat(602)}`]);
  });

  it('keeps nothing of a message that has failed, or was delivered', () => {
    const before = bufferBytes();
    const decoders = Array.from({ length: 20 }, () => decoderWithNotes().decoder);
    for (const [i, decoder] of decoders.entries()) {
      decoder.push(clientFrame({ opcode: 1, payload: bytes(1_000_000), fin: false }));
      decoder.push(continuation(i % 2 === 0 ? hex('ff') : bytes(0), true));
    }
    expect(bufferBytes() - before).toBeLessThan(5_000_000);
    for (const decoder of decoders) decoder.stop();
  });
});
