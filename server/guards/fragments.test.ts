// How many parts a client's WebSocket message may come in, on both engines.
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import type { LabConfig } from '../config.ts';
import { startLab } from '../testing/lab.ts';
import { watchServerSockets } from '../testing/server-sockets.ts';
import { openSocket } from '../testing/streams.ts';
import { openBareWebSocket } from '../testing/web-socket-bytes.ts';
import { clientFrame } from '../websocket-by-hand/testing/client-frames.ts';
import { ENGINE_NAMES } from '../websocket-engines/index.ts';

/** Sends a text in so many fragments, a character each. */
function sendFragments(socket: WebSocket, count: number): void {
  for (let i = 1; i <= count; i += 1) socket.send('x', { fin: i === count });
}

describe.each(ENGINE_NAMES)('--websocket-engine %s', (websocketEngine) => {
  const open = async (overrides: Partial<LabConfig>) => {
    const reader = await openSocket(await startLab({ websocketEngine, ...overrides }), '?history=0');
    expect((await reader.frames.next()).type).toBe('hello');
    return reader;
  };

  test.each([{ maxFragments: 3 }, {}])('a message of as many fragments as allowed is read: %j', async (overrides) => {
    const { socket, frames } = await open(overrides);
    sendFragments(socket, overrides.maxFragments ?? 1024);
    expect(await frames.next()).toMatchObject({ type: 'error', code: 'invalid-body' });
  });

  test.each([{ maxFragments: 3 }, {}])('one more is closed with 1008: %j', async (overrides) => {
    const { socket, closed } = await open(overrides);
    sendFragments(socket, (overrides.maxFragments ?? 1024) + 1);
    expect((await closed).code).toBe(1008);
  });

  /** Opens a socket, and sends one frame's payload in pieces that the server reads one by one. */
  async function trickle(maxBufferedChunks: number, pieces: number) {
    const sockets = watchServerSockets();
    const lab = await startLab({ websocketEngine, maxBufferedChunks });
    const { webSocket, tcp, frames } = await openBareWebSocket(lab, '?history=0');
    onTestFinished(() => webSocket.terminate());
    const closed = new Promise<number>((resolve) => webSocket.on('close', resolve));
    const server = sockets.of(tcp.localPort);
    const frame = clientFrame({ opcode: 1, payload: Buffer.from('x'.repeat(pieces)) });
    const headBytes = frame.length - pieces;
    for (let at = 0; at < frame.length; ) {
      const end = at === 0 ? headBytes + 1 : at + 1;
      const due = server.bytesRead + end - at;
      tcp.write(frame.subarray(at, end));
      at = end;
      await vi.waitFor(() => expect(server.bytesRead).toBeGreaterThanOrEqual(due), { timeout: 20_000, interval: 1 });
    }
    return { frames, closed };
  }

  test('a message that came in as many pieces as are kept is read', async () => {
    const { frames } = await trickle(3, 3);
    await vi.waitFor(() => expect(frames.at(-1)).toMatchObject({ type: 'error', code: 'invalid-body' }), {
      timeout: 20_000,
      interval: 5,
    });
  });

  test('one that comes in more pieces is closed with 1008', async () => {
    const { closed } = await trickle(3, 4);
    expect(await closed).toBe(1008);
  });
});
