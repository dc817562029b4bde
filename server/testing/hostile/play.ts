// Plays hostile cases against a lab, each on a connection of its own, and holds what comes back against what must.
import { isDeepStrictEqual } from 'node:util';
import type { Page } from '../../protocol/messages.ts';
import type { Problem } from '../../protocol/problems.ts';
import { parsed } from '../lab.ts';
import { openRaw, type RawClient, type RawResponse } from '../raw-client.ts';
import { bytesOf, type Expected, goodRequests, type RequestCase, type Target } from './request.ts';

/** Throws where they differ. */
export function mustBe(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}\n  came ${JSON.stringify(actual)}\n  not  ${JSON.stringify(expected)}`);
}

/** Rejects, saying what was played, where that has come to nothing for very long. */
export async function inTime<T>(what: string, played: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}\n  is waited for in vain`)), 20_000);
  });
  try {
    return await Promise.race([played, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when the answer is as expected, and the connection then does what the answer said of it. */
export async function playRequest(url: string, target: Target, one: RequestCase): Promise<void> {
  const client = await openRaw(url);
  try {
    client.send(one.newest === undefined ? one.bytes : await withNewest(client, target, one.bytes, one.newest));
    if (one.leaves === 'reset') return void client.socket.resetAndDestroy();
    if (one.leaves === 'end') client.socket.end();
    if (one.expected === null) return;
    const streams = one.expected.code === null && one.bytes.includes('/v1/sse');
    if (streams) await checkStream(client, one, one.expected);
    else await checkAnswer(client, target, one, one.expected);
  } finally {
    client.socket.destroy();
  }
}

async function withNewest(client: RawClient, target: Target, bytes: Buffer, word: string): Promise<Buffer> {
  const poll = goodRequests(target)['short-polling'];
  if (poll !== undefined) client.send(bytesOf({ ...poll, params: ['history=0'] }));
  const { cursor } = parsed<Page>((await client.response()).body);
  return Buffer.from(bytes.toString('latin1').replace(word, cursor), 'latin1');
}

async function checkAnswer(client: RawClient, target: Target, one: RequestCase, expected: Expected): Promise<void> {
  const answer = await client.response(one.method);
  mustBe(`${one.what}: ${answer.body.slice(0, 500)}`, answer.status, expected.status);
  if (expected.code !== null && one.method !== 'HEAD') checkProblem(one, answer, expected.code);
  if (expected.reset !== undefined) mustBe(one.what, parsed<Page>(answer.body).reset?.reason, expected.reset);
  if (/\bclose\b/.test(answer.headers['connection'] ?? '')) return client.closed;
  // What was wrong with this request is over with it: the connection serves the next one.
  const health = goodRequests(target)['healthz'];
  if (health !== undefined) client.send(bytesOf(health));
  mustBe(`${one.what}, and then /healthz`, (await client.response()).status, 200);
}

function checkProblem({ what }: RequestCase, { status, headers, body }: RawResponse, code: string): void {
  mustBe(what, [headers['content-type'], headers['cache-control']], ['application/problem+json', 'no-store']);
  const problem = parsed<Problem>(body);
  mustBe(what, [problem.type, problem.status, problem.code], ['about:blank', status, code]);
  if (/\n\s+at |node:|\.[jt]s\b/.test(problem.detail)) throw new Error(`${what}\n  tells ${problem.detail}`);
}

async function checkStream(client: RawClient, { what }: RequestCase, expected: Expected): Promise<void> {
  const { status } = await client.head();
  mustBe(what, status, expected.status);
  const events = (await client.chunk()).toString();
  mustBe(what, events.startsWith('event: hello\n'), true);
  if (expected.reset === undefined) return;
  mustBe(`${what}: ${events}`, events.includes('"cursor":null'), true);
  mustBe(what, (await client.chunk()).toString().includes(`{"reason":"${expected.reset}"`), true);
}
