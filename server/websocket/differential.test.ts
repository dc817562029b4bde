// The decoder against ws's Receiver: whatever bytes come, in whatever pieces, both find the same messages and the same
// close code, but for the differences that `compare` states. LAB_FUZZ_RUNS=100000 makes it run for longer.
import type { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { type ClientFrame, clientFrame, cutAt, decode, NO_LIMITS } from './client-frames.ts';
import type { ViolationCode } from './violations.ts';

const RUNS = Number(process.env['LAB_FUZZ_RUNS'] ?? 2000);
const LIMITS = { ...NO_LIMITS, maxMessageBytes: 200, maxFragments: 4 };

/** Public in ws, but not in @types/ws. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** Notes as `decode` takes them, but a violation without its name: names are each library's own. */
function decodeWithWs(bytes: Uint8Array): string[] {
  const notes: string[] = [];
  const receiver = new Receiver({
    isServer: true,
    maxPayload: LIMITS.maxMessageBytes,
    maxFragments: LIMITS.maxFragments,
  });
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    notes.push(isBinary ? `binary ${data.toString('hex')}` : `text ${data.toString()}`);
  });
  receiver.on('ping', (data: Buffer) => void notes.push(`ping ${data.toString('hex')}`));
  receiver.on('pong', (data: Buffer) => void notes.push(`pong ${data.toString('hex')}`));
  receiver.on('conclude', (code: number, reason: Buffer) => void notes.push(`close ${code} ${reason.toString()}`));
  receiver.on('error', () => undefined); // `errored` says the same, without waiting for it
  receiver.write(Buffer.from(bytes));
  if (receiver.errored) notes.push(`violation ${closeCodeOf(receiver.errored)}`);
  return notes;
}

function closeCodeOf(error: Error): number {
  const symbol = Object.getOwnPropertySymbols(error).find(({ description }) => description === 'status-code');
  return Number(Reflect.get(error, symbol ?? 'none'));
}

const NOTHING = Buffer.alloc(0);

/** What ws must see beyond the byte at which we fail before it fails too, with the same close code. */
const WS_WAITS_FOR: Partial<Record<ViolationCode, Buffer>> = {
  // It looks at a header when two bytes of it are there; we look at each.
  'reserved-bits': Buffer.of(0x80),
  'reserved-opcode': Buffer.of(0x80),
  'control-fragmented': Buffer.of(0x80),
  'nothing-to-continue': Buffer.of(0x80),
  'message-unfinished': Buffer.of(0x80),
  // It counts a fragment when all of it is there; we do when it is announced.
  'too-many-fragments': Buffer.alloc(4 + LIMITS.maxMessageBytes),
};

/** Throws where the two differ in a way that is not stated here. */
function compare(stream: Buffer, notes: readonly string[]): void {
  const [kind, closeCode, name] = notes.at(-1)?.split(' ') ?? [];
  if (kind !== 'violation') {
    expect(decodeWithWs(stream)).toEqual(notes);
    return;
  }
  const code = name as ViolationCode;
  const before = notes.slice(0, -1);
  const same = [...before, `violation ${closeCode}`];
  const tooBig = [...before, 'violation 1009'];
  const prefix = stream.subarray(0, failedAfter(stream));
  const wsSays = (more: Uint8Array): string[] => decodeWithWs(Buffer.concat([prefix, more]));

  if (code === 'length-top-bit') {
    // ws has one error for all lengths above 2^53.
    expect(prefix.at(-2)).toBe(0xff);
    expect(prefix.at(-1)).toBeGreaterThanOrEqual(0x80);
    expect(wsSays(Buffer.alloc(7))).toEqual(tooBig);
  } else if (code === 'length-not-minimal') {
    // ws takes a length in any form, if only it is not too big.
    expect(announcedByLongForm(prefix)).toBe(true);
    expect([before, tooBig]).toContainEqual(wsSays(NOTHING));
  } else if (code === 'text-not-utf8') {
    // ws validates a text when all of it is there, we do at each byte: the platform's own decoder is the judge of that.
    const { payload, whole } = lastText(prefix);
    expect(canBegin(payload.subarray(0, -1))).toBe(true);
    expect(whole ? isText(payload) : canBegin(payload)).toBe(false);
    expect(wsSays(NOTHING)).toEqual(whole ? same : before);
  } else {
    expect(wsSays(WS_WAITS_FOR[code] ?? NOTHING)).toEqual(same);
  }
}

