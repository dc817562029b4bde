// Hostile WebSocket clients: steps that the socket outlives, each with its answer, and mostly one at the end that it does
// not, with its close code.
import fc from 'fast-check';
import { defaultConfig } from '../../config.ts';
import { CLOSE_CODES } from '../../protocol/close-codes.ts';
import { BODY_BYTES } from '../../protocol/limits.ts';
import type { ProblemCode } from '../../protocol/problems.ts';
import { type ClientFrame, clientFrame } from '../../websocket/client-frames.ts';
import { wrongTokens } from './breakages.ts';
import { brokenJson, brokenUtf8, MARK, NOT_UTF8, type OddDraft, oddButRight, wrongForm } from './drafts.ts';
import type { Target } from './request.ts';

export type EngineName = 'ws' | 'by-hand';

export type Outcome =
  | { readonly kind: 'error'; readonly code: ProblemCode; readonly id: string | null }
  | { readonly kind: 'receipt'; readonly id: string }
  | { readonly kind: 'pong'; readonly payload: string }
  /** 1005: a close frame without a code. */
  | { readonly kind: 'close'; readonly code: number }
  /** Closed after so many refusals of this kind. */
  | { readonly kind: 'refusals'; readonly code: ProblemCode; readonly count: number };

export interface Step {
  readonly what: string;
  readonly bytes: Buffer;
  readonly outcome: Outcome;
}

export interface SocketCase {
  readonly query: string;
  /** The reason of the reset that the query leads to. */
  readonly reset: string | null;
  readonly authenticates: boolean;
  readonly steps: readonly Step[];
  /** How the client goes where no step has ended it. */
  readonly leaves: 'end' | 'reset';
}

const TEXT = 1;
const BINARY = 2;
const PUBLISH = '"type":"publish",';
/** Refusals after which the socket is closed. */
const MOST_REFUSALS = 10;

const { protocolError, unsupportedData, invalidPayload, policyViolation, messageTooBig } = CLOSE_CODES;

const mask = fc.uint8Array({ minLength: 4, maxLength: 4 });
const bytesOf = (...frames: ClientFrame[]) => Buffer.concat(frames.map(clientFrame));
const empty = Buffer.alloc(0);

/** A message in any fragments, with pings between them that are not answered for long. */
function inFragments(opcode: number, payload: Buffer): fc.Arbitrary<Buffer> {
  return fc.tuple(fc.array(fc.nat(payload.length), { maxLength: 4 }), mask).map(([cuts, maskBytes]) => {
    const places = [0, ...cuts.sort((a, b) => a - b), payload.length];
    const parts = places.slice(1).map((end, i): ClientFrame => {
      const fin = i === places.length - 2;
      return { opcode: i === 0 ? opcode : 0, payload: payload.subarray(places[i], end), fin, mask: maskBytes };
    });
    return bytesOf(...parts);
  });
}

function sent(what: string, payload: Buffer, outcome: Outcome): fc.Arbitrary<Step> {
  return inFragments(TEXT, payload).map((bytes) => ({ what, bytes, outcome }));
}

const json = (value: object) => Buffer.from(JSON.stringify(value));

// Steps that the socket outlives.

const invalid = ({ what, bytes, id }: OddDraft) => sent(what, bytes, { kind: 'error', code: 'invalid-body', id });

const noFrame = fc
  .constantFrom<readonly unknown[]>(
    [{}],
    [{ type: 'publish ' }],
    [{ type: 'PUBLISH', text: MARK }],
    [{ type: null }],
    [{ type: ['publish'] }],
    [{ type: '__proto__' }],
    [{ type: 'hello', cursor: null }],
    [{ type: 'message', message: {} }],
    [{ type: 'authenticate' }],
    [{ type: 'authenticate', token: null }],
    [{ type: 'authenticate', token: ['a'] }],
    [{ type: { toString: 'publish' } }],
    [[]],
    [null],
    [0],
  )
  .chain(([value]) => {
    const text = JSON.stringify(value);
    return sent(`the frame ${text}`, Buffer.from(text), { kind: 'error', code: 'invalid-body', id: null });
  });

const ping = fc.uint8Array({ maxLength: 125 }).map((payload): Step => {
  const outcome = { kind: 'pong', payload: Buffer.from(payload).toString('hex') } as const;
  // A pong that nobody asked for goes unanswered.
  const bytes = bytesOf({ opcode: 10, payload }, { opcode: 9, payload });
  return { what: `a pong and a ping of ${payload.length} bytes`, bytes, outcome };
});

const anyTime = fc.oneof(
  brokenJson(PUBLISH).chain(invalid),
  wrongForm(PUBLISH).chain(invalid),
  wrongForm('').chain((draft) => invalid({ ...draft, what: `no type, and ${draft.what}` })),
  noFrame,
  ping,
);

function beforeAuthentication({ token }: Target): fc.Arbitrary<Step> {
  const missing = oddButRight(PUBLISH).chain(({ bytes, id }) =>
    sent('a message without a token', bytes, { kind: 'error', code: 'token-missing', id }),
  );
  const wrong = wrongTokens(token).chain((value) => {
    const frame = json({ type: 'authenticate', token: value });
    return sent('a wrong token', frame, { kind: 'error', code: 'token-invalid', id: null });
  });
  return fc.oneof(missing, wrong);
}

