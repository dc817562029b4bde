// Several nodes on one Redis: what each hears of the others, and of a Redis that comes back with all it had, or less.
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Message } from '../../protocol/messages.ts';
import { NO_REDIS, type RedisServer, startRedis } from '../../testing/redis-server.ts';
import type { Renaming, Store, StoreDraft } from '../store.ts';
import { receiptOf } from '../testing/receipt-of.ts';
import type { RedisStoreOptions } from './redis-store.ts';
import { openRedis } from './testing/open-redis.ts';

const PATIENT = { timeout: 20_000, interval: 5 };

const draft = (id: string, text = `text of ${id}`): StoreDraft => ({ id, from: 'u-1', name: 'Ada', text, via: 'http' });

interface Node {
  readonly store: Store;
  readonly told: Message[];
  readonly renamings: Renaming[];
  readonly said: string[];
  append(...ids: string[]): Promise<number[]>;
  /** Until Redis can be used again. */
  appendAgain(id: string): Promise<number>;
}

async function openNode(address: string, options: Partial<RedisStoreOptions> = {}): Promise<Node> {
  const said: string[] = [];
  const store = await openRedis(address, { say: (line) => said.push(line), ...options });
  const told: Message[] = [];
  const renamings: Renaming[] = [];
  store.onCommit((messages) => told.push(...messages));
  store.onRename?.((renaming) => renamings.push(renaming));
  onTestFinished(() => store.close());
  return {
    store,
    told,
    renamings,
    said,
    append: async (...ids) => {
      const results = await Promise.all(ids.map((id) => store.append(draft(id))));
      return results.map((result) => receiptOf(result).seq);
    },
    appendAgain: (id) => vi.waitFor(async () => receiptOf(await store.append(draft(id))).seq, PATIENT),
  };
}

const seqsAndIds = (messages: readonly Message[]) => messages.map(({ seq, id }) => `${seq} ${id}`);