/** @returns how many bytes the decoder takes until it fails. */
function failedAfter(stream: Buffer): number {
  let low = 1;
  let high = stream.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const failed = decode([stream.subarray(0, middle)], LIMITS)
      .at(-1)
      ?.startsWith('violation');
    if (failed) high = middle;
    else low = middle + 1;
  }
  return low;
}

function announcedByLongForm(prefix: Buffer): boolean {
  const by16 = prefix.at(-3) === 0xfe && prefix.readUInt16BE(prefix.length - 2) < 126;
  const by64 = prefix.at(-9) === 0xff && prefix.readBigUInt64BE(prefix.length - 8) < 65_536n;
  return by16 || by64;
}

/** The payload so far of the last text message of a stream of good frames, and whether its last frame is all there. */
function lastText(stream: Buffer): { payload: Buffer; whole: boolean } {
  let payload = Buffer.alloc(0);
  let whole = false;
  for (let at = 0; at < stream.length; ) {
    const [first = 0, second = 0] = stream.subarray(at);
    const lengthAt = at + 2;
    const maskAt = lengthAt + ((second & 0x7f) === 126 ? 2 : 0);
    const length = maskAt > lengthAt ? stream.readUInt16BE(lengthAt) : second & 0x7f;
    const dataAt = maskAt + 4;
    const data = stream.subarray(dataAt, dataAt + length).map((byte, i) => byte ^ (stream[maskAt + (i % 4)] ?? 0));
    if ((first & 0x0f) < 8) {
      payload = Buffer.concat((first & 0x0f) === 0 ? [payload, data] : [data]);
      whole = first >= 0x80 && data.length === length;
    }
    at = dataAt + length;
  }
  return { payload, whole };
}

function canBegin(bytes: Uint8Array): boolean {
  return decodes(bytes, true);
}

