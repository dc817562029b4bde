// A lab on a Redis in trouble: what is refused and how, what stays, and that all goes on by itself.
import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Page } from '../../protocol/messages.ts';
import { ask, codeOf, join, parsed, post, readStats, startLab } from '../../testing/lab.ts';
import { NO_REDIS, type RedisServer, startRedis } from '../../testing/redis-server.ts';
import { labAt, ready, start } from '../../testing/server-process.ts';
import { openSocket, openSse } from '../../testing/streams.ts';
import { openRedis } from './testing/open-redis.ts';

const PATIENT = { timeout: 20_000, interval: 10 };
const TIMEOUT_MS = 1000;

async function ownRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const redis = await startRedis(settings);
  onTestFinished(() => redis.stop());
  return redis;
}

interface Trouble {
  readonly name: string;
  begin(redis: RedisServer): unknown;
  end(redis: RedisServer): unknown;
}

const TROUBLES: readonly Trouble[] = [
  { name: 'away', begin: (redis) => redis.kill(), end: (redis) => redis.start() },
  { name: 'slow', begin: (redis) => redis.signal('SIGSTOP'), end: (redis) => redis.signal('SIGCONT') },
  {
    name: 'full',
    begin: (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
    end: (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
  },
  {
    name: 'read-only, and then promoted',
    begin: (redis) => redis.command('REPLICAOF', '127.0.0.1', '1'),
    end: (redis) => redis.command('REPLICAOF', 'NO', 'ONE'),
  },
  {
    name: 'short of replicas',
    begin: (redis) => redis.command('CONFIG', 'SET', 'min-replicas-to-write', '1'),
    end: (redis) => redis.command('CONFIG', 'SET', 'min-replicas-to-write', '0'),
  },
];

describe.skipIf(NO_REDIS !== null)(`a Redis in trouble ${NO_REDIS === null ? '' : `(skipped: ${NO_REDIS})`}`, () => {
  test.each(TROUBLES)(
    '$name: publishing is 503, readers at the head stay, and all goes on by itself',
    async (trouble) => {
      const redis = await ownRedis();
      const lab = await startLab({ store: redis.store('room'), storeTimeoutMs: TIMEOUT_MS });
      const { token } = await join(lab);
      expect((await post(lab, token, 'before', { id: 'before' })).status).toBe(201);
      const { cursor } = parsed<Page>((await ask(lab, 'GET', '/v1/short-polling')).text);
      const sse = await openSse(lab, `?cursor=${cursor}`);
      const socket = await openSocket(lab, `?cursor=${cursor}`);
      const held = ask(lab, 'GET', `/v1/long-polling?wait=60&cursor=${cursor}`);
      await vi.waitFor(async () => expect((await readStats(lab)).transports['long-polling']?.parked).toBe(1), PATIENT);

      await trouble.begin(redis);
      await vi.waitFor(async () => expect((await ask(lab, 'GET', '/readyz')).status).toBe(503), PATIENT);
      for (let times = 0; times < 2; times += 1) {
        const refused = await post(lab, token, 'meanwhile', { id: 'meanwhile' });
        expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([
          503,
          'store-unavailable',
          '1',
        ]);
      }
      expect((await ask(lab, 'GET', `/v1/short-polling?cursor=${cursor}`)).status).toBe(204);
      expect((await ask(lab, 'GET', '/healthz')).status).toBe(200);
      expect((await readStats(lab)).transports).toMatchObject({
        'long-polling': { parked: 1 },
        sse: { open: 1 },
        websocket: { open: 1 },
      });

      await trouble.end(redis);
      await vi.waitFor(async () => expect((await ask(lab, 'GET', '/readyz')).status).toBe(200), PATIENT);
      await vi.waitFor(async () => {
        expect((await post(lab, token, 'meanwhile', { id: 'meanwhile' })).status).toBeLessThan(300);
      }, PATIENT);
      const texts = parsed<Page>((await held).text).messages.map(({ text }) => text);
      expect(texts).toEqual(['meanwhile']);
      await sse.events.until(({ data }) => data.includes('"text":"meanwhile"'));
      await socket.frames.until((frame) => frame.type === 'message' && frame.message.text === 'meanwhile');
      expect(sse.events.all.map(({ event }) => event)).not.toContain('reset');
      expect(socket.frames.all.map(({ type }) => type)).not.toContain('reset');
      expect(parsed<Page>((await ask(lab, 'GET', '/v1/short-polling')).text).messages.map(({ text }) => text)).toEqual([
        'before',
        'meanwhile',
      ]);
    },
  );

  test('while it is away a poll that needs the log is 503, and one that the node remembers enough for is answered', async () => {
    const redis = await ownRedis();
    const lab = await startLab({ store: redis.store('room'), storeTimeoutMs: TIMEOUT_MS });
    const { token } = await join(lab);
    await post(lab, token, 'one');
    const { cursor } = parsed<Page>((await ask(lab, 'GET', '/v1/short-polling?history=0')).text);
    await post(lab, token, 'two');
    await redis.kill();
    await vi.waitFor(async () => expect((await ask(lab, 'GET', '/readyz')).status).toBe(503), PATIENT);
    const page = parsed<Page>((await ask(lab, 'GET', `/v1/short-polling?cursor=${cursor}`)).text);
    expect(page.messages.map(({ text }) => text)).toEqual(['two']);
    const [name] = cursor.split('.');
    for (const beyond of [`${name}.9`, 'another.1']) {
      const answer = await ask(lab, 'GET', `/v1/short-polling?cursor=${beyond}`);
      expect([answer.status, codeOf(answer)]).toEqual([503, 'store-unavailable']);
    }
    const other = startLab({ store: redis.store('room'), storeTimeoutMs: TIMEOUT_MS });
    await redis.start();
    // A node that is started while it is away waits for it.
    expect((await ask(await other, 'GET', `/v1/short-polling?cursor=${page.cursor}`)).status).toBe(200);
  });

  test('however many requests are refused, the log says it once for each reason, and how many when it is over', async () => {
    const redis = await ownRedis();
    const server = start(['--port', '0', '--no-page-build', '--store', redis.store('room')]);
    const lab = labAt((await ready(server)).url);
    const { token } = await join(lab);
    await redis.kill();
    let refused = 0;
    for (let times = 0; times < 100; times += 1) {
      if ((await post(lab, token, 'text', { id: 'one' })).status === 503) refused += 1;
    }
    expect(refused).toBe(100);
    await redis.start();
    await vi.waitFor(async () => {
      const { status } = await post(lab, token, 'text', { id: 'one' });
      if (status === 503) refused += 1;
      expect(status).toBe(201);
    }, PATIENT);
    const lines = server.stderr().split('\n');
    // It was lost, and then it could not be reached.
    expect(lines.filter((line) => line.includes('the store fails')).length).toBeLessThan(10);
    const over = lines.filter((line) => line.includes('the store works again'));
    expect(over.map((line) => parsed<{ refused: number }>(line).refused)).toEqual([refused]);
  });

  test('what is unsafe is named at the start, with the setting that mends it', async () => {
    const said: string[] = [];
    const careless = await ownRedis([
      ...['--appendonly', 'no', '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
    ]);
    const replica = await ownRedis(['--replicaof', '127.0.0.1', String(careless.port)]);
    await vi.waitFor(async () => {
      expect(await careless.command('INFO', 'replication')).toContain('connected_slaves:1');
    }, PATIENT);
    await (await openRedis(careless.store('room'), { say: (line) => said.push(line) })).close();
    expect(said.map((line) => /set (\S+ \S+)$/.exec(line)?.[1])).toEqual([
      'appendonly yes',
      'maxmemory-policy noeviction',
      'min-replicas-to-write 1',
    ]);
    // The replica itself can be no store.
    await expect(openRedis(replica.store('room'), { startMs: 0 })).rejects.toThrow('is a replica');
  });

  test.each([
    ['another password', ['--requirepass', 'right'], ':wrong@', '/0', 'does not know this user and password'],
    ['no password', ['--requirepass', 'right'], '', '/0', 'wants a password'],
    ['a database that is not there', [], '', '/99', 'has no database of that number'],
    ['a node of a cluster', ['--cluster-enabled', 'yes'], '', '/0', 'it is a node of a cluster'],
  ])('%s is told at once', async (_what, settings, user, path, problem) => {
    const redis = await ownRedis(settings);
    const said: string[] = [];
    const address = `redis://${user}127.0.0.1:${redis.port}${path}?room=r`;
    const opening = openRedis(address, { say: (line) => said.push(line) });
    await expect(opening).rejects.toThrow(problem);
    await expect(opening).rejects.not.toThrow('wrong@');
    expect(said).toEqual([]);
  });

  test('loading is told, and waited for', async () => {
    const slow = [
      '--appendonly',
      'no',
      '--key-load-delay',
      '200000',
      '--loading-process-events-interval-bytes',
      '1024',
    ];
    const redis = await ownRedis(slow);
    for (let key = 0; key < 8; key += 1) await redis.command('SET', `key-${key}`, randomBytes(2000).toString('hex'));
    await redis.command('SAVE');
    await redis.kill();
    const said: string[] = [];
    const starting = redis.start();
    await vi.waitFor(() => expect(redis.command('PING')).rejects.toThrow('LOADING'), PATIENT);
    const store = await openRedis(redis.store('room'), { say: (line) => said.push(line), timeoutMs: 1000 });
    await starting;
    await store.close();
    expect(said.join('\n')).toContain('is loading its data: that passes; trying for 10 s');
  });
});
