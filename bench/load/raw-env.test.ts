// What is its own; that it does what Node's environment does, raw-env-conformance.test.ts shows.
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createNodeEnv, type NodeEnvOptions } from '../../client/transports/env-node.ts';
import { readText } from '../../client/transports/http/read-body.ts';
import type { HttpRequest } from '../../client/transports/transport.ts';
import { createRawEnv } from './raw-env.ts';
import { envFor, GET, get, OK, peer, portOf } from './testing/raw-peer.ts';

it.each<[string, HttpRequest, Partial<NodeEnvOptions>]>([
  ['a poll', { method: 'GET', path: '/v1/long-polling?client=c&cursor=e.1&wait=30' }, {}],
  ['the opening of a stream', { method: 'GET', path: '/v1/sse', headers: { accept: 'text/event-stream' } }, {}],
  [
    'a publish',
    { method: 'POST', path: '/p', headers: { authorization: 'Bearer t' }, body: '{"text":"ä漢\u0000"}' },
    {},
  ],
  ['an empty body', { method: 'POST', path: '/p', body: '' }, {}],
  ['a POST without a body', { method: 'POST', path: '/p' }, {}],
  ['one from a page', { method: 'GET', path: '/', headers: { 'x-a': 'b' } }, { origin: 'http://example.test' }],
])('puts the same bytes on the wire as that of node:http: %s', async (_, request, options) => {
  const seen: string[] = [];
  for (const create of [createNodeEnv, createRawEnv]) {
    let text = '';
    const server = createServer((socket) => {
      socket.on('data', (data: Buffer) => {
        text += data.toString('latin1');
        socket.end(OK);
      });
    });
    const baseUrl = `http://127.0.0.1:${await portOf(server)}`;
    const env = create({ baseUrl, ...options });
    onTestFinished(() => env.close());
    await readText((await env.request(request)).body);
    seen.push(text.replaceAll(baseUrl.slice('http://'.length), 'HOST'));
  }
  expect(seen[1]).toBe(seen[0]);
  expect(seen[1]).toContain('Connection: keep-alive\r\n');
});

it('rejects what would break out of its line', async () => {
  const { env } = await peer((socket) => void socket.write(OK));
  await expect(env.request({ method: 'GET', path: '/ HTTP/1.1\r\nX: y' })).rejects.toThrow('path');
  await expect(env.request({ ...GET, headers: { 'x-a': 'b\r\nX: y' } })).rejects.toThrow('x-a');
});

it('speaks TLS to an https origin', async () => {
  const firstBytes: number[] = [];
  const server = createServer((socket) => {
    socket.on('data', (data: Buffer) => {
      firstBytes.push(data[0] ?? -1);
      socket.destroy();
    });
  });
  const env = envFor(0, { baseUrl: `https://127.0.0.1:${await portOf(server)}` });
  await expect(env.request(GET)).rejects.toThrow();
  // The record type of a handshake (RFC 8446, 5.1).
  expect(firstBytes).toEqual([22]);
});

it.runIf(process.platform === 'linux')('connects from the address that it is given', async () => {
  const server = createHttpServer((request, response) => void response.end(request.socket.remoteAddress));
  expect(await get(envFor(await portOf(server), { localAddress: '127.0.0.2' }))).toBe('127.0.0.2');
});
