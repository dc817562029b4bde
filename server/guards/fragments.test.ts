// How many parts a client's WebSocket message may come in, on both engines.
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { defaultConfig, type LabConfig } from '../config.ts';
import { startLab } from '../testing/lab.ts';
import { watchServerSockets } from '../testing/server-sockets.ts';
import { openSocket } from '../testing/streams.ts';
import { openBareWebSocket } from '../testing/web-socket-bytes.ts';
import { clientFrame } from '../websocket/client-frames.ts';
import { ENGINE_NAMES } from '../websocket/engines.ts';

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
    sendFragments(socket, overrides.maxFragments ?? defaultConfig.maxFragments);
    expect(await frames.next()).toMatchObject({ type: 'error', code: 'invalid-body' });
  });

  test.each([{ maxFragments: 3 }, {}])('one more is closed with 1008: %j', async (overrides) => {
    const { socket, closed } = await open(overrides);
    sendFragments(socket, (overrides.maxFragments ?? defaultConfig.maxFragments) + 1);
    expect((await closed).code).toBe(1008);
  });

  test('a message that comes byte by byte is read, however many reads that takes', async () => {
    const sockets = watchServerSockets();
    const { webSocket, tcp, frames } = await openBareWebSocket(await startLab({ websocketEngine }), '?history=0');
    onTestFinished(() => webSocket.terminate());
    const server = sockets.of(tcp.localPort);
    for (const byte of clientFrame({ opcode: 1, payload: Buffer.from('x'.repeat(300)) })) {
      const due = server.bytesRead + 1;
      tcp.write(Buffer.of(byte));
      await vi.waitFor(() => expect(server.bytesRead).toBeGreaterThanOrEqual(due), { timeout: 20_000, interval: 1 });
    }
    await vi.waitFor(() => expect(frames.at(-1)).toMatchObject({ type: 'error', code: 'invalid-body' }), {
      timeout: 20_000,
      interval: 5,
    });
  });

  test('a message that is not finished in time is closed with 1008, and its next byte is not waited for', async () => {
    const { webSocket, tcp } = await openBareWebSocket(await startLab({ websocketEngine, messageTimeoutMs: 50 }));
    onTestFinished(() => webSocket.terminate());
    const closed = new Promise<number>((resolve) => webSocket.on('close', resolve));
    tcp.write(clientFrame({ opcode: 1, payload: Buffer.from('x'.repeat(300)) }).subarray(0, -1));
    expect(await closed).toBe(1008);
  });
});
