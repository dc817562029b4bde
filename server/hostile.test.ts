// Malformed and hostile input, at random but seeded, to the program as it is started: each case is answered with exactly
// what it deserves, and afterwards nothing is left of it: no connection, no memory, no line in the log that it could have
// written. LAB_HOSTILE_CASES sets how many, LAB_HOSTILE_SEED which; what the engines share is played against both.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join as joinPath } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot } from './project-root.ts';
import { errorText } from './protocol/error-text.ts';
import { PROBLEM_STATUS } from './protocol/problems.ts';
import { MARK } from './testing/hostile/drafts.ts';
import { hostileSockets } from './testing/hostile/frames.ts';
import { inTime, playRequest } from './testing/hostile/play.ts';
import { playSocket } from './testing/hostile/play-socket.ts';
import type { Probed } from './testing/hostile/probe.ts';
import type { Target } from './testing/hostile/request.ts';
import { hostileRequests } from './testing/hostile/requests.ts';
import { join, post, readStats } from './testing/lab.ts';
import { openSocket, openSse } from './testing/streams.ts';
import { ENGINE_NAMES, type EngineName } from './websocket/engines.ts';

/** What `npm test` plays. */
const SHARE = 4000;
const CASES = Number(process.env['LAB_HOSTILE_CASES'] ?? SHARE);
const SEED = Number(process.env['LAB_HOSTILE_SEED'] ?? 20_260_301);
/** Cases of both engines in one round, at the most: so many are drawn ahead. */
const CASES_PER_ROUND = 50_000;
const ROUNDS = Math.max(4, Math.ceil(CASES / CASES_PER_ROUND));
/** For each case of a long run, beside what the share takes: in ms. */
const PATIENCE_MS = 3_600_000 + 20 * CASES;
/** So often the room is filled before: the store's map of ids doubles within the first round, and not after it. */
const FILLED_BEFORE = 3;
/** What the memory store is to remember of a message beyond the message: its id, receipt and digest, roughly. */
const ID_BYTES = 400;
/** Connections at a time. */
const AT_ONCE = 8;
/** Growth of the heap that is no leak: compiled code and caches that fill. What is kept of a connection is kilobytes. */
const MOST_BYTES_PER_CASE = 300;
/** More than the room keeps at hand. */
const KEPT_MESSAGES = 1100;
/** Told of at a time. */
const MOST_FAILURES = 5;
/** Errors that take time, too many of something, or a fault of the server. */
const NOT_PROVOKED = [
  'precondition-failed',
  'range-not-satisfiable',
  'request-timeout',
  'rate-limited',
  'internal-error',
  'too-many-connections',
  'too-many-races',
  'shutting-down',
].concat('store-unavailable');
const OBSERVING = { timeout: 20_000, interval: 20 };

interface Started {
  readonly lab: { readonly url: string; readonly connections: number; close(): Promise<void> };
  readonly stderr: () => string;
  probe(): Promise<Probed>;
}

