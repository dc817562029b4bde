import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { createNodeEnv, type NodeEnvOptions } from './env-node.ts';
import { readText } from './http/read-body.ts';
import type { TransportEnv } from './transport.ts';

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

async function urlOf(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

async function serve(listener: RequestListener, options: Partial<NodeEnvOptions> = {}) {
  const server = createServer(listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const env = createNodeEnv({ baseUrl: await urlOf(server), ...options });
  cleanUps.push(() => env.close());
  return { env, server, connections: () => connections };
}

async function get(env: TransportEnv, path: string): Promise<string> {
  return readText((await env.request({ method: 'GET', path })).body);
}

describe('a request', () => {
  test('carries method, path, headers, body, and the Origin where one is set', async () => {
    const { env } = await serve(
      (request, response) => {
        let body = '';
        request.on('data', (data: Buffer) => {
          body += data.toString();
        });
        request.on('end', () => {
          const { method, url, headers } = request;
          response.setHeader('X-Seen', 'yes');
          response.end(JSON.stringify([method, url, headers['x-mine'], headers['content-type'], headers.origin, body]));
        });
      },
      { origin: 'http://example.test' },
    );
    const response = await env.request({ method: 'POST', path: '/p?q=1', headers: { 'x-mine': 'a' }, body: '"ä"' });
    expect([response.status, response.header('x-seen'), response.header('x-none')]).toEqual([200, 'yes', null]);
    expect(JSON.parse(await readText(response.body))).toEqual([
      'POST',
      '/p?q=1',
      'a',
      'application/json',
      'http://example.test',
      '"ä"',
    ]);
  });

  test('uses the connection of the one before, also where that was an unread 204', async () => {
    const { env, connections } = await serve((request, response) => {
      response.statusCode = request.url === '/empty' ? 204 : 200;
      response.end();
    });
    for (const path of ['/empty', '/', '/empty', '/']) {
      const response = await env.request({ method: 'GET', path });
      if (response.status === 200) await readText(response.body);
      // The agent has the connection back only after the event that ended the answer.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connections()).toBe(1);
  });

  test('is sent again where the server had closed the kept-alive connection', async () => {
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        // The next request on this connection meets a reset, as if the server had just timed it out.
        socket.once('data', () => socket.resetAndDestroy());
      });
    });
    const env = createNodeEnv({ baseUrl: await urlOf(server) });
    cleanUps.push(() => env.close());
    expect(await get(env, '/')).toBe('ok');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await get(env, '/')).toBe('ok');
    expect(sockets).toHaveLength(2);
  });

  test('is not sent again where this machine slept meanwhile: the server may have taken it long ago', async () => {
    const sockets: Socket[] = [];
    const sleep = vi.spyOn(Date, 'now');
    cleanUps.push(() => sleep.mockRestore());
    const server = createTcpServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        socket.once('data', () => {
          const now = Date.now();
          sleep.mockImplementation(() => now + 60_000);
          socket.resetAndDestroy();
        });
      });
    });
    const env = createNodeEnv({ baseUrl: await urlOf(server) });
    cleanUps.push(() => env.close());
    expect(await get(env, '/')).toBe('ok');
    await new Promise((resolve) => setImmediate(resolve));
    await expect(get(env, '/')).rejects.toThrow();
    expect(sockets).toHaveLength(1);
  });

  test('rejects where nobody listens', async () => {
    const { env, server } = await serve((_, response) => void response.end());
    server.close();
    await expect(env.request({ method: 'GET', path: '/' })).rejects.toThrow('ECONNREFUSED');
  });

  test('rejects when aborted, before and while it waits, and frees the connection', async () => {
    const { env, server } = await serve(() => {
      // Never answers.
    });
    const abort = new AbortController();
    const waiting = env.request({ method: 'GET', path: '/', signal: abort.signal });
    await new Promise((resolve) => server.once('request', resolve));
    abort.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await expect(env.request({ method: 'GET', path: '/', signal: abort.signal })).rejects.toThrow('aborted');
    await expect.poll(() => count(server)).toBe(0);
  });

  test('ends the reading of a body with an error when aborted, and frees the connection', async () => {
    const { env, server } = await serve((_, response) => void response.write('one'));
    const abort = new AbortController();
    const response = await env.request({ method: 'GET', path: '/', signal: abort.signal });
    const reading = readText(response.body);
    abort.abort();
    await expect(reading).rejects.toThrow();
    await expect.poll(() => count(server)).toBe(0);
  });
});

function count(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, connections) => (error === null ? resolve(connections) : reject(error)));
  });
}

describe('a socket', () => {
  async function openSocket() {
    const { env, server } = await serve((_, response) => void response.writeHead(503).end());
    const sockets = new WebSocketServer({ server, path: '/yes' });
    const calls: string[] = [];
    const open = (path: string) =>
      env.openSocket(path, {
        opened: () => void calls.push('opened'),
        text: (data) => void calls.push(`text ${data}`),
        closed: (code, reason) => void calls.push(`closed ${code} ${reason}`),
      });
    return { sockets, calls, open };
  }

  test('offers the subprotocol, carries text both ways, and tells the code of its end', async () => {
    const { sockets, calls, open } = await openSocket();
    const protocols: string[] = [];
    sockets.on('connection', (socket) => {
      protocols.push(socket.protocol);
      socket.on('message', (data: Buffer) => {
        socket.send(Buffer.from('binary'));
        socket.send(`${data.toString()} back`);
        socket.close(1013, 'too slow');
      });
    });
    const handle = open('/yes');
    handle.send('dropped: it is not open yet');
    await expect.poll(() => calls).toEqual(['opened']);
    handle.send('there');
    await expect.poll(() => calls).toEqual(['opened', 'text there back', 'closed 1013 too slow']);
    handle.send('dropped: it is closed');
    handle.close();
    expect(protocols).toEqual(['lab.v1']);
  });

  test('tells why it never opened', async () => {
    const { calls, open } = await openSocket();
    open('/no');
    await expect.poll(() => calls).toEqual([expect.stringMatching(/^closed 1006 .*400/)]);
  });

  test('can be closed before it opens', async () => {
    const { calls, open } = await openSocket();
    open('/yes').close();
    await expect.poll(() => calls).toEqual([expect.stringMatching(/^closed 1006/)]);
  });
});
