// The figures of docs/websocket-by-hand.md as SVG, drawn from bytes that the project's own code makes.
// draw-figures.ts hands them to `npm run docs`.

import { OPCODES } from '../protocol/opcodes.ts';
import { type ClientFrame, clientFrame, SOME_MASK } from './client-frames.ts';
import { encodeClose, encodeFrame, encodeText } from './frame-encoder.ts';
import { createFrameSplitter, type SplitFrame } from './frame-splitter.ts';

const INK = '#1b1f24';
const MUTED = '#57606a';
const LINE = '#8c959f';
/** A field's ground. Dark text is readable on each; fields are also named, so that nothing hangs on the colour. */
const GROUND = { first: '#cfe3ff', length: '#c9eed5', key: '#ffe2b0', payload: '#e6dbff', plain: '#ffffff' } as const;
type Field = keyof typeof GROUND;

const WIDTH = 800;

interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly mono?: boolean;
  readonly bold?: boolean;
}

/** A frame that a client sends, in the four parts of section 5.2. */
export function clientFrameFigure(frame: Buffer): string {
  const { header, payload } = splitOne(frame);
  const text = unmasked(header, payload).toString();
  const [first = 0, second = 0] = frame;
  const cell = 64;
  const x = (i: number): number => (WIDTH - cell * frame.length) / 2 + cell * i;
  const fieldAt = (i: number): Field =>
    i === 0 ? 'first' : i === 1 ? 'length' : i < header.length ? 'key' : 'payload';
  const bits = (at: number, byte: number, field: Field): string =>
    [...binary(byte)].map((bit, i) => box([at + 44 * i, 108, 44, 40], bit, field, { size: 18, mono: true })).join('');
  const left = 36;
  const right = 412;
  const parts = [
    ...over(left, left + 44, 100, 'FIN', 'last frame'),
    ...over(left + 44, left + 176, 100, 'RSV1 to RSV3', 'no extension'),
    ...over(left + 176, left + 352, 100, 'opcode', `${first & 0x0f}: text`),
    ...over(right, right + 44, 100, 'MASK', 'masked'),
    ...over(right + 44, right + 352, 100, 'length', `${second & 0x7f} bytes of payload`),
    bits(left, first, 'first'),
    bits(right, second, 'length'),
    path(`M${left} 148 L${x(0)} 204 M${left + 352} 148 L${x(1)} 204`),
    path(`M${right} 148 L${x(1)} 204 M${right + 352} 148 L${x(2)} 204`),
    ...[...frame].map((byte, i) => box([x(i), 204, cell, 48], hexOf(byte), fieldAt(i), { size: 22, mono: true })),
    under(x(0), x(1), 258, 'byte 0'),
    under(x(1), x(2), 258, 'byte 1'),
    under(x(2), x(6), 258, 'masking key'),
    under(x(6), x(frame.length), 258, 'payload, masked'),
    label(x(6) - 12, 312, 'and unmasked', { anchor: 'end', fill: MUTED }),
    ...[...text].map((character, i) => label(x(6 + i) + cell / 2, 312, character, { size: 20, mono: true })),
  ];
  const described =
    `${spaced(frame)}. Byte 0, ${binary(first)}: FIN is 1, RSV1 to RSV3 are 0, the opcode is ${first & 0x0f}, text. ` +
    `Byte 1, ${binary(second)}: MASK is 1, the length is ${second & 0x7f}. Then the masking key, ` +
    `${spaced(header.subarray(2))}, and the masked payload, ${spaced(payload)}.`;
  return figure(332, `A text frame from a client: “${text}” in ${frame.length} bytes`, described, parts);
}

/** The same frame with its length in 7, in 16 and in 64 bits. */
export function lengthsFigure(frames: readonly Buffer[]): string {
  const left = 36;
  const cell = 44;
  const described: string[] = [];
  const parts = frames.flatMap((frame, row) => {
    const { header, payloadBytes } = splitOne(frame);
    const y = 66 + row * 104;
    const keyAt = header.length - 4;
    const amount = `${payloadBytes.toLocaleString('en')} bytes`;
    const form = (header[1] as number) & 0x7f;
    const says =
      form < 126
        ? `${hexOf(0x80 + form)} is MASK and ${form}: up to 125 it is the length itself`
        : `${hexOf(0x80 + form)} is MASK and ${form}: the length is in the next ${keyAt - 2} bytes, ${keyAt === 4 ? 16 : 64} bits`;
    described.push(`${amount}: ${spaced(header.subarray(0, keyAt))}, then key and payload.`);
    const keyX = left + cell * keyAt;
    return [
      label(left, y, amount, { anchor: 'start', bold: true }),
      label(left + 120, y, says, { anchor: 'start', fill: MUTED, size: 14 }),
      ...[...header.subarray(0, keyAt)].map((byte, i) =>
        box([left + cell * i, y + 12, cell, 44], hexOf(byte), i === 0 ? 'first' : 'length', { size: 18, mono: true }),
      ),
      box([keyX, y + 12, 104, 44], 'key', 'key', {}),
      box([keyX + 104, y + 12, 178, 44], `payload, ${amount}`, 'payload', {}),
    ];
  });
  return figure(66 + 104 * frames.length - 18, 'The length of a frame, in three forms', described.join(' '), parts);
}

