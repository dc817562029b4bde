import { getEventListeners } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readText } from '../../client/transports/http/read-body.ts';
import { envFor, GET, get, OK, peer, portOf } from './testing/raw-peer.ts';

describe('a request', () => {
  it('takes a connection of its own while others are under way, and one of theirs afterwards', async () => {
    const held: Socket[] = [];
    const { env, sockets } = await peer((socket) => {
      held.push(socket);
      if (held.length % 3 === 0) for (const each of held.slice(-3)) each.write(OK);
    });
    for (let round = 0; round < 2; round += 1) {
      expect(await Promise.all([get(env), get(env), get(env)])).toEqual(['ok', 'ok', 'ok']);
    }
    expect(sockets).toHaveLength(3);
  });

  it.each([
    ['the server says that it closes', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['more came than was asked for', `${OK}HTTP/1.1 200 OK\r\n`],
  ])('takes a new connection where %s, and ends the old one', async (_, text) => {
    const server = await peer((socket) => void socket.write(text));
    expect([await get(server.env), await get(server.env)]).toEqual(['ok', 'ok']);
    expect(server.sockets).toHaveLength(2);
    await expect.poll(() => server.closed).toBe(2);
  });

  it('takes a new connection where the old one said something while nobody asked', async () => {
    const server = await peer((socket) => void socket.write(OK));
    await get(server.env);
    server.sockets[0]?.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n');
    await expect.poll(() => server.closed).toBe(1);
    expect(await get(server.env)).toBe('ok');
    expect(server.sockets).toHaveLength(2);
  });

  it('is sent again but once', async () => {
    const { env, sockets } = await peer((socket, requests, connection) => {
      if (connection === 1 && requests === 1) socket.write(OK);
      else socket.resetAndDestroy();
    });
    await get(env);
    await expect(env.request(GET)).rejects.toThrow(/ECONNRESET|closed before the answer/);
    expect(sockets).toHaveLength(2);
  });

  it('is not sent again where an answer had begun', async () => {
    const { env, sockets } = await peer((socket, requests) => {
      if (requests === 1) socket.write(OK);
      else socket.end('HTTP/1.1 2');
    });
    await get(env);
    await expect(env.request(GET)).rejects.toThrow('closed before the answer was complete');
    expect(sockets).toHaveLength(1);
  });

  it('rejects when the environment closes, and from then on', async () => {
    const server = await peer(() => undefined);
    const waiting = server.env.request(GET);
    await expect.poll(() => server.received).toContain('GET');
    server.env.close();
    await expect(waiting).rejects.toThrow('environment was closed');
    await expect(server.env.request(GET)).rejects.toThrow('environment is closed');
    await expect.poll(() => server.closed).toBe(1);
  });

  it('is aborted by its signal, with all that are under way by the same, and nothing else', async () => {
    const server = await peer((socket, requests, connection) => {
      if (connection === 1 && requests === 1) socket.write(OK);
      if (server.received.includes('GET /go ')) for (const each of server.sockets) each.write(OK);
    });
    const abort = new AbortController();
    const send = (path: string) => server.env.request({ ...GET, path, signal: abort.signal });
    await readText((await send('/served')).body);
    // On the connection of the one that was served.
    const other = get(server.env);
    const aborted = [send('/a'), send('/b')];
    await expect.poll(() => server.received.match(/GET/g)).toHaveLength(4);
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    abort.abort();
    for (const request of aborted) await expect(request).rejects.toThrow('aborted');
    await expect.poll(() => server.closed).toBe(2);
    await server.env.request({ ...GET, path: '/go' });
    expect(await other).toBe('ok');
  });
});

describe('an answer', () => {
  it.each([
    ['no HTTP', 'hello\r\n'],
    ['a head without an end', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(20_000)}`],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
  ])('that is %s rejects, and ends the connection', async (_, text) => {
    const server = await peer((socket) => void socket.write(text));
    await expect(server.env.request(GET)).rejects.toThrow('no proper HTTP answer');
    await expect.poll(() => server.closed).toBe(1);
  });

  it('whose chunks go wrong fails where that is, and ends the connection', async () => {
    const server = await peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nnonsense\r\n');
    });
    const { body } = await server.env.request(GET);
    const read: string[] = [];
    const reading = (async () => {
      for await (const bytes of body) read.push(Buffer.from(bytes).toString());
    })();
    await expect(reading).rejects.toThrow('no size of a chunk: "nonsense"');
    expect(read).toEqual(['ok']);
    await expect.poll(() => server.closed).toBe(1);
  });

  it('that ends too early fails', async () => {
    const { env } = await peer((socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok'));
    await expect(get(env)).rejects.toThrow('closed before the answer was complete');
  });

  it('without a length ends with its connection', async () => {
    const { env } = await peer((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nok'));
    expect(await get(env)).toBe('ok');
  });

  it('without a length fails where its connection breaks', async () => {
    const sockets: Socket[] = [];
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      sockets.push(socket);
      socket.write('HTTP/1.1 200 OK\r\n\r\nok');
    });
    const { body } = await envFor(await portOf(server)).request(GET);
    // A request that was never read: so the kernel resets the connection.
    for (const socket of sockets) socket.destroy();
    await expect(readText(body)).rejects.toThrow('ECONNRESET');
  });

  it('may follow an interim one', async () => {
    const { env } = await peer((socket) => void socket.write(`HTTP/1.1 102 Processing\r\n\r\n${OK}`));
    expect(await get(env)).toBe('ok');
  });

  it('comes through whole where its reader is slower, and leaves the connection of use', async () => {
    const megabytes = Buffer.alloc(4 * 1024 * 1024, 'abcdefg');
    let connections = 0;
    const server = createHttpServer((request, response) => {
      if (request.url === '/counted') response.setHeader('Content-Length', megabytes.length);
      response.write(megabytes);
      response.end();
    }).on('connection', () => {
      connections += 1;
    });
    const env = envFor(await portOf(server));
    for (const path of ['/counted', '/chunked', '/counted']) {
      const { body } = await env.request({ ...GET, path });
      const pieces: Uint8Array[] = [];
      for await (const piece of body) {
        pieces.push(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(Buffer.concat(pieces).equals(megabytes)).toBe(true);
    }
    expect(connections).toBe(1);
  });

  it('whose reader leaves early ends its connection', async () => {
    const server = await peer((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'));
    const { body } = await server.env.request(GET);
    for await (const _ of body) break;
    await expect.poll(() => server.closed).toBe(1);
  });
});
