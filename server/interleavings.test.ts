// Good and bad requests in random orders, on many connections at a time: pipelined, upgraded, cut at any byte, ended, half
// ended and reset, traced, and under a shutdown. No answer goes to another request, and nothing is left behind; what
// nobody catches fails the run. LAB_INTERLEAVINGS sets how many, LAB_INTERLEAVINGS_SEED which.
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { LabServer } from './lab-server.ts';
import type { Page } from './protocol/messages.ts';
import { seededRandom } from './protocol/seeded-random.ts';
import { ask, join, parsed, post, readStats, startLab } from './testing/lab.ts';
import { requestText } from './testing/raw-client.ts';
import { openSse } from './testing/streams.ts';

/** What `npm test` plays. */
const SHARE = 400;
const COUNT = Number(process.env['LAB_INTERLEAVINGS'] ?? SHARE);
const SEED = Number(process.env['LAB_INTERLEAVINGS_SEED'] ?? 20_261_126);
/** Interleavings between two looks at what is left. */
const PER_ROUND = COUNT > SHARE ? 2000 : 200;
const AT_ONCE = COUNT > SHARE ? 150 : 24;
const MOST_STEPS = 8;
const MESSAGES = 12;
/** Milliseconds after which what should have been answered was not. */
const PATIENCE_MS = 120_000;
const OBSERVING = { timeout: 120_000, interval: 5 };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const HANDSHAKE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** What the answer to one request must be. */
type Expected = (status: number, body: string) => boolean;

interface Step {
  readonly bytes: string;
  readonly expected: Expected;
  /** Whether the connection is something else, or ends, from here on. */
  readonly last?: boolean;
}

type Random = () => number;

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T;
}

function drawStep(random: Random, cursor: string, trace: string): Step {
  const traced = random() < 0.2 ? `&trace=${trace}` : '';
  const history = Math.floor(random() * MESSAGES);
  const poll = `/v1/short-polling?history=${history}${traced}`;
  const isPage: Expected = (status, body) =>
    status === 200 && parsed<Page>(body).messages.length === history && body.includes('"cursor"');
  const upgrade = (headers: Record<string, string>) => requestText('GET', `/v1/websocket?client=ws${traced}`, headers);
  return pick<() => Step>(random, [
    () => ({ bytes: requestText('GET', poll), expected: isPage }),
    () => ({ bytes: requestText('GET', poll, { Connection: 'Upgrade', Upgrade: 'h2c' }), expected: isPage }),
    () => ({
      bytes: requestText('GET', `/v1/long-polling?cursor=${cursor}&wait=1${traced}`),
      expected: (status) => status === 204,
    }),
    () => ({
      bytes: requestText('GET', '/healthz'),
      expected: (status, body) => status === 200 && body === '{"status":"alive"}',
    }),
    () => ({ bytes: requestText('GET', '/v1/nothing'), expected: (status) => status === 404 }),
    () => ({ bytes: requestText('GET', '/v1/presence?client=.'), expected: (status) => status === 400 }),
    () => ({
      bytes: requestText('POST', '/v1/join', JSON_TYPE, '{}'),
      expected: (status, body) => status === 201 && body.includes('"token"'),
    }),
    () => ({
      bytes: requestText('POST', '/v1/join', { ...JSON_TYPE, Expect: 'nonsense' }, '{}'),
      expected: (status) => status === 417,
      last: true,
    }),
    () => ({
      bytes: requestText('GET', `/v1/sse?history=0${traced}`),
      expected: (status) => status === 200,
      last: true,
    }),
    () => ({ bytes: upgrade(HANDSHAKE), expected: (status) => status === 101, last: true }),
    () => ({
      bytes: upgrade({ ...HANDSHAKE, Origin: 'http://evil.example' }),
      expected: (status) => status === 403,
      last: true,
    }),
    () => ({
      bytes: requestText('CONNECT', 'evil.example:443'),
      expected: (status) => status === 400,
      last: true,
    }),
    () => ({ bytes: 'nonsense\r\n\r\n', expected: (status) => status === 400, last: true }),
  ])();
}

/** Takes whole answers off the front of the bytes; of what goes on for ever, and of a 101, the head is all. */
function takeAnswer(bytes: string): { status: number; body: string; rest: string; endless: boolean } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = bytes.slice(0, end).toLowerCase();
  const status = Number(head.slice(9, 12));
  const rest = bytes.slice(end + 4);
  const endless = status === 101 || head.includes('text/event-stream');
  const length = endless ? 0 : Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
  if (rest.length < length) return null;
  return { status, body: rest.slice(0, length), rest: rest.slice(length), endless };
}