describe.skipIf(NO_REDIS !== null)(`nodes ${NO_REDIS === null ? '' : `(skipped: ${NO_REDIS})`}`, () => {
  let redis: RedisServer;
  let rooms = 0;
  let room = '';
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  const newRoom = () => {
    rooms += 1;
    room = `room-${rooms}`;
    return redis.store(room);
  };
  const position = async (node: Node) => {
    const { epoch, head } = await node.store.span();
    return { epoch, seq: head };
  };

  test('share epoch, secret, log and ids, and hear of everything in one order', async () => {
    const address = newRoom();
    const [one, other] = [await openNode(address), await openNode(address)];
    expect(one.store.secret.equals(other.store.secret)).toBe(true);
    const ids = Array.from({ length: 40 }, (_, index) => `id-${index}`);
    await Promise.all(ids.map((id, index) => (index % 2 === 0 ? one : other).append(id)));
    await vi.waitFor(() => expect([one.told.length, other.told.length]).toEqual([40, 40]), PATIENT);
    expect(one.told).toEqual(other.told);
    expect(one.told.map(({ seq }) => seq)).toEqual(ids.map((_, index) => index + 1));
    const again = receiptOf(await other.store.append(draft('id-0')));
    expect(again).toMatchObject({ duplicate: true, seq: one.told.find(({ id }) => id === 'id-0')?.seq });
    expect(await other.store.append(draft('id-0', 'another'))).toEqual({ outcome: 'conflict' });
  });

  test('a node whose tail is behind asks Redis before it calls a cursor ahead', async () => {
    const address = newRoom();
    const [one, other] = [await openNode(address), await openNode(address)];
    await one.append('a', 'b');
    const { epoch } = await one.store.span();
    // Whatever the other has heard by now.
    expect(await other.store.span({ epoch, seq: 2 })).toMatchObject({ head: 2 });
    expect(await other.store.span({ epoch, seq: 3 })).toMatchObject({ head: 2 });
  });

  test('go on after a kill of Redis: nothing is lost, no position is void, and each has a newer name', async () => {
    const address = newRoom();
    const [one, other] = [await openNode(address), await openNode(address)];
    await one.append('a', 'b', 'c');
    await vi.waitFor(() => expect(other.told).toHaveLength(3), PATIENT);
    const before = await position(other);
    await redis.kill();
    await redis.start();
    expect(await one.appendAgain('d')).toBe(4);
    await vi.waitFor(() => expect(seqsAndIds(other.told)).toEqual(['1 a', '2 b', '3 c', '4 d']), PATIENT);
    for (const { renamings } of [one, other]) expect(renamings).toMatchObject([{ upTo: 3, reason: 'rolled-back' }]);
    const now = await other.store.span(before);
    expect(now.epoch).not.toBe(before.epoch);
    expect([now.lives?.ends.get(before.epoch), now.head]).toEqual([3, 4]);
  });

  test('are told what a Redis that came back with less has lost, and give no position twice', async () => {
    const forgetful = await startRedis(['--appendonly', 'no']);
    onTestFinished(() => forgetful.stop());
    const address = forgetful.store('room');
    const [one, other] = [await openNode(address), await openNode(address)];
    await one.append('a', 'b');
    await forgetful.command('SAVE');
    await one.append('lost', 'lost too');
    await vi.waitFor(() => expect(other.told).toHaveLength(4), PATIENT);
    const before = await position(other);
    await forgetful.kill();
    await forgetful.start();
    expect(await other.appendAgain('c')).toBe(3);
    await vi.waitFor(() => expect(one.told.at(-1)?.id).toBe('c'), PATIENT);
    for (const { renamings } of [one, other]) {
      expect(renamings).toMatchObject([{ upTo: 2, head: 2, reason: 'rolled-back' }]);
    }
    const now = await position(one);
    expect([before.seq, now.seq]).toEqual([4, 3]);
    expect(now.epoch).not.toBe(before.epoch);
    expect((await one.store.span(before)).lives?.ends.get(before.epoch)).toBe(2);
    // Sent again, what was lost is new.
    expect(await one.append('lost')).toEqual([4]);
    expect(seqsAndIds(await other.store.read(0, 10))).toEqual(['1 a', '2 b', '3 c', '4 lost']);
  });

  test('begin a new log where Redis has lost it, with the secret that they have', async () => {
    const address = newRoom();
    const one = await openNode(address);
    const secret = Buffer.from(one.store.secret);
    await one.append('a', 'b');
    const before = await position(one);
    await redis.command('FLUSHALL');
    expect(await one.appendAgain('c')).toBe(1);
    expect(one.renamings).toMatchObject([{ upTo: -1, head: 0, reason: 'epoch-changed' }]);
    const { epoch, lives } = await one.store.span();
    expect(epoch.split('-')[0]).not.toBe(before.epoch.split('-')[0]);
    expect(lives?.ends.size).toBe(0);
    expect(one.store.secret.equals(secret)).toBe(true);
    expect((await openNode(address)).store.secret.equals(secret)).toBe(true);
  });

  test('retention and window are the log’s, and a node that is set otherwise says so', async () => {
    const address = newRoom();
    const one = await openNode(address, { retain: 3 });
    const other = await openNode(address, { retain: 7, dedupeWindowMs: 60_000 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) await other.append(id);
    expect((await other.store.read(0, 10)).map(({ id }) => id)).toEqual(['c', 'd', 'e']);
    expect(one.said).toEqual([]);
    expect(other.said.map((line) => /HSET \S+ (\S+ \d+)$/.exec(line)?.[1])).toEqual(['retain 7', 'window 60000']);
    await redis.command('HSET', `{${room}}:lab`, 'retain', '7');
    await other.append('f');
    expect((await other.store.read(0, 10)).map(({ id }) => id)).toContain('f');
  });

  test('beyond --max-ids publishing is refused until ids are old enough to be forgotten', async () => {
    let elapsedMs = 0;
    const options = { retain: 2, maxIds: 3, dedupeWindowMs: 1000, elapsed: () => elapsedMs };
    const one = await openNode(newRoom(), options);
    for (const id of ['a', 'b', 'c', 'd']) await one.append(id);
    await expect(one.append('e')).resolves.toEqual([5]);
    await expect(one.append('f')).rejects.toThrow('--max-ids');
    expect(await one.store.ready()).toBeUndefined();
    elapsedMs = 1001;
    expect(await one.append('f')).toEqual([6]);
    expect(await one.append('f')).toEqual([6]);
  });

  test('a flood is taken whole and in order, however many drafts a turn brings', async () => {
    const one = await openNode(newRoom(), { retain: 10_000 });
    const ids = Array.from({ length: 3000 }, (_, index) => `id-${index}`);
    expect(await one.append(...ids)).toEqual(ids.map((_, index) => index + 1));
    expect(one.told.map(({ id }) => id)).toEqual(ids);
  });

  test('what comes in while the log is opened anew is sent again by itself', async () => {
    const one = await openNode(newRoom());
    await one.append('a');
    // Another life of the data, of which no connection tells.
    await redis.command('HSET', `{${room}}:lab`, 'life', 'another');
    expect(await one.append('b', 'c')).toEqual([2, 3]);
    expect(one.renamings).toMatchObject([{ upTo: 1 }]);
    expect(seqsAndIds(one.told)).toEqual(['1 a', '2 b', '3 c']);
  });

  test('a node that hears nothing looks whether it still waits at the right log', async () => {
    const address = newRoom();
    const [one, other] = [await openNode(address), await openNode(address)];
    await one.append('a');
    await vi.waitFor(() => expect(other.told).toHaveLength(1), PATIENT);
    // Nobody appends, so that nothing is heard of the other life.
    await redis.command('HSET', `{${room}}:lab`, 'life', 'another');
    await vi.waitFor(() => expect(other.renamings).toHaveLength(1), PATIENT);
    await one.append('b');
    await vi.waitFor(() => expect(seqsAndIds(other.told)).toEqual(['1 a', '2 b']), PATIENT);
  });
});
