// Cuts, blackholes, half-closes and refusals, as the sockets on both sides see them.
import { describe, expect, it } from 'vitest';
import { drawsOf } from './random.ts';
import { endOf, eventually, startLink } from './testing/link.ts';

describe('a cut', () => {
  it.each([1, 77, 70_000])(
    'after %d bytes comes after exactly so many, as a reset of both sides',
    async (cutAfterBytes) => {
      const link = await startLink({ serverToClient: { cutAfterBytes } });
      const { client, server } = await link.join();
      server.socket.write(Buffer.alloc(100_000, 'x'));
      await Promise.all([client.until(() => client.closed), server.until(() => server.closed)]);
      expect(client.received.length).toBe(cutAfterBytes);
      expect(client.errorCode).toBe('ECONNRESET');
      expect(server.errorCode).toBe('ECONNRESET');
      expect(link.proxy.state().cuts).toBe(1);
    },
  );

  it('after 0 bytes comes in place of the first one', async () => {
    const link = await startLink({ serverToClient: { cutAfterBytes: 0 } });
    const { client, server } = await link.join();
    client.socket.write('a request that arrives');
    await server.bytes(22);
    server.socket.write('an answer that does not');
    await client.until(() => client.closed);
    expect(client.errorCode).toBe('ECONNRESET');
    expect(client.received.length).toBe(0);
  });

  it('counts the direction it was set for', async () => {
    const link = await startLink({ clientToServer: { cutAfterBytes: 5, delayMs: 1 } });
    const { client, server } = await link.join();
    server.socket.write('longer than five bytes');
    await client.bytes(22);
    client.socket.write('123456789');
    await Promise.all([client.until(() => client.closed), server.until(() => server.closed)]);
    expect(server.received.toString()).toBe('12345');
  });

  it('comes to every connection by itself where it is random', async () => {
    const link = await startLink({ cutMeanMs: 5 });
    const clients = await Promise.all(Array.from({ length: 20 }, () => link.client()));
    await Promise.all(clients.map((client) => client.until(() => client.closed)));
    expect(link.proxy.state()).toMatchObject({ cuts: 20, connections: 20 });
    await eventually(() => link.proxy.state().open === 0);
  });

  it('comes to a connection that was open before it was asked for', async () => {
    const link = await startLink();
    const { client } = await link.join();
    link.proxy.set({ cutMeanMs: 1 });
    await client.until(() => client.closed);
    expect(client.errorCode).toBe('ECONNRESET');
  });

  it('comes when the seed says, counting connections from when it was given', async () => {
    const cutMeanMs = 20;
    // A seed by which the first connection lives long, and the next ones don't.
    const livesOf = (seed: number) => [0, 1, 2].map((connection) => drawsOf(seed, connection).cutMs(cutMeanMs));
    const fits = ([first = 0, ...others]: number[]) => first > 60 && others.every((ms) => ms < 5);
    let seed = 0;
    while (!fits(livesOf(seed))) seed += 1;
    const link = await startLink();
    await link.join();
    link.proxy.set({ cutMeanMs, seed });
    const startedAt = performance.now();
    const { client } = await link.join();
    await client.until(() => client.closed);
    // Timers of Node round to milliseconds.
    expect(performance.now() - startedAt).toBeGreaterThan(58);
  });

  it('can be had at once, for all that are open', async () => {
    const link = await startLink();
    const { client, server } = await link.join();
    link.proxy.cutAll();
    await Promise.all([client.until(() => client.closed), server.until(() => server.closed)]);
    expect(client.errorCode).toBe('ECONNRESET');
    const next = await link.join();
    next.client.socket.write('on');
    await next.server.bytes(2);
  });
});

describe('a blackhole', () => {
  it('accepts connections and forwards nothing until it ends; then all of it', async () => {
    const link = await startLink({ blackhole: true });
    const client = await link.client();
    client.socket.write('is anybody there?');
    await eventually(() => link.proxy.state().clientToServer.queuedBytes === 17);
    expect(link.accepted).toEqual([]);
    expect(link.proxy.state()).toMatchObject({ connections: 1, open: 1, clientToServer: { bytes: 0 } });
    link.proxy.set({});
    await eventually(() => link.accepted.length === 1);
    expect((await link.accepted[0]?.bytes(17))?.toString()).toBe('is anybody there?');
  });

  it('swallows bytes, ends and resets of open connections while it lasts', async () => {
    const link = await startLink();
    const [one, other] = [await link.join(), await link.join()];
    link.proxy.set({ blackhole: true });
    one.server.socket.end('good');
    other.server.socket.resetAndDestroy();
    await eventually(() => link.proxy.state().serverToClient.queuedBytes === 4);
    await other.server.until(() => other.server.closed);
    one.client.socket.write('pong');
    await eventually(() => link.proxy.state().clientToServer.queuedBytes === 4);
    expect([one.client.received.length, one.client.ended, other.client.closed]).toEqual([0, false, false]);
    link.proxy.set({});
    await Promise.all([one.client.until(() => one.client.ended), one.server.bytes(4)]);
    await other.client.until(() => other.client.closed);
    expect(one.client.received.toString()).toBe('good');
    expect(other.client.errorCode).toBe('ECONNRESET');
  });

  it('forgets a connection that was reset before it ended', async () => {
    const link = await startLink({ blackhole: true });
    const client = await link.client();
    await eventually(() => link.proxy.state().open === 1);
    client.socket.resetAndDestroy();
    await eventually(() => link.proxy.state().open === 0);
    expect(link.accepted).toEqual([]);
  });
});

describe('a half-close', () => {
  it('ends one direction after exactly so many bytes, and lets the other one go on', async () => {
    const link = await startLink({ serverToClient: { halfCloseAfterBytes: 6 } });
    const { client, server } = await link.join();
    server.socket.write('half a sentence');
    await client.until(() => client.ended);
    expect(client.received.toString()).toBe('half a');
    client.socket.write('I still talk');
    await server.bytes(12);
    server.socket.write('to a wall');
    client.socket.end();
    await server.until(() => server.ended);
    server.socket.end();
    await eventually(() => link.proxy.state().open === 0);
    expect(client.errorCode).toBeUndefined();
    expect(client.received.length).toBe(6);
    expect(link.proxy.state().serverToClient).toMatchObject({ bytes: 6, halfCloses: 1 });
  });

  it('passes a later reset on', async () => {
    const link = await startLink({ serverToClient: { halfCloseAfterBytes: 2 } });
    const { client, server } = await link.join();
    server.socket.write('no more');
    await client.until(() => client.ended);
    server.socket.resetAndDestroy();
    // The client reads no more, and would see it only when it writes; but the proxy has let go of it.
    await eventually(() => link.proxy.state().open === 0);
  });
});

describe('a refusal', () => {
  it('resets new connections, and leaves open ones alone', async () => {
    const link = await startLink();
    const { client, server } = await link.join();
    link.proxy.set({ refuse: true });
    expect(await endOf(link.client())).toBe('ECONNRESET');
    client.socket.write('still here');
    await server.bytes(10);
    expect(link.proxy.state()).toMatchObject({ refused: 1, connections: 1, open: 1 });
  });
});