/** Resolves when the connection has ended. Rejects where an answer is not that of its request, or never came. */
async function play(url: string, random: Random, cursor: string, trace: string): Promise<void> {
  const steps: Step[] = [];
  for (let length = 1 + Math.floor(random() * MOST_STEPS); steps.length < length; ) {
    const step = drawStep(random, cursor, trace);
    steps.push(step);
    // Something may come behind it all the same.
    if (step.last && random() < 0.6) break;
  }
  const firstLast = steps.findIndex(({ last }) => last);
  const mustCome = firstLast < 0 ? steps.length : firstLast + 1;
  const breaksOff = random() < 0.3;
  const text = steps.map(({ bytes }) => bytes).join('');
  const sent = breaksOff ? text.slice(0, Math.ceil(random() * text.length)) : text;
  /** A request that is cut off by the end of the connection is none. */
  const isCutOff = (index: number, status: number) => {
    const end = steps.slice(0, index + 1).reduce((length, { bytes }) => length + bytes.length, 0);
    return end > sent.length && status === 400;
  };
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const told = () => `${JSON.stringify(steps.map(({ bytes }) => bytes.split('\r\n')[0]))}`;
  let answered = 0;
  let unread = '';
  let over = false;
  let wrong: string | null = null;
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  let enough: () => void = () => undefined;
  const allCame = new Promise<void>((resolve) => {
    enough = resolve;
  });
  // 'close' follows, with too few answers.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    if (over) return;
    unread += chunk.toString('latin1');
    for (let answer = takeAnswer(unread); answer !== null && !over; answer = takeAnswer(unread)) {
      const isRight = steps[answered]?.expected(answer.status, answer.body) === true;
      if (!isRight && !isCutOff(answered, answer.status)) {
        wrong ??= `answer ${answered}: ${answer.status} ${answer.body.slice(0, 200)}`;
      }
      unread = answer.rest;
      answered += 1;
      over = answer.endless || wrong !== null || answered >= mustCome;
    }
    if (over) enough();
  });
  await send(socket, random, sent);
  if (breaksOff) pick(random, [() => socket.end(), () => socket.destroy(), () => socket.resetAndDestroy()])();
  const timer = setTimeout(() => {
    if (!breaksOff) wrong ??= `only ${answered} of ${mustCome} were answered`;
    socket.destroy();
  }, PATIENCE_MS);
  await Promise.race([closed, allCame]);
  socket.destroy();
  clearTimeout(timer);
  if (!breaksOff && answered < mustCome) wrong ??= `it ended after ${answered} of ${mustCome}`;
  if (wrong !== null) throw new Error(`${wrong}, of ${told()}`);
}

/** Sends in pieces, with turns between them. */
async function send(socket: Socket, random: Random, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const pieces = 1 + Math.floor(random() * 4);
  let from = 0;
  for (let piece = 1; piece <= pieces; piece += 1) {
    const to = piece === pieces ? bytes.length : from + Math.floor(random() * (bytes.length - from));
    if (to > from && socket.writable) socket.write(bytes.subarray(from, to));
    from = to;
    if (random() < 0.7) await turn();
  }
}

async function openTrace(lab: LabServer): Promise<string> {
  const { text } = await new Promise<{ text: string }>((resolve, reject) => {
    const { hostname, port } = new URL(lab.url);
    const socket = connect({ host: hostname, port: Number(port) });
    let text = '';
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes('"trace":"')) return;
      // Read no more: what it is told then is the server's to bound.
      socket.pause();
      resolve({ text });
    });
    socket.write(requestText('GET', '/v1/lab/trace'));
  });
  return /"trace":"([^"]+)"/.exec(text)?.[1] ?? '';
}

const OPTIONS = { shutdownMs: 200, stallMs: 60_000, publishRate: 0, addressPublishRate: 0 };

describe.each(['ws', 'by-hand'] as const)('interleavings, --websocket-engine %s', (websocketEngine) => {
  const title = `each request has its own answer, and nothing is left behind (${COUNT / 2} of seed ${SEED})`;
  test(title, { timeout: 3_600_000 + 100 * COUNT }, async () => {
    let drawn = 0;
    const next = () => {
      drawn += 1;
      return seededRandom(SEED, websocketEngine.length, drawn);
    };
    for (let played = 0; played < COUNT / 2; played += PER_ROUND) {
      const lab = await startLab({ ...OPTIONS, websocketEngine });
      const { token } = await join(lab);
      for (let i = 0; i < MESSAGES; i += 1) await post(lab, token, `message ${i}`);
      const { cursor } = parsed<Page>((await ask(lab, 'GET', '/v1/short-polling')).text);
      const trace = await openTrace(lab);
      let left = PER_ROUND;
      const worker = async () => {
        for (; left > 0; ) {
          left -= 1;
          await play(lab.url, next(), cursor, trace);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      // The trace's own stream is what stays.
      await vi.waitFor(() => expect(lab.connections).toBe(1), OBSERVING);
      const { transports, connectionsEnded } = await readStats(lab);
      for (const [name, { open, parked }] of Object.entries(transports)) {
        if (name !== 'short-polling' && name !== 'long-polling') expect([name, open]).toEqual([name, 0]);
        expect([name, parked]).toEqual([name, 0]);
      }
      expect(connectionsEnded).toEqual({ unanswered: 0, unread: 0, shed: 0 });

      // The same again, into a shutdown: answers may be missing then.
      const stream = await openSse(lab);
      const cut = Array.from({ length: AT_ONCE }, () => play(lab.url, next(), cursor, trace).catch(() => undefined));
      await turn();
      await lab.close();
      await Promise.all([...cut, stream.closed]);
      await vi.waitFor(() => expect(lab.connections).toBe(0), OBSERVING);
    }
  });
});
