// Bytes to the last one: what a TCP client has really sent and received is what the stats say, for each transport.
import type { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import { join, parsed, post, postAll, postHeaders, readStats, startLab } from '../testing/lab.ts';
import { connectRaw, type RawClient, requestText } from '../testing/raw-client.ts';
import { openBareWebSocket } from '../testing/web-socket-bytes.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };

/** Waits until the stats say what these sockets have sent and received; what they say more or less stays wrong. */
async function expectBytes(
  lab: LabServer,
  transport: string,
  sockets: readonly Socket[],
  client?: string,
): Promise<void> {
  await vi.waitFor(async () => {
    const stats = await readStats(lab, client);
    const { bytesIn, bytesOut } = stats.transports[transport] ?? {};
    expect({ bytesIn, bytesOut }).toEqual({
      bytesIn: sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
      bytesOut: sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    });
  }, OBSERVING);
}

async function cursorOf(client: RawClient): Promise<string> {
  return parsed<{ cursor: string }>((await client.response()).body).cursor;
}

describe('one transport on its own connections', () => {
  test('short polling: full and empty answers', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    await postAll(lab, token, ['one', 'zwölf 🙂']);
    const clients = [await connectRaw(lab.url), await connectRaw(lab.url)];
    for (const client of clients) {
      client.request('GET', '/v1/short-polling?client=a');
      const cursor = await cursorOf(client);
      for (const path of [
        `/v1/short-polling?client=a&cursor=${cursor}`,
        `/v1/short-polling?client=a&cursor=${cursor}&history=0`,
      ]) {
        client.request('GET', path);
        await client.response();
      }
    }
    await expectBytes(
      lab,
      'short-polling',
      clients.map(({ socket }) => socket),
    );
    await expectBytes(
      lab,
      'short-polling',
      clients.map(({ socket }) => socket),
      'a',
    );
  });

  test('long polling: held and answered, held and given up, and while it is held', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    client.request('GET', '/v1/long-polling?history=0');
    const cursor = await cursorOf(client);
    client.request('GET', `/v1/long-polling?cursor=${cursor}&client=a`);
    await expectBytes(lab, 'long-polling', [client.socket]);
    await post(lab, token, 'one');
    const after = await cursorOf(client);
    client.request('GET', `/v1/long-polling?cursor=${after}&wait=1`);
    expect((await client.response()).status).toBe(204);
    await expectBytes(lab, 'long-polling', [client.socket]);
  });

  test('SSE: head, hello, messages and heartbeats, while it is open and when it has ended', async () => {
    const lab = await startLab({ heartbeatMs: 100, shutdownMs: 2000 });
    const { token } = await join(lab);
    await postAll(lab, token, ['one', 'zwölf 🙂']);
    const client = await connectRaw(lab.url);
    client.request('GET', '/v1/sse?client=a&presence=1');
    await client.head();
    let heard = '';
    while (heard.split('event: ping').length < 4) heard += (await client.chunk()).toString();
    await post(lab, token, 'three');
    while (!heard.includes('three')) heard += (await client.chunk()).toString();
    await expectBytes(lab, 'sse', [client.socket]);
    await expectBytes(lab, 'sse', [client.socket], 'a');
    client.socket.end();
    await client.closed;
    await expectBytes(lab, 'sse', [client.socket]);
  });

  test.each(['ws', 'by-hand'] as const)(
    'WebSocket (%s): handshake, frames both ways, pings and pongs, and the closing',
    async (websocketEngine) => {
      const lab = await startLab({ heartbeatMs: 100, websocketEngine });
      const { token } = await join(lab);
      await postAll(lab, token, ['one', 'zwölf 🙂', 'x'.repeat(4096)]);
      const { webSocket, tcp } = await openBareWebSocket(lab, '?client=a');
      let pings = 0;
      webSocket.on('ping', () => {
        pings += 1;
      });
      webSocket.send(JSON.stringify({ type: 'authenticate', token }));
      webSocket.send(JSON.stringify({ type: 'publish', id: 'a', text: 'y'.repeat(300) }));
      await vi.waitFor(() => expect(pings).toBeGreaterThan(2), OBSERVING);
      await expectBytes(lab, 'websocket', [tcp]);
      await expectBytes(lab, 'websocket', [tcp], 'a');
      const closed = new Promise((resolve) => tcp.on('close', resolve));
      webSocket.close();
      await closed;
      await expectBytes(lab, 'websocket', [tcp]);
    },
  );

  test('errors, and what never becomes a request', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    client.request('GET', '/v1/short-polling?history=x');
    await client.response();
    await expectBytes(lab, 'short-polling', [client.socket]);
    const httpBytesIn = async () => (await readStats(lab)).transports['http']?.bytesIn ?? 0;
    const [first, second] = [await httpBytesIn(), await httpBytesIn()];
    const malformed = await connectRaw(lab.url);
    malformed.send('nonsense\r\n\r\n');
    await malformed.closed;
    // Two readings differ by the second's own request.
    const reading = second - first;
    expect(await httpBytesIn()).toBe(second + malformed.socket.bytesWritten + reading);
  });

  test('a refused handshake', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    client.request('GET', '/v1/websocket?client=a', { Connection: 'Upgrade', Upgrade: 'websocket' });
    await client.response();
    await client.closed;
    await expectBytes(lab, 'websocket', [client.socket], 'a');
  });
});