async function start(engine: EngineName): Promise<Started> {
  const dist = joinPath(projectRoot(), 'dist', 'server');
  // However long a run takes, the id that was taken before it stays taken.
  const args = '--port 0 --store memory --no-page-build --log-level debug --retain 100 --dedupe-window 86400000';
  const more =
    '--publish-rate 0 --address-publish-rate 0 --address-join-rate 0 --presence-lease-ms 100 --counted-clients 100';
  const NODE_OPTIONS = `--expose-gc --import ${pathToFileURL(joinPath(dist, 'testing', 'hostile', 'probe.js')).href}`;
  const child: ChildProcess = spawn(
    process.execPath,
    [joinPath(dist, 'main.js'), ...`${args} ${more} --websocket-engine ${engine}`.split(' ')],
    { env: { PATH: process.env['PATH'], NODE_OPTIONS }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${stderr}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      const found = /listening on (http:\/\/\S+)\n/.exec(chunk.toString())?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const probe = async () => {
    const answer = once(child, 'message');
    child.send('probe');
    return (await answer)[0] as Probed;
  };
  return { lab: { url, connections: 0, close: () => Promise.resolve() }, stderr: () => stderr, probe };
}

async function enter(lab: Started['lab']): Promise<Target> {
  const { token } = await join(lab);
  const taken = { id: 'taken', text: MARK };
  await post(lab, token, taken.text, { id: taken.id });
  return { token, taken, epoch: (await readStats(lab)).room.epoch };
}

/** Publishes as much as the room keeps in memory, past readers of each kind: whatever was in it takes no room any more. */
async function fillRoom(lab: Started['lab'], token: string, name: string): Promise<void> {
  const [{ socket, frames, send }, { response }] = [await openSocket(lab), await openSse(lab)];
  send({ type: 'authenticate', token });
  for (let i = 0; i < KEPT_MESSAGES; i += 1) {
    send({ type: 'publish', id: `${name}-${i}`, text: '\u20ac'.repeat(1365) });
    await frames.until(({ type }) => type === 'receipt');
  }
  socket.terminate();
  response.destroy();
}

interface Play {
  readonly what: string;
  /** Error and close codes, one for each case; each step of a WebSocket is one. */
  readonly outcomes: readonly string[];
  /** Messages that are stored by it. */
  readonly stores: number;
  readonly run: () => Promise<void>;
}

/** @returns plays with at least so many cases together. */
function draw(url: string, target: Target, engine: EngineName, cases: number, seed: number): Play[] {
  const requests = hostileRequests(target).map((one): Play => {
    const { what, expected } = one;
    const stores = expected?.status === 201 && one.bytes.includes('/v1/messages') ? 1 : 0;
    return { what, outcomes: [expected?.code ?? 'no error'], stores, run: () => playRequest(url, target, one) };
  });
  const sockets = hostileSockets(target, engine).map((one): Play => {
    const what = one.steps.map((step) => step.what).join('; ');
    const outcomes = one.steps.map(({ outcome }) => ('code' in outcome ? String(outcome.code) : outcome.kind));
    const stores = outcomes.filter((kind) => kind === 'receipt').length;
    return { what, outcomes, stores, run: () => playSocket(url, target, one) };
  });
  const either = fc.oneof({ weight: 4, arbitrary: requests }, { weight: 1, arbitrary: sockets });
  const plays: Play[] = [];
  let drawn = 0;
  for (const play of fc.sample(either, { seed, numRuns: cases })) {
    if (drawn >= cases) break;
    plays.push(play);
    drawn += play.outcomes.length;
  }
  return plays;
}

/** Rejects with the first few cases that were not answered as they had to be. */
async function playAll(plays: readonly Play[]): Promise<void> {
  const queue = [...plays.entries()];
  const failures: string[] = [];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined && failures.length < MOST_FAILURES; next = queue.shift()) {
      const [index, { what, run }] = next;
      await inTime(what, run()).catch((error: unknown) => {
        failures.push(`case ${index}: ${what}\n${errorText(error)}`);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** What a client alone can bring about; the close codes are as texts. */
const PROVOKED = Object.keys(PROBLEM_STATUS)
  .filter((code) => !NOT_PROVOKED.includes(code))
  .concat('1002', '1003', '1007', '1009', '1005', 'receipt', 'pong', 'no error');

describe.each(ENGINE_NAMES)('hostile input, --websocket-engine %s', (engine) => {
  const title = `is answered as it deserves, and leaves nothing behind (${CASES / ENGINE_NAMES.length} cases)`;
  test(title, { timeout: PATIENCE_MS }, async () => {
    const started = await start(engine);
    const { lab, probe, stderr } = started;
    const resources = async () => (await probe()).resources;
    const target = await enter(lab);
    const fillAndWeigh = async (name: string) => {
      await fillRoom(lab, target.token, name);
      await expect.poll(resources, OBSERVING).not.toContain('TCPSocketWrap');
      // Just collected; what the server says of itself has the garbage of its answers in it.
      const { heapUsedBytes, bufferBytes } = await probe();
      return heapUsedBytes + bufferBytes;
    };
    for (let i = 1; i <= FILLED_BEFORE; i += 1) await fillRoom(lab, target.token, `before-${i}`);
    await expect.poll(resources, OBSERVING).not.toContain('TCPSocketWrap');
    const atRest = await resources();
    const outcomes: string[] = [];
    const heapBytes: number[] = [];
    let stored = FILLED_BEFORE * KEPT_MESSAGES + 1;

    for (let round = 1; round <= ROUNDS; round += 1) {
      const cases = Math.ceil(CASES / ENGINE_NAMES.length / ROUNDS);
      const plays = draw(lab.url, target, engine, cases, SEED + round);
      await playAll(plays);
      outcomes.push(...plays.flatMap((play) => play.outcomes));
      heapBytes.push(await fillAndWeigh(`round-${round}`));
      stored += plays.reduce((sum, { stores }) => sum + stores, KEPT_MESSAGES);

      await expect.poll(resources, OBSERVING).toEqual(atRest);
      const { polluted } = await probe();
      expect(polluted).toEqual([]);
      const stats = await readStats(lab);
      // Only what was right is stored.
      expect(stats.room.head).toBe(stored);
      for (const [name, { open, parked }] of Object.entries(stats.transports)) {
        expect([name, open, parked]).toEqual([name, 0, 0]);
      }
    }

    // The first round is for what is compiled and cached once.
    const [first = 0] = heapBytes;
    const grownBytes = (heapBytes.at(-1) ?? Number.NaN) - first - (ROUNDS - 1) * KEPT_MESSAGES * ID_BYTES;
    expect(grownBytes).toBeLessThan(outcomes.length * (1 - 1 / ROUNDS) * MOST_BYTES_PER_CASE);
    const unplayed = PROVOKED.filter((outcome) => !outcomes.includes(outcome));
    if (CASES >= SHARE) expect(unplayed).toEqual([]);
    const log = stderr();
    expect(log).not.toMatch(/^\s+at |\bat [^ ]+ \(|"stack"/m);
    for (const secret of [...target.token.split('.'), MARK, '\u20ac\u20ac']) expect(log).not.toContain(secret);
    if (CASES !== SHARE)
      process.stdout.write(`${engine}: ${JSON.stringify({ ...tally(outcomes), heapBytes, grownBytes })}\n`);
  });
});

function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = { cases: outcomes.length };
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
