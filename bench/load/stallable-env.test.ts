import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { createStallableEnv, type StallableEnv } from './stallable-env.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A server that streams whatever `say` is given, over HTTP and over WebSocket. */
async function start(): Promise<{ env: StallableEnv; say(text: string): void; readers(): number }> {
  const says = new Set<(text: string) => void>();
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => {
    response.flushHeaders();
    says.add((text) => response.write(text));
  });
  server.on('connection', (socket) => sockets.add(socket));
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket) => says.add((text) => socket.send(text)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = createStallableEnv(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  endings.push(() => {
    env.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    env,
    say: (text) => {
      for (const say of says) say(text);
    },
    readers: () => says.size,
  };
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 50));

it('a stalled WebSocket reads nothing, and then everything in order', async () => {
  const { env, say, readers } = await start();
  const texts: string[] = [];
  env.openSocket('/', { opened: () => undefined, text: (text) => void texts.push(text), closed: () => undefined });
  await expect.poll(readers).toBe(1);
  say('a');
  await expect.poll(() => texts).toEqual(['a']);
  env.stall();
  say('b');
  say('c');
  await turns();
  expect(texts).toEqual(['a']);
  env.resume();
  await expect.poll(() => texts).toEqual(['a', 'b', 'c']);
});

it('a WebSocket that is opened while stalled reads once that is over', async () => {
  const { env } = await start();
  let opened = false;
  const onOpen = () => {
    opened = true;
  };
  env.stall();
  env.openSocket('/', { opened: onOpen, text: () => undefined, closed: () => undefined });
  await turns();
  expect(opened).toBe(false);
  env.resume();
  await expect.poll(() => opened).toBe(true);
});

it('a stalled body gives nothing, and then everything in order', async () => {
  const { env, say, readers } = await start();
  let read = '';
  const response = await env.request({ method: 'GET', path: '/' });
  const reading = (async () => {
    for await (const chunk of response.body) {
      read += Buffer.from(chunk).toString();
      if (read.endsWith('.')) return;
    }
  })();
  await expect.poll(readers).toBe(1);
  say('a');
  await expect.poll(() => read).toBe('a');
  env.stall();
  say('b');
  say('c.');
  await turns();
  expect(read).toBe('a');
  env.resume();
  await reading;
  expect(read).toBe('abc.');
});
