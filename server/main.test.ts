// The program as it is started: its words, its exit codes and its signals.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Bye, Joined } from './protocol/messages.ts';
import { parsed, postHeaders } from './testing/lab.ts';
import { connectRaw } from './testing/raw-client.ts';
import { labAt, ready, start } from './testing/server-process.ts';
import { openSse } from './testing/streams.ts';
import { temporaryFolder } from './testing/temporary.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };
const FAST = ['--port', '0', '--store', 'memory', '--no-page-build'];

describe('starting', () => {
  test('says where it listens when it accepts connections', async () => {
    const { url } = await ready(start(FAST));
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test('takes its settings from the environment too', async () => {
    const { url } = await ready(
      start([], { LAB_PORT: '0', LAB_STORE: 'memory', LAB_PAGE_BUILD: 'false', LAB_HOST: 'localhost' }),
    );
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('--help prints every setting and ends well', async () => {
    const started = start(['--help']);
    expect((await started.exited).code).toBe(0);
    expect(started.stdout()).toContain('--max-connections-per-address');
    expect(started.stderr()).toBe('');
  });

  test.each([
    [['--nonsense'], /--nonsense/],
    [['--port', 'x'], /--port must be a whole number from 0 to 65535, not "x"/],
    [['--store', 'nonsense'], /--store must be/],
    [['--store', 'sqlite:~root/room.db'], /--store has a path that begins with ~/],
    [['--store', 'sqlite: '], /--store has a path that must not be empty/],
    [['--store', 'sqlite:file:/tmp/room.db?mode=memory'], /--store must have a path/],
    [['--host', 'http://127.0.0.1'], /--host must be an address or a name alone/],
    [['--host', '[::1]'], /no brackets/],
    [['--host', '127.0.0.1:80'], /no port/],
    [['redis://localhost'], /redis:\/\/localhost/],
  ])('%j is a clear error with exit code 2', async (args, message) => {
    const started = start([...FAST, ...args]);
    expect((await started.exited).code).toBe(2);
    expect(started.stderr()).toMatch(message);
    expect(started.stderr()).toContain('--help');
    expect(started.stderr()).not.toMatch(/\n\s+at /);
    expect(started.stdout()).toBe('');
  });

  test('a port in use is a clear error with exit code 1', async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const started = start([...FAST, '--port', String(port)]);
    expect((await started.exited).code).toBe(1);
    expect(started.stderr()).toBe(
      `transport-lab: port ${port} is in use: stop what uses it, or choose another one with --port\n`,
    );
  });

  test.each(['192.0.2.1', 'fe80::1', 'nobody.invalid'])(
    '%s, which is not this machine’s, is a clear error with exit code 1',
    async (host) => {
      const started = start([...FAST, '--host', host]);
      expect((await started.exited).code).toBe(1);
      expect(started.stderr()).toBe(`transport-lab: this machine has no address ${host}: check --host\n`);
    },
  );

  // Below /proc nothing can be made: Node's own recursion tries for ever.
  test.each([
    ['/proc/lab/room.db', 'can’t be created (ENOENT)'],
    ['/dev/null/room.db', 'is no file'],
    ['/dev/null', 'is no file'],
  ])('a store at %s is a clear error with exit code 1', async (path, message) => {
    const started = start(['--port', '0', '--no-page-build', '--store', `sqlite:${path}`]);
    expect((await started.exited).code).toBe(1);
    expect(started.stderr()).toContain(`transport-lab: the store ${path} ${message}`);
    expect(started.stderr()).not.toMatch(/\n\s+at /);
  });

  test('~ in a store’s path is the home folder', async () => {
    const home = temporaryFolder();
    await ready(start(['--port', '0', '--no-page-build', '--store', 'sqlite:~/lab/room.db'], { HOME: home }));
    expect(existsSync(join(home, 'lab', 'room.db'))).toBe(true);
  });

  test('goes on when nobody reads its output any more', async () => {
    const started = start(FAST);
    const { url } = await ready(started);
    for (const stream of [started.child.stdout, started.child.stderr]) stream.destroy();
    started.child.kill('SIGTERM');
    expect(await started.exited).toEqual({ code: 0, signal: null });
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('says goodbye, gives the receipt that is owed, and ends with 0', async () => {
    const started = start([...FAST, '--shutdown-ms', '60000']);
    const lab = labAt((await ready(started)).url);
    const joined = await fetch(`${lab.url}/v1/join`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    const { token } = (await joined.json()) as Joined;
    const { events, closed } = await openSse(lab);
    await events.next();
    const publisher = await connectRaw(lab.url);
    const body = JSON.stringify({ id: 'last', text: 'last words' });
    publisher.request('POST', '/v1/messages', { ...postHeaders(token), 'Content-Length': String(body.length) });
    publisher.send(body.slice(0, 5));
    // Another request's answer: the head of the one above has been read.
    await fetch(`${lab.url}/healthz`);

    started.child.kill(signal);
    const bye = await events.until(({ event }) => event === 'bye');
    expect(parsed<Bye>(bye.data).retryMs).toBeGreaterThanOrEqual(0);
    await closed;
    publisher.send(body.slice(5));
    expect((await publisher.response()).status).toBe(201);
    expect(await started.exited).toEqual({ code: 0, signal: null });
    expect(started.stdout()).toContain('shutting down');
    expect(started.stderr()).toBe('');
  });

  /** A server that waits at its end for a request that is under way. */
  const startBusy = async () => {
    const started = start([...FAST, '--shutdown-ms', '60000']);
    const { url } = await ready(started);
    const client = await connectRaw(url);
    client.request('POST', '/v1/join', { 'Content-Type': 'application/json', 'Content-Length': '2' });
    await fetch(`${url}/healthz`);
    started.child.kill(signal);
    await vi.waitFor(() => expect(started.stdout()).toContain('shutting down'), OBSERVING);
    return { started, client };
  };

  test('the same again at once is the same one: npm and a terminal both pass Ctrl-C on', async () => {
    const { started, client } = await startBusy();
    started.child.kill(signal);
    client.send('{}');
    expect((await client.response()).status).toBe(201);
    expect((await started.exited).code).toBe(0);
  });

  test('asked a second time, it ends at once with 1', async () => {
    const { started } = await startBusy();
    started.child.kill(signal === 'SIGINT' ? 'SIGTERM' : 'SIGINT');
    expect((await started.exited).code).toBe(1);
  });
});

describe('the same signal', () => {
  test('after half a second is another one, and ends at once with 1', async () => {
    const started = start([...FAST, '--shutdown-ms', '60000']);
    const { url } = await ready(started);
    const client = await connectRaw(url);
    client.request('POST', '/v1/join', { 'Content-Type': 'application/json', 'Content-Length': '2' });
    await fetch(`${url}/healthz`);
    const again = setInterval(() => void started.child.kill('SIGINT'), 50);
    onTestFinished(() => clearInterval(again));
    expect((await started.exited).code).toBe(1);
  });
});

test.each([
  ['an error', 'throw new Error("a fault of ours")'],
  ['a rejection', 'void Promise.reject(new Error("a fault of ours"))'],
])('%s that nobody catches is logged, and ends the process after a goodbye', async (_what, fault) => {
  const module = `process.on("SIGUSR2", () => { ${fault}; })`;
  const started = start(FAST, { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(module)}` });
  const { events, closed } = await openSse(labAt((await ready(started)).url));
  await events.next();
  started.child.kill('SIGUSR2');
  await events.until(({ event }) => event === 'bye');
  await closed;
  expect(await started.exited).toEqual({ code: 1, signal: null });
  const line = parsed<{ error: { message: string }; msg: string }>(started.stderr());
  expect([line.error.message, line.msg]).toEqual([
    'a fault of ours',
    'an error that nobody caught: the server says goodbye, and ends',
  ]);
});