/** Text XOR key, byte by byte. */
export function maskingFigure(key: Uint8Array, text: string): string {
  const plain = Buffer.from(text);
  const masked = plain.map((byte, i) => byte ^ (key[i % 4] as number));
  const cell = 124;
  const left = WIDTH - 24 - cell * plain.length;
  const row = (y: number, name: string, byteAt: (i: number) => number, field: Field): string[] => [
    label(left - 14, y + 31, name, { anchor: 'end' }),
    ...[...plain].map((_, i) => byteBox([left + cell * i, y, cell - 8, 50], byteAt(i), field)),
  ];
  const parts = [
    ...[...text].map((character, i) => label(left + cell * i + 58, 72, character, { size: 20, mono: true })),
    ...row(84, 'text', (i) => plain[i] as number, 'plain'),
    ...row(148, 'XOR key', (i) => key[i % 4] as number, 'key'),
    ...[...plain].map((_, i) => label(left + cell * i + 58, 217, `key byte ${i % 4}`, { size: 13, fill: MUTED })),
    path(`M${left} 226 L${left + cell * plain.length - 8} 226`),
    ...row(236, 'is, on the wire', (i) => masked[i] as number, 'payload'),
  ];
  const steps = [...plain].map(
    (byte, i) => `${hexOf(byte)} XOR ${hexOf(key[i % 4] as number)} is ${hexOf(masked[i] as number)}`,
  );
  return figure(304, `“${text}” under the mask ${spaced(key)}`, `${steps.join('; ')}.`, parts);
}

interface Step {
  readonly from: 'client' | 'server';
  readonly what: string;
  /** The beginning of what is sent. */
  readonly shown: string;
}

/** A whole connection, from the handshake to the end of TCP. */
export function conversationFigure(steps: readonly Step[]): string {
  const [client, server] = [70, WIDTH - 70];
  const bottom = 92 + steps.length * 44;
  const parts = [
    box([client - 50, 50, 100, 32], 'client', 'plain', {}),
    box([server - 50, 50, 100, 32], 'server', 'plain', {}),
    path(`M${client} 82 V${bottom} M${server} 82 V${bottom}`),
    ...steps.flatMap(({ from, what, shown }, i) => {
      const y = 118 + i * 44;
      const [start, end, back] = from === 'client' ? [client, server, -9] : [server, client, 9];
      return [
        path(`M${start} ${y} H${end} m${back} -5 l${-back} 5 l${back} 5`, INK),
        label(client + 18, y - 9, what, { anchor: 'start', size: 14 }),
        label(server - 18, y - 9, shown, { anchor: 'end', size: 13, mono: true, fill: MUTED }),
      ];
    }),
  ];
  const described = steps.map(({ from, what, shown }) => `${from}: ${what} (${shown}).`).join(' ');
  return figure(bottom + 16, 'A WebSocket from its beginning to its end', described, parts);
}

/** What the room says, as in docs/protocol.md. */
const FRAMES = {
  hello: '{"type":"hello","cursor":"q7Zt2LxV.41","heartbeatMs":15000}',
  authenticate: '{"type":"authenticate","token":"dTdLcTJtWHc5TGJULkFkYQ.5sY0hJ3vQnR8pWzE"}',
  authenticated: '{"type":"authenticated","uid":"u7Kq2mXw9LbT"}',
  publish: '{"type":"publish","id":"m-1","text":"Hello"}',
  message:
    '{"type":"message","message":{"seq":42,"id":"m-1","from":"u7Kq2mXw9LbT","name":"Ada","text":"Hello","at":1767225600123,"via":"websocket"}}',
} as const;

