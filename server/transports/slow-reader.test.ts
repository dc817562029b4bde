// A reader that does not read, beyond what paused-readers.test.ts says of many: when it is closed, when it is reset, and
// what else it is owed.
import type { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import { TEXT_BYTES } from '../protocol/limits.ts';
import { type AnyStream, openAnyStream } from '../testing/any-stream.ts';
import { ask, startLab } from '../testing/lab.ts';
import { createPublisher } from '../testing/publisher.ts';
import { watchServerSockets } from '../testing/server-sockets.ts';
import { openBareWebSocket } from '../testing/web-socket-bytes.ts';

const OBSERVING = { timeout: 25_000, interval: 5 };
const NO_RATES = { publishRate: 0, addressPublishRate: 0 };
const LONG = 'x'.repeat(TEXT_BYTES);

const STREAMS = [
  { transport: 'sse', websocketEngine: 'ws' },
  { transport: 'websocket', websocketEngine: 'ws' },
  { transport: 'websocket', websocketEngine: 'by-hand' },
] as const;

async function slowOne(lab: LabServer, transport: 'sse' | 'websocket', query = '?history=0') {
  const sockets = watchServerSockets();
  const stream = await openAnyStream(lab, transport, query);
  const atServer: Socket = sockets.of(stream.tcp.localPort);
  stream.pause();
  /** Publishes until the server can't write any more. */
  const fill = async () => {
    const publisher = await createPublisher(lab, LONG);
    while (atServer.writableLength === 0) await publisher.publish(50);
    return publisher;
  };
  return { stream, atServer, fill };
}

function seqsOf({ messages }: AnyStream): number[] {
  return messages.map(({ seq }) => seq);
}

describe.each(STREAMS)('$transport ($websocketEngine)', ({ transport, websocketEngine }) => {
  test('one that comes back to a log that went on without it is reset, and has the newest from there', async () => {
    const lab = await startLab({ ...NO_RATES, websocketEngine, stallMs: 3_600_000, retain: 100 });
    const { stream, fill } = await slowOne(lab, transport, '?history=10');
    const publisher = await fill();
    await publisher.publish(2000);
    const head = publisher.stored;
    stream.resume();
    await vi.waitFor(() => expect(stream.messages.at(-1)?.seq).toBe(head), OBSERVING);
    const seqs = seqsOf(stream);
    const jumps = seqs.filter((seq, index) => index > 0 && seq !== (seqs[index - 1] ?? 0) + 1);
    expect(jumps).toEqual([head - 9]);
  });

  test('stallMs: one that leaves bytes unread for too long is closed, and the others are not', async () => {
    const lab = await startLab({ ...NO_RATES, websocketEngine, stallMs: 1000 });
    const { stream, atServer, fill } = await slowOne(lab, transport);
    const other = await openAnyStream(lab, transport, '?history=0');
    await fill();
    const unread = atServer.writableLength;
    // An event stream has no word for it: its connection ends. A WebSocket's close frame comes behind what is unread.
    await vi.waitFor(() => expect(atServer.destroyed || atServer.writableLength > unread).toBe(true), OBSERVING);
    stream.resume();
    expect(await stream.closed).toBe(transport === 'sse' ? null : 1013);
    const seqs = seqsOf(stream);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
    expect(other.tcp.destroyed).toBe(false);
  });

  test('who asked for presence and was not ready when it changed is told when it is', async () => {
    const lab = await startLab({ ...NO_RATES, websocketEngine, stallMs: 3_600_000 });
    const { stream, atServer, fill } = await slowOne(lab, transport, '?history=0&presence=1');
    await fill();
    const witness = await openAnyStream(lab, 'sse', '?history=0&presence=1');
    const poll = () => ask(lab, 'GET', '/v1/short-polling?history=0&client=newcomer');
    await poll();
    const shortPolling = ({ presences }: AnyStream) => presences.at(-1)?.counts['short-polling'];
    await vi.waitFor(() => expect(shortPolling(witness)).toBe(1), OBSERVING);
    expect(atServer.writableLength).toBeGreaterThan(0);
    stream.resume();
    await vi.waitFor(() => expect(shortPolling(stream)).toBe(1), OBSERVING);
  });
});

test.each(['ws', 'by-hand'] as const)(
  'a WebSocket that sends without reading what it is answered is not read from, and is answered later (%s)',
  async (websocketEngine) => {
    const lab = await startLab({ ...NO_RATES, websocketEngine, stallMs: 3_600_000 });
    const sockets = watchServerSockets();
    const { webSocket, tcp, frames } = await openBareWebSocket(lab, '?history=0');
    const atServer = sockets.of(tcp.localPort);
    webSocket.pause();
    const publisher = await createPublisher(lab, LONG);
    while (atServer.writableLength === 0) await publisher.publish(50);
    const before = atServer.writableLength;

    // 20 MB, of which each frame would be answered with an error.
    const nonsense = 'no frame of this protocol '.repeat(800);
    for (let sent = 0; sent < 1000; sent += 1) webSocket.send(nonsense);
    await vi.waitFor(() => expect(atServer.isPaused()).toBe(true), OBSERVING);
    expect(atServer.writableLength - before).toBeLessThan(80 * 1024);
    expect(tcp.writableLength).toBeGreaterThan(0);

    webSocket.resume();
    const errors = () => frames.filter(({ type }) => type === 'error').length;
    await vi.waitFor(() => expect(errors()).toBe(1000), OBSERVING);
    expect(atServer.isPaused()).toBe(false);
  },
);