describe('one connection that several transports share', () => {
  test('is split exactly, bodies that come late included', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const client = await connectRaw(lab.url);
    const { socket } = client;
    const expected: Record<string, { bytesIn: number; bytesOut: number; requests: number; connectionsOpened: number }> =
      {};
    let before = { read: 0, written: 0 };
    /** Puts what has gone over the connection since the last call down to a transport. */
    const putDown = (transport: string) => {
      const sum = expected[transport] ?? { bytesIn: 0, bytesOut: 0, requests: 0, connectionsOpened: 1 };
      expected[transport] = sum;
      sum.bytesIn += socket.bytesWritten - before.written;
      sum.bytesOut += socket.bytesRead - before.read;
      sum.requests += 1;
      before = { read: socket.bytesRead, written: socket.bytesWritten };
    };
    const get = async (transport: string, query: string) => {
      client.request('GET', `/v1/${transport}?client=shared${query}`);
      const { body } = await client.response();
      putDown(transport);
      return body;
    };
    const publish = async (transport: string, id: string, late: boolean) => {
      const query = transport === 'http' ? '' : `&via=${transport}`;
      const text = requestText(
        'POST',
        `/v1/messages?client=shared${query}`,
        postHeaders(token),
        `{"id":"${id}","text":"${id}"}`,
      );
      client.send(text.slice(0, -9));
      // Another request's answer, so that the head has certainly arrived before the rest is sent.
      if (late) await readStats(lab, 'nobody');
      client.send(text.slice(-9));
      expect((await client.response()).status).toBe(201);
      putDown(transport);
    };

    for (const round of ['1', '2', '3']) {
      const { cursor } = parsed<{ cursor: string }>(await get('short-polling', ''));
      await get('short-polling', `&cursor=${cursor}`);
      await publish('sse', `sse-${round}`, true);
      await get('long-polling', `&cursor=${cursor}`);
      await publish('long-polling', `long-polling-${round}`, false);
      await publish('http', `http-${round}`, true);
      await publish('websocket', `websocket-${round}`, true);
    }
    client.request('POST', '/v1/join?client=shared', { 'Content-Type': 'application/json' }, '{}');
    await client.response();
    putDown('http');

    const ofClient = await readStats(lab, 'shared');
    for (const [transport, sums] of Object.entries(expected)) {
      expect(ofClient.transports[transport], transport).toMatchObject(sums);
      if (transport !== 'http') {
        const { open: _open, ...counted } = (await readStats(lab)).transports[transport] ?? { open: 0 };
        expect(counted, transport).toMatchObject(sums);
      }
    }
    expect(Object.keys(expected).sort()).toEqual(['http', 'long-polling', 'short-polling', 'sse', 'websocket']);
  });

  test('goes on as a stream, and the poll before it keeps its own', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    client.request('GET', '/v1/short-polling');
    await client.response();
    const poll = { bytesIn: client.socket.bytesWritten, bytesOut: client.socket.bytesRead };
    client.request('GET', '/v1/sse');
    await client.head();
    await client.chunk();
    const stream = {
      bytesIn: client.socket.bytesWritten - poll.bytesIn,
      bytesOut: client.socket.bytesRead - poll.bytesOut,
    };
    const { transports } = await readStats(lab);
    expect(transports['short-polling']).toMatchObject(poll);
    expect(transports['sse']).toMatchObject(stream);
  });

  test('pipelined requests are not split exactly, but nothing is lost or counted twice', async () => {
    const lab = await startLab();
    const client = await connectRaw(lab.url);
    const paths = ['/v1/short-polling', '/v1/long-polling', '/v1/short-polling?history=x', '/v1/long-polling'];
    client.send(paths.map((path) => requestText('GET', path)).join(''));
    for (const _path of paths) await client.response();
    const { transports } = await readStats(lab);
    const sum = (counter: 'bytesIn' | 'bytesOut') =>
      (transports['short-polling']?.[counter] ?? 0) + (transports['long-polling']?.[counter] ?? 0);
    expect([sum('bytesIn'), sum('bytesOut')]).toEqual([client.socket.bytesWritten, client.socket.bytesRead]);
  });
});
