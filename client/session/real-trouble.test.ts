// What stands between a client and the room in the open: several servers under one address, a proxy that knows no
// WebSocket, one that holds a stream back. Real servers, real transports.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { eventually, type TestLab, visit } from '../testing/lab.ts';
import { createLongPollingTransport } from '../transports/long-polling.ts';
import { createShortPollingTransport } from '../transports/short-polling.ts';
import { createSseTransport } from '../transports/sse.ts';
import type { Transport } from '../transports/transport.ts';
import { createWebSocketTransport } from '../transports/websocket.ts';

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function startLab(): Promise<TestLab> {
  const lab = await startLabServer({ ...testConfig, shutdownMs: 0 });
  ends.push(() => lab.close());
  return lab;
}

interface Proxy {
  readonly url: string;
  /** Paths of the requests that came, without their queries. */
  readonly paths: readonly string[];
}

type PassOn = (answer: IncomingMessage, response: ServerResponse) => void;

/** A proxy of HTTP that gives each request to the next lab, and knows no upgrade: it passes such on as a plain request. */
async function startProxy(
  labs: readonly TestLab[],
  passOn: PassOn = (answer, response) => answer.pipe(response),
): Promise<Proxy> {
  const paths: string[] = [];
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming;
    const lab = labs[paths.length % labs.length] as TestLab;
    paths.push(url.split('?')[0] ?? '');
    const { connection: _hop, upgrade: _unknown, ...others } = headers;
    const outgoing = request(`${lab.url}${url}`, { method, headers: others, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      passOn(answer, response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, paths };
}

describe('several servers under one address, each with a room of its own', () => {
  test.each<[string, () => Transport]>([
    ['short polling', createShortPollingTransport],
    ['long polling', createLongPollingTransport],
  ])('%s: the session says so, and leaves them alone between its attempts', async (_name, create) => {
    const proxy = await startProxy([await startLab(), await startLab()]);
    const visitor = visit(proxy.url, create());
    await eventually(() => visitor.session.status).toMatchObject({ state: 'waiting', trouble: 'several-servers' });
    // A poll every 20 ms, or as quickly as they are answered: each that met the other server was a reset.
    expect(visitor.resets).toEqual(Array(4).fill('epoch-changed'));
    const polls = proxy.paths.length;
    visitor.session.hint('visible');
    expect(visitor.session.status).toMatchObject({ state: 'waiting', lastEnd: { retryMs: 5000 } });
    visitor.session.tryNow();
    await eventually(() => visitor.session.status.state).toBe('waiting');
    // One attempt is one reset, and its polls up to then.
    expect(visitor.resets.length).toBeLessThanOrEqual(5);
    expect(proxy.paths.length - polls).toBeLessThanOrEqual(4);
  });
});

describe('a stream that does not come through', () => {
  test('WebSocket, through a proxy that knows none: said to have never opened', async () => {
    const proxy = await startProxy([await startLab()]);
    const visitor = visit(proxy.url, createWebSocketTransport());
    await eventually(() => visitor.session.status.trouble).toBe('never-opened');
    expect(visitor.session.status.lastEnd).toMatchObject({ reason: 'lost', cause: 'unreachable' });
    expect(proxy.paths.slice(0, 2)).toEqual(['/v1/websocket', '/v1/presence']);
  });

  test.each<[string, () => Transport]>([
    ['WebSocket', createWebSocketTransport],
    ['SSE', createSseTransport],
  ])('%s, of a server that is away: no word of the transport', async (_name, create) => {
    const lab = await startLab();
    await lab.close();
    const visitor = visit(lab.url, create());
    await eventually(() => visitor.session.status.attempt).toBeGreaterThan(2);
    expect(visitor.statuses.filter(({ trouble }) => trouble !== undefined)).toEqual([]);
    expect(visitor.session.status.lastEnd?.cause).toBe('unreachable');
  });

  test('SSE, through a proxy that holds what it is given until it cuts the stream: held back', async () => {
    const proxy = await startProxy([await startLab()], (answer, response) => {
      if (answer.headers['content-type'] !== 'text/event-stream') {
        answer.pipe(response);
        return;
      }
      answer.resume();
      setTimeout(() => response.destroy(), 5500);
    });
    const visitor = visit(proxy.url, createSseTransport());
    await eventually(() => visitor.session.status.trouble).toBe('held-back');
    // It opened nothing, and asked nobody: that the server answers was seen.
    expect(visitor.statuses.map(({ state }) => state)).not.toContain('connected');
    expect(proxy.paths).not.toContain('/v1/presence');
  });
});

test('the pulse of a real stream is its heartbeat', async () => {
  const lab = await startLab();
  const visitor = visit(lab.url, createSseTransport());
  await eventually(() => visitor.session.pulse?.dueAt ?? 0).toBeGreaterThan(0);
  await eventually(() => {
    const { heardAt = 0, dueAt = 0, lostAt = 0 } = visitor.session.pulse ?? {};
    return [Math.round(dueAt - heardAt), Math.round(lostAt - heardAt)];
  }).toEqual([15_000, 37_500]);
});
