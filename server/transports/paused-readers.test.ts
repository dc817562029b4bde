// Many readers that stop reading while far more is sent than anyone would keep for them: each costs one write, the others
// go on, and nobody misses anything. LAB_PAUSED_MB sets how much is sent; by default it is what `npm test` has time for.
import { describe, expect, test, vi } from 'vitest';
import { flagOf } from '../command/settings.ts';
import type { LabServer } from '../lab-server.ts';
import { TEXT_BYTES } from '../protocol/limits.ts';
import { readStats, startLab } from '../testing/lab.ts';
import { createPublisher } from '../testing/publisher.ts';
import { openSeqReader, type SeqReader } from '../testing/seq-reader.ts';
import { labAt, ready, start } from '../testing/server-process.ts';
import { unfinishedWrites, watchServerSockets } from '../testing/server-sockets.ts';
import { ENGINE_NAMES } from '../websocket/engines.ts';

const MEGABYTES = Number(process.env['LAB_PAUSED_MB'] ?? 20);
const LONG = 'x'.repeat(TEXT_BYTES);
const MESSAGES = Math.ceil((MEGABYTES * 1_000_000) / TEXT_BYTES);
const RETAIN = 50_000;
const PAUSED_PER_TRANSPORT = 10;
/** What a slow reader may cost, kernel buffers excluded. */
const MOST_BYTES = 64_000;
/** The write itself, and the empty one behind it that tells when it is finished. */
const MOST_WRITES = 2;

const QUIET = { publishRate: 0, addressPublishRate: 0, heartbeatMs: 3_600_000, stallMs: 3_600_000 };
const PATIENCE_MS = 20_000 + MEGABYTES * 1000;
const OBSERVING = { timeout: PATIENCE_MS, interval: 20 };
const STREAMS = ['sse', 'websocket'] as const;
type Stream = (typeof STREAMS)[number];

async function openReaders(lab: LabServer, count: number): Promise<(SeqReader & { transport: Stream })[]> {
  const opening = STREAMS.flatMap((transport) =>
    Array.from({ length: count }, async () => ({
      ...(await openSeqReader(lab.url, transport, '?history=0')),
      transport,
    })),
  );
  return Promise.all(opening);
}

describe.each(ENGINE_NAMES)(`${MEGABYTES} MB past ten paused readers on each stream (%s)`, (engine) => {
  test('the server holds one write for each, the others get everything meanwhile, and the paused ones later, once', {
    timeout: 3 * PATIENCE_MS,
  }, async ({ annotate }) => {
    const lab = await startLab({ ...QUIET, websocketEngine: engine, retain: RETAIN });
    const sockets = watchServerSockets();
    const paused = await openReaders(lab, PAUSED_PER_TRANSPORT);
    const others = await openReaders(lab, 1);
    const held = paused.map(({ tcp }) => sockets.of(tcp.localPort));
    for (const reader of paused) reader.pause();

    const most = { bytes: 0, writes: 0 };
    const publisher = await createPublisher(lab, LONG);
    while (publisher.stored < MESSAGES) {
      await publisher.publish(50);
      for (const socket of held) {
        most.bytes = Math.max(most.bytes, socket.writableLength);
        most.writes = Math.max(most.writes, unfinishedWrites(socket));
      }
    }
    const everything = Array.from({ length: publisher.stored }, (_, index) => index + 1);
    for (const { seqs } of others) {
      await vi.waitFor(() => expect(seqs.length).toBeGreaterThanOrEqual(everything.length), OBSERVING);
      expect(seqs).toEqual(everything);
    }
    expect(held.filter((socket) => socket.writableLength === 0)).toEqual([]);
    await annotate(`held for one reader at the most: ${most.bytes} bytes in ${most.writes} writes`);
    expect(most.bytes).toBeLessThanOrEqual(MOST_BYTES);
    expect(most.writes).toBeLessThanOrEqual(MOST_WRITES);
    const { room, slowReaders } = await readStats(lab);
    expect(slowReaders).toEqual({
      count: paused.length,
      unwrittenBytes: held.reduce((sum, { writableLength }) => sum + writableLength, 0),
    });

    for (const [index, reader] of paused.entries()) {
      if (index % 2 === 0) {
        reader.resume();
        await vi.waitFor(() => expect(reader.seqs.length).toBeGreaterThanOrEqual(everything.length), OBSERVING);
        expect(reader.seqs).toEqual(everything);
      } else {
        reader.tcp.destroy();
        const { seqs } = reader;
        const rest = await openSeqReader(lab.url, reader.transport, `?cursor=${room.epoch}.${seqs.at(-1) ?? 0}`);
        await vi.waitFor(() => expect(rest.seqs.at(-1)).toBe(everything.length), OBSERVING);
        expect([...seqs, ...rest.seqs]).toEqual(everything);
      }
    }
    expect((await readStats(lab)).slowReaders).toEqual({ count: 0, unwrittenBytes: 0 });
  });
});

/** Resolves with the bytes of resident memory that a server of its own has taken on by the end of the broadcast. */
async function residentGrowth(engine: string, pausedPerTransport: number): Promise<number> {
  const flags = Object.entries({ ...QUIET, retain: RETAIN, store: 'memory', websocketEngine: engine, port: 0 });
  const args = flags.flatMap(([key, value]) => [`--${flagOf(key)}`, String(value)]);
  const { child, ...started } = start([...args, '--no-page-build']);
  const lab = labAt((await ready({ child, ...started })).url);
  const publisher = await createPublisher(lab, LONG);
  for (const reader of await openReaders(lab, pausedPerTransport)) reader.pause();
  const [other] = await openReaders(lab, 1);
  const before = await readStats(lab);
  while (publisher.stored < MESSAGES) await publisher.publish(50);
  await vi.waitFor(() => expect(other?.seqs.at(-1)).toBe(publisher.stored), OBSERVING);
  const { process, slowReaders } = await readStats(lab);
  expect(slowReaders.count).toBe(STREAMS.length * pausedPerTransport);
  expect(slowReaders.unwrittenBytes).toBeLessThanOrEqual(slowReaders.count * MOST_BYTES);
  child.kill('SIGKILL');
  await started.exited;
  return process.rssBytes - before.process.rssBytes;
}

test('a server’s resident memory with paused readers is told beside that of the same run without them', {
  timeout: 3 * PATIENCE_MS,
}, async ({ annotate }) => {
  for (const engine of ENGINE_NAMES) {
    const [without, paused] = [await residentGrowth(engine, 0), await residentGrowth(engine, PAUSED_PER_TRANSPORT)];
    const toMegabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);
    await annotate(
      `${engine}: +${toMegabytes(without)} MB without paused readers, +${toMegabytes(paused)} MB with twenty`,
    );
  }
});