/** Every figure by its file's name. */
export function figures(): ReadonlyMap<string, string> {
  const frame = (opcode: number, payload: Uint8Array): Buffer => clientFrame({ opcode, payload } satisfies ClientFrame);
  const text = (content: string): Buffer => frame(OPCODES.text, Buffer.from(content));
  const nothing = Buffer.alloc(0);
  const normalClosure = encodeClose(1000);
  const start = (bytes: Buffer): string => `${spaced(bytes.subarray(0, 8))}${bytes.length > 8 ? ' …' : ''}`;
  const { client, server } = sides;
  return new Map([
    ['client-frame.svg', clientFrameFigure(text('Hello'))],
    ['lengths.svg', lengthsFigure([5, 200, 70_000].map((bytes) => text('x'.repeat(bytes))))],
    ['masking.svg', maskingFigure(SOME_MASK, 'Hello')],
    [
      'conversation.svg',
      conversationFigure([
        client('an HTTP request that asks for an upgrade', 'GET /v1/websocket HTTP/1.1 …'),
        server('yes; from here on frames', 'HTTP/1.1 101 Switching Protocols …'),
        server('hello: from this cursor on', start(encodeText(FRAMES.hello))),
        client('authenticate: who I am', start(text(FRAMES.authenticate))),
        server('authenticated', start(encodeText(FRAMES.authenticated))),
        client('publish: a text for the room', start(text(FRAMES.publish))),
        server('message: to everyone; and a receipt', start(encodeText(FRAMES.message))),
        server('ping', start(encodeFrame(OPCODES.ping, nothing))),
        client('pong, masked like all that a client sends', start(frame(OPCODES.pong, nothing))),
        client('close: I am done, 1000', start(frame(OPCODES.close, normalClosure.subarray(2)))),
        server('close: so am I, 1000', start(normalClosure)),
        server('the end of TCP, by the server first', 'FIN'),
      ]),
    ],
  ]);
}

const sides = {
  client: (what: string, shown: string): Step => ({ from: 'client', what, shown }),
  server: (what: string, shown: string): Step => ({ from: 'server', what, shown }),
};

function splitOne(bytes: Buffer): SplitFrame {
  const found: SplitFrame[] = [];
  createFrameSplitter(bytes.length, (frame) => found.push(frame))(bytes);
  const [frame] = found;
  if (frame === undefined || found.length > 1) throw new Error('A figure shows one whole frame.');
  return frame;
}

function unmasked(header: Buffer, payload: Buffer): Buffer {
  const key = header.subarray(-4);
  return Buffer.from(payload.map((byte, i) => byte ^ (key[i % 4] as number)));
}

// Drawing.

/** The ground is opaque, so that the figure is readable on a dark page too. */
function figure(height: number, title: string, description: string, parts: readonly string[]): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`,
    `     role="img" aria-labelledby="title description" font-family="sans-serif">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>`,
    label(24, 32, title, { anchor: 'start', size: 18, bold: true }),
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}

type Rect = readonly [x: number, y: number, width: number, height: number];

function box(rect: Rect, text: string, field: Field, style: TextStyle): string {
  const [x, y, width, height] = rect;
  const { size = 15 } = style;
  return ground(rect, field) + label(x + width / 2, y + height / 2 + size * 0.35, text, style);
}

/** A byte in hex, and below it in bits. */
function byteBox(rect: Rect, byte: number, field: Field): string {
  const [x, y, width] = rect;
  const hex = label(x + width / 2, y + 22, hexOf(byte), { size: 18, mono: true });
  return ground(rect, field) + hex + label(x + width / 2, y + 42, binary(byte), { size: 14, mono: true });
}

function ground([x, y, width, height]: Rect, field: Field): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${GROUND[field]}" stroke="${LINE}"/>`;
}

function over(from: number, to: number, y: number, name: string, value: string): string[] {
  const middle = (from + to) / 2;
  const bracket = path(`M${from + 3} ${y + 4} v-6 H${to - 3} v6`);
  return [label(middle, y - 30, name, {}), label(middle, y - 12, value, { size: 13, fill: MUTED }), bracket];
}

function under(from: number, to: number, y: number, name: string): string {
  return path(`M${from + 3} ${y} v6 H${to - 3} v-6`) + label((from + to) / 2, y + 24, name, {});
}

function path(d: string, stroke: string = LINE): string {
  return `<path d="${d}" fill="none" stroke="${stroke}"/>`;
}

function label(x: number, y: number, text: string, style: TextStyle): string {
  const { size = 15, fill = INK, anchor = 'middle', mono = false, bold = false } = style;
  const more = (mono ? ' font-family="monospace"' : '') + (bold ? ' font-weight="bold"' : '');
  const at = `x="${Math.round(x)}" y="${Math.round(y)}"`;
  return `<text ${at} font-size="${size}" fill="${fill}" text-anchor="${anchor}"${more}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function binary(byte: number): string {
  return byte.toString(2).padStart(8, '0');
}

function spaced(bytes: Uint8Array): string {
  return [...bytes].map(hexOf).join(' ');
}