function isText(bytes: Uint8Array): boolean {
  return decodes(bytes, false);
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

// What comes over the wire.

const mask = fc.uint8Array({ minLength: 4, maxLength: 4 });
const utf8 = fc.string({ unit: 'binary', maxLength: 50 }).map((value) => Buffer.from(value));
const anyBytes = fc.oneof(utf8, fc.uint8Array({ maxLength: 130 }), fc.constant(Buffer.from('eda080', 'hex')));
const closePayload = fc
  .tuple(fc.oneof(fc.constantFrom(1000, 1001, 3000), fc.integer({ min: 990, max: 5010 })), utf8)
  .map(([code, reason]) => Buffer.concat([Uint8Array.of(code >> 8, code & 255), reason.subarray(0, 123)]));

const cuts = (maxLength: number): fc.Arbitrary<number[]> => fc.array(fc.nat(150), { maxLength });

/** A message, cut into fragments with control frames between them. */
const message: fc.Arbitrary<ClientFrame[]> = fc
  .record({
    opcode: fc.constantFrom(1, 1, 1, 2),
    payload: fc.oneof({ weight: 5, arbitrary: utf8 }, { weight: 1, arbitrary: anyBytes }),
    cuts: fc.oneof({ weight: 9, arbitrary: cuts(3) }, { weight: 1, arbitrary: cuts(6) }),
    control: fc.option(fc.record({ opcode: fc.constantFrom(9, 10), payload: fc.uint8Array({ maxLength: 125 }), mask })),
    mask,
  })
  .map(({ opcode, payload, cuts, control, mask }) => {
    const places = [0, ...cuts.map((cut) => Math.min(cut, payload.length)).sort((a, b) => a - b), payload.length];
    return places.slice(1).flatMap((end, i) => {
      const fin = i === cuts.length;
      const part = { opcode: i === 0 ? opcode : 0, fin, payload: payload.slice(places[i], end), mask };
      return control !== null && i === 1 ? [control, part] : [part];
    });
  });

const close: fc.Arbitrary<ClientFrame[]> = fc
  .record({ opcode: fc.constant(8), payload: closePayload, mask })
  .map((f) => [f]);

/** Anything that has the form of a frame, mostly with something wrong. */
const oddFrame: fc.Arbitrary<ClientFrame[]> = fc
  .record({
    opcode: fc.nat(15),
    payload: fc.oneof(anyBytes, closePayload),
    fin: fc.boolean(),
    rsv: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
    mask: fc.oneof({ weight: 8, arbitrary: mask }, { weight: 1, arbitrary: fc.constant(null) }),
  })
  .chain((frame) => {
    const shortest = fc.constant<ClientFrame[]>([frame]);
    const anyForm = fc.constantFrom<16 | 64>(16, 64).map((lengthBits) => [{ ...frame, lengthBits }]);
    return fc.oneof({ weight: 5, arbitrary: shortest }, { weight: 1, arbitrary: anyForm });
  });

/** The header of a frame that is too long, mostly. */
const hugeHeader = fc
  .tuple(fc.constantFrom(0x81, 0x82, 0x02), fc.constantFrom(0xfe, 0xff), fc.uint8Array({ minLength: 8, maxLength: 8 }))
  .map(([first, second, length]) => Buffer.from([first, second, ...length.subarray(0, second === 0xfe ? 2 : 8)]));

const stream: fc.Arbitrary<Buffer> = fc
  .record({
    frames: fc.array(
      fc.oneof({ weight: 8, arbitrary: message }, { weight: 1, arbitrary: close }, { weight: 1, arbitrary: oddFrame }),
      { minLength: 1, maxLength: 5 },
    ),
    changes: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }) },
    ),
    end: fc.oneof({ weight: 9, arbitrary: fc.constant(NOTHING) }, { weight: 1, arbitrary: hugeHeader }),
    cutOff: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(40) }),
  })
  .map(({ frames, changes, end, cutOff }) => {
    const bytes = Buffer.concat([...frames.flat().map(clientFrame), end]);
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return bytes.subarray(0, Math.max(0, bytes.length - cutOff));
  });

describe('any stream of good and broken frames', () => {
  it(`means the same to ws's receiver, and in any pieces the same (${RUNS} streams)`, {
    timeout: 3_600_000,
  }, async () => {
    const endings = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(stream, fc.array(fc.nat(400), { maxLength: 12 }), fc.boolean(), async (bytes, cuts, single) => {
        const notes = decode([bytes], LIMITS);
        expect(decode(cutAt(bytes, single ? [...bytes.keys()] : cuts), LIMITS)).toEqual(notes);
        compare(bytes, notes);
        const ending = (notes.at(-1) ?? 'nothing').split(' ');
        const kind = ending[0] === 'violation' ? String(ending[2]) : String(ending[0]);
        endings.set(kind, (endings.get(kind) ?? 0) + 1);
        await nextTurn(); // lets the receiver's stream finish and go
      }),
      { numRuns: RUNS },
    );
    // The streams are worth comparing: most are sound, and every kind of ending came up.
    const sound = ['text', 'binary', 'close'].map((kind) => endings.get(kind) ?? 0);
    expect(sound.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(RUNS / 4);
    expect(endings.size).toBeGreaterThan(12);
    if (RUNS > 2000) process.stdout.write(`${JSON.stringify(Object.fromEntries(endings))}\n`);
  });
});