function afterAuthentication({ token, taken }: Target): fc.Arbitrary<Step> {
  const again = fc.constantFrom(token, 'a.b').chain((value) => {
    const outcome = { kind: 'error', code: 'already-authenticated', id: null } as const;
    return sent('authenticates again', json({ type: 'authenticate', token: value }), outcome);
  });
  const conflict = fc.constantFrom('other', '<b>').chain((text) => {
    const outcome = { kind: 'error', code: 'id-conflict', id: taken.id } as const;
    return sent('an id that is taken', json({ type: 'publish', id: taken.id, text: MARK + text }), outcome);
  });
  const right = oddButRight(PUBLISH).chain(({ what, bytes, id }) => sent(what, bytes, { kind: 'receipt', id }));
  return fc.oneof(again, conflict, right);
}

// Steps that end it.

const closes = (code: number) => ({ kind: 'close', code }) as const;

const breaks = (what: string, code: number, ...frames: ClientFrame[]): Step => {
  return { what, bytes: bytesOf(...frames), outcome: closes(code) };
};

/** A header that announces so many bytes, of which only a few come. */
function announced(opcode: number, bytes: bigint): Buffer {
  const head = Buffer.alloc(14);
  head.writeUInt8(0x80 | opcode, 0);
  head.writeUInt8(0xff, 1);
  head.writeBigUInt64BE(bytes, 2);
  return Buffer.concat([head, Buffer.from('a few')]);
}

const payload = fc.uint8Array({ maxLength: 125 });
const someText = Buffer.from(MARK);

const brokenRules: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.constantFrom(1, 2, 8, 9, 10), payload)
    .map(([rsv, opcode, data]) =>
      breaks(`reserved bits ${rsv} with opcode ${opcode}`, protocolError, { opcode, rsv, payload: data }),
    ),
  fc
    .tuple(fc.constantFrom(3, 4, 5, 6, 7, 11, 12, 13, 14, 15), payload, fc.boolean())
    .map(([opcode, data, fin]) =>
      breaks(`the reserved opcode ${opcode}`, protocolError, { opcode, payload: data, fin }),
    ),
  fc
    .tuple(fc.constantFrom(8, 9, 10), fc.uint8Array({ minLength: 2, maxLength: 125 }))
    .map(([opcode, data]) =>
      breaks(`a fragment of the control frame ${opcode}`, protocolError, { opcode, payload: data, fin: false }),
    ),
  fc
    .tuple(fc.constantFrom(8, 9, 10), fc.integer({ min: 126, max: 70_000 }))
    .map(([opcode, length]) =>
      breaks(`a control frame of ${length} bytes`, protocolError, { opcode, payload: Buffer.alloc(length) }),
    ),
  fc
    .tuple(payload, fc.boolean())
    .map(([data, fin]) => breaks('a continuation of nothing', protocolError, { opcode: 0, payload: data, fin })),
  fc
    .tuple(fc.constantFrom(TEXT, BINARY), fc.constantFrom(TEXT, BINARY))
    .map(([one, other]) =>
      breaks(
        'a message in a message',
        protocolError,
        { opcode: one, payload: someText, fin: false },
        { opcode: other, payload: someText },
      ),
    ),
  fc
    .tuple(
      fc.constantFrom(TEXT, BINARY, 8, 9, 10),
      payload.filter(({ length }) => length !== 1),
    )
    .map(([opcode, data]) =>
      breaks(`opcode ${opcode} without a mask`, protocolError, { opcode, payload: data, mask: null }),
    ),
  fc
    .nat(255)
    .map((byte) => breaks('a close frame of one byte', protocolError, { opcode: 8, payload: Uint8Array.of(byte) })),
  fc
    .oneof(
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom(1004, 1005, 1006, 1015, 1016, 2000, 2999),
      fc.integer({ min: 5000, max: 65_535 }),
    )
    .map((code) =>
      breaks(`the close code ${code}`, protocolError, { opcode: 8, payload: Uint8Array.of(code >> 8, code & 255) }),
    ),
);

const notUtf8: fc.Arbitrary<Step> = fc.oneof(
  fc.oneof(brokenUtf8(PUBLISH), brokenUtf8('')).chain(({ what, bytes }) => sent(what, bytes, closes(invalidPayload))),
  fc.constantFrom(...NOT_UTF8).map((reason) =>
    breaks(`the close reason ${reason}`, invalidPayload, {
      opcode: 8,
      payload: Buffer.concat([Buffer.of(3, 232), Buffer.from(reason, 'hex')]),
    }),
  ),
);

const binary: fc.Arbitrary<Step> = fc.uint8Array({ maxLength: 2000 }).chain((data) =>
  inFragments(BINARY, Buffer.from(data)).map((bytes) => ({
    what: 'a binary message',
    bytes,
    outcome: closes(unsupportedData),
  })),
);

