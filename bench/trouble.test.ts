// `npm run bench` in trouble: nowhere to write, nobody who reads, a server that does not answer.
import { once } from 'node:events';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Stats } from '../server/protocol/messages.ts';
import { type Started, startProgram } from '../server/testing/server-process.ts';
import { temporaryFolder } from '../server/testing/temporary.ts';
import { checkJson, replaceFile, takePlace } from './outputs.ts';
import { packageRoot } from './package-root.ts';

const TIMEOUT_MS = 120_000;
const OBSERVING = { timeout: 60_000, interval: 20 };
const SHORT = ['--quick', '--no-docs', '--transports', 'websocket', '--clients', '2', '--duration', '0.5'];
const STEADY = [...SHORT, '--scenarios', 'steady'];

function bench(...args: string[]): Started {
  return startProgram(join(packageRoot(), 'dist/bench/main.js'), args);
}

/** Resolves with the origin of a server that is no lab. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const COUNTERS = JSON.stringify({
  at: 1,
  room: { epoch: 'e', head: 0, retained: 0 },
  transports: {},
  slowReaders: { count: 0, unwrittenBytes: 0 },
  connectionsEnded: { unanswered: 0, unread: 0, shed: 0 },
  process: { cpuUserUs: 1, cpuSystemUs: 1, rssBytes: 1, heapUsedBytes: 1, eventLoopDelayMs: { p50: 1, p99: 1 } },
} satisfies Stats);

describe('before anything is measured', () => {
  const folder = '/proc/nothing/can/be/made';
  it.each([
    [['--out', folder], `nothing can be written to ${folder}: there is no such place`],
    [['--out', '/dev/null/x'], 'a part of the path is no folder'],
    [['--out='], '--out must not be empty'],
    [['--out=~nobody/x'], 'begins with ~'],
    [['--json', '/proc/run.json'], '--json: nothing can be written to /proc/run.json'],
    [['--json', '/'], 'it is a folder'],
    [['--baseline', 'nosuch'], '--baseline nosuch has no meaning without a gate'],
    [['--target', 'http://127.0.0.1:1'], 'no lab answers at http://127.0.0.1:1: connect ECONNREFUSED'],
    [['--target', 'https://127.0.0.1:1'], 'no lab answers at https://127.0.0.1:1: connect ECONNREFUSED'],
    [['--target', 'http://user:secret@127.0.0.1'], 'give the origin alone: http://127.0.0.1'],
  ])('%j is refused in a sentence, with exit code 2', async (args, message) => {
    const run = bench(...STEADY, ...args);
    expect((await run.exited).code).toBe(2);
    expect(run.stderr()).toContain(message);
    expect(run.stderr()).not.toMatch(/\n\s+at /);
    expect(run.stdout()).toBe('');
  });

  it.each([
    ['never answers', (() => undefined) as RequestListener, /gave no whole answer to GET \/v1\/stats in 15 s/],
    ['answers for ever', ((_, answer) => drip(answer)) as RequestListener, /gave no whole answer|more than \d+ bytes/],
    [
      'is no lab',
      ((_, answer) => answer.end('<h1>Hi</h1>')) as RequestListener,
      /something else than a lab’s counters/,
    ],
    ['sends one elsewhere', ((_, answer) => answer.writeHead(302, { location: '/' }).end()) as RequestListener, /302/],
  ])(
    'a target that %s is refused',
    async (_, listener, message) => {
      const run = bench(...STEADY, '--out', temporaryFolder(), '--target', await serve(listener));
      expect((await run.exited).code).toBe(2);
      expect(run.stderr()).toMatch(message);
    },
    TIMEOUT_MS,
  );
});

function drip(answer: Parameters<RequestListener>[1]): void {
  const more = setInterval(() => answer.write('x'.repeat(100_000)), 5);
  answer.on('close', () => clearInterval(more));
}

it(
  'ends at one Ctrl-C also where the target answers nothing any more',
  async () => {
    let asked = 0;
    const origin = await serve((request, answer) => {
      if (request.url === '/v1/stats') answer.end(COUNTERS);
      else asked += 1;
    });
    const folder = temporaryFolder();
    const run = bench(...STEADY, '--out', folder, '--target', origin);
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0), OBSERVING);
    run.child.kill('SIGINT');
    expect(await run.exited).toEqual({ code: 130, signal: null });
    expect(readFileSync(join(folder, 'run.json'), 'utf8')).toContain('interrupted');
  },
  TIMEOUT_MS,
);

it(
  'measures to the end when nobody reads its output any more',
  async () => {
    const folder = temporaryFolder();
    const run = bench(...STEADY, '--out', folder);
    for (const stream of [run.child.stdout, run.child.stderr]) stream.destroy();
    expect(await run.exited).toEqual({ code: 0, signal: null });
    expect(readFileSync(join(folder, 'run.json'), 'utf8')).toContain('"complete": true');
  },
  TIMEOUT_MS,
);

it(
  'shows what a hostile target says as text: no terminal obeys it, and no page',
  async () => {
    const hostile =
      '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnp.\r\n# [x](http://evil) <img src=x onerror=alert(1)>';
    const origin = await serve((request, answer) => {
      if (request.url === '/v1/stats') {
        answer.end(COUNTERS);
        return;
      }
      const body = JSON.stringify({ code: hostile, detail: hostile, title: hostile.repeat(1000) });
      answer.writeHead(403, { 'content-type': 'application/problem+json' });
      answer.end(body.replaceAll('\\u001b', '\u001b').replaceAll('\\u0007', '\u0007'));
    });
    const folder = temporaryFolder();
    const run = bench(...STEADY, '--out', folder, '--target', origin, '--json', '-');
    expect((await run.exited).code).toBe(1);
    const files = Object.fromEntries(
      ['run.json', 'run.csv', 'summary.md', 'report.html'].map((name) => [
        name,
        readFileSync(join(folder, name), 'utf8'),
      ]),
    );
    expect(run.stderr()).toContain('403');
    for (const text of [run.stdout(), run.stderr(), ...Object.values(files)]) {
      expect(text.replace(/[\n\r\t]/g, '')).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(text.length).toBeLessThan(2_000_000);
    }
    expect(files['summary.md']).toContain('\\<img src=x');
    expect(files['summary.md']).not.toMatch(/[^\\](<img|\[x\])/);
    expect(files['report.html']).not.toContain('<img src=x');
  },
  TIMEOUT_MS,
);

it('two runs that begin in one second have a folder each, and one that measured nothing leaves none', () => {
  const id = `test-${process.pid}`;
  const places = [takePlace(id, null), takePlace(id, null)];
  expect(places.map((place) => place.id)).toEqual([id, `${id}-2`]);
  for (const place of places) place.release();
  expect(places.filter(({ folder }) => existsSync(folder))).toEqual([]);
});

it('what is no file is written to, and not replaced', () => {
  // By a link, so that a fault replaces nothing but that.
  const link = join(temporaryFolder(), 'nothing');
  symlinkSync('/dev/null', link);
  checkJson(link);
  replaceFile(link, 'text');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});
