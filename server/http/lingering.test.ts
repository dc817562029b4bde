// The end of a connection whose client still sends: it gets the answer that was its last, and holds nothing for long.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import { ask, startLab } from '../testing/lab.ts';
import { requestText } from '../testing/raw-client.ts';

const OBSERVING = { timeout: 30_000, interval: 5 };
const LONG_MS = 600_000;
const HANDSHAKE = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
/** What the server ends the connection with, before all of it has come. */
const LAST_WORDS = [
  ['a body of another type', requestText('POST', '/v1/join', { 'Content-Length': '60000' }), 415],
  [
    'a body that is too long',
    requestText('POST', '/v1/join', { 'Content-Length': '60000', 'Content-Type': 'application/json' }),
    413,
  ],
  ['an expectation', requestText('POST', '/v1/join', { Expect: 'nonsense' }, '{}'), 417],
  [
    'a foreign page’s handshake',
    requestText('GET', '/v1/websocket', { ...HANDSHAKE, Origin: 'http://evil.example' }),
    403,
  ],
  ['CONNECT', requestText('CONNECT', 'evil.example:443'), 400],
  ['nonsense', 'nonsense\r\n\r\n', 400],
  ['a client that wants no more', requestText('GET', '/healthz', { Connection: 'close' }), 200],
] as const;

/** A client that does not end its side when the server has. Resolves when it has read the server's last byte. */
async function leftBehind(
  { url }: LabServer,
  bytes: string,
): Promise<{ socket: Socket; answer: string; errors: string[] }> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  const errors: string[] = [];
  socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? error.message));
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.write(bytes);
  await once(socket, 'end');
  return { socket, answer, errors };
}

const noneLeft = (lab: LabServer) => vi.waitFor(() => expect(lab.connections).toBe(0), OBSERVING);

describe('a client that goes on sending behind its last answer', () => {
  test.each(LAST_WORDS)('%s: is not reset, and ends in its own time', async (_what, bytes, status) => {
    const lab = await startLab({ lingerMs: LONG_MS });
    const { socket, answer, errors } = await leftBehind(lab, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
    // What TCP would answer with a reset comes before the end of the client's side, and the server has seen it then.
    for (let i = 0; i < 10; i += 1) socket.write(requestText('GET', '/healthz'));
    socket.end('x'.repeat(30_000));
    await once(socket, 'close');
    expect(errors).toEqual([]);
    await noneLeft(lab);
  });

  test('gets no further answer, and is counted as one connection until it ends', async () => {
    const lab = await startLab({ lingerMs: LONG_MS, maxConnections: 1 });
    const { socket } = await leftBehind(lab, requestText('GET', '/healthz', { Connection: 'close' }));
    expect(lab.connections).toBe(1);
    expect((await ask(lab, 'GET', '/v1/short-polling')).status).toBe(503);
    socket.end();
    await noneLeft(lab);
    expect((await ask(lab, 'GET', '/v1/short-polling')).status).toBe(200);
  });
});

describe('it is ended', () => {
  const ended = requestText('GET', '/healthz', { Connection: 'close' });

  test('after --linger-ms, though its client says nothing', async () => {
    const lab = await startLab({ lingerMs: 50 });
    await leftBehind(lab, ended);
    await noneLeft(lab);
  });

  test('beyond --linger-bytes, however much time is left', async () => {
    const lab = await startLab({ lingerMs: LONG_MS, lingerBytes: 10_000 });
    const { socket } = await leftBehind(lab, ended);
    socket.write('x'.repeat(10_000));
    socket.write('y');
    await noneLeft(lab);
  });

  test('at once where --linger-ms is 0, and where it was one connection too many', async () => {
    const at0 = await startLab({ lingerMs: 0 });
    await leftBehind(at0, ended);
    await noneLeft(at0);
    const full = await startLab({ lingerMs: LONG_MS, maxConnections: 1 });
    const { socket } = await leftBehind(full, ended);
    await leftBehind(full, ended);
    expect(full.connections).toBe(1);
    socket.end();
    await noneLeft(full);
  });

  test('by a shutdown, which waits for it no longer than for others', async () => {
    const lab = await startLab({ lingerMs: LONG_MS, shutdownMs: 50 });
    await leftBehind(lab, ended);
    await lab.close();
    await noneLeft(lab);
  });
});