const tooBig: fc.Arbitrary<Step> = fc.oneof(
  fc
    .integer({ min: BODY_BYTES + 1, max: 150_000 })
    .map((length) =>
      breaks(`a message of ${length} bytes`, messageTooBig, { opcode: TEXT, payload: Buffer.alloc(length, 'x') }),
    ),
  fc.tuple(fc.constantFrom(TEXT, BINARY), fc.bigInt({ min: 65_536n, max: 2n ** 63n - 1n })).map(([opcode, length]) => ({
    what: `a message that is announced to have ${length} bytes`,
    bytes: announced(opcode, length),
    outcome: closes(messageTooBig),
  })),
  fc.integer({ min: 2, max: 40 }).map((count) => {
    const part = Buffer.alloc(Math.ceil((BODY_BYTES + 1) / count), 'x');
    const frames = Array.from({ length: count }, (_, i) => ({
      opcode: i === 0 ? TEXT : 0,
      payload: part,
      fin: i === count - 1,
    }));
    return breaks(`too much in ${count} fragments`, messageTooBig, ...frames);
  }),
);

const tooMany: fc.Arbitrary<Step> = fc.constantFrom(empty, Buffer.from('x')).map((part) => {
  const frames = Array.from({ length: defaultConfig.maxFragments + 1 }, (_, i) => ({
    opcode: i === 0 ? TEXT : 0,
    payload: part,
    fin: false,
  }));
  return breaks('too many fragments', policyViolation, ...frames);
});

/** The only two wrongs that the engines take differently; see ../../websocket/differential.test.ts. */
function differing(engine: EngineName): fc.Arbitrary<Step> {
  const longForm = fc.constantFrom(16, 64).map((lengthBits) => ({
    what: `a length in ${lengthBits} bits where 7 do`,
    bytes: bytesOf({ opcode: TEXT, payload: someText, lengthBits }),
    outcome:
      engine === 'by-hand' ? closes(protocolError) : ({ kind: 'error', code: 'invalid-body', id: null } as const),
  }));
  const topBit = fc.bigInt({ min: 2n ** 63n, max: 2n ** 64n - 1n }).map((length) => ({
    what: 'a length above 2^63',
    bytes: announced(TEXT, length),
    outcome: closes(engine === 'by-hand' ? protocolError : messageTooBig),
  }));
  return fc.oneof(longForm, topBit);
}

const goodbye: fc.Arbitrary<Step> = fc.oneof(
  fc.constant(breaks('a close frame without a code', 1005, { opcode: 8, payload: empty })),
  fc
    .tuple(
      fc.constantFrom(1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999),
      fc.string({ unit: 'binary', maxLength: 30 }),
    )
    .map(([code, reason]) =>
      breaks(`the close code ${code}`, code, {
        opcode: 8,
        payload: Buffer.concat([Uint8Array.of(code >> 8, code & 255), Buffer.from(reason)]),
      }),
    ),
);

/** More refusals than are borne. */
function insisting(target: Target): fc.Arbitrary<Step> {
  return fc.constantFrom('token-missing', 'token-invalid').map((code) => {
    const frame =
      code === 'token-missing'
        ? { type: 'publish', id: target.taken.id, text: MARK }
        : { type: 'authenticate', token: 'a.b' };
    const frames = Array.from({ length: MOST_REFUSALS + 5 }, () => ({ opcode: TEXT, payload: json(frame) }));
    return {
      what: `${code}, again and again`,
      bytes: bytesOf(...frames),
      outcome: { kind: 'refusals', code, count: MOST_REFUSALS },
    };
  });
}

export function hostileSockets(target: Target, engine: EngineName): fc.Arbitrary<SocketCase> {
  const ends = (authenticates: boolean) =>
    fc.oneof(
      { weight: 6, arbitrary: brokenRules },
      { weight: 2, arbitrary: notUtf8 },
      { weight: 1, arbitrary: binary },
      { weight: 2, arbitrary: tooBig },
      { weight: 1, arbitrary: authenticates ? tooMany : insisting(target) },
      { weight: 1, arbitrary: differing(engine) },
      { weight: 1, arbitrary: goodbye },
    );
  const cursor = fc.constantFrom(
    ['history=0', null] as const,
    ['history=0', null] as const,
    ['history=0&cursor=__proto__.1', 'epoch-changed'] as const,
    [`history=0&cursor=${target.epoch}.9007199254740991`, 'ahead'] as const,
  );
  return fc.boolean().chain((authenticates) => {
    const own = authenticates ? afterAuthentication(target) : beforeAuthentication(target);
    const during = fc.array(fc.oneof({ weight: 3, arbitrary: anyTime }, { weight: 1, arbitrary: own }), {
      minLength: 1,
      maxLength: 6,
    });
    return fc
      .tuple(cursor, during, fc.option(ends(authenticates), { freq: 6 }), fc.constantFrom('end', 'reset'))
      .map(([[query, reset], steps, last, leaves]) => {
        return { query, reset, authenticates, steps: last === null ? steps : [...steps, last], leaves };
      });
  });
}
