import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChildServer, startChildServer } from './child-server.ts';
import { monotonicClock as clock } from './clock.ts';
import { createHttpCaller, type HttpCaller } from './http-caller.ts';
import { type ImpairedNetwork, longerBy, startImpairment } from './impaired.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(): Promise<{ server: ChildServer; network: ImpairedNetwork; http: HttpCaller }> {
  const server = await startChildServer('bench/controls/bare-http.js', []);
  endings.push(() => server.stop());
  const network = await startImpairment(server.origin);
  endings.push(() => network.stop());
  const http = createHttpCaller(network.origin, 1);
  endings.push(() => http.close());
  return { server, network, http };
}

async function timeOf(http: HttpCaller): Promise<number> {
  const from = clock.now();
  await http.call('GET', '/');
  return clock.now() - from;
}

describe('an impaired network', () => {
  it('makes a server longerBy away, and a new connection to it once more', async () => {
    const { network, http } = await start();
    await network.set(longerBy(40));
    // The proxy lets nothing go on before it is due; its clock and ours may differ by a rounding.
    expect(await timeOf(http)).toBeGreaterThan(79.5);
    const onOpenConnection = await timeOf(http);
    expect(onOpenConnection).toBeGreaterThan(39.5);
    expect((await network.state()).latenessUs.count).toBeGreaterThan(0);
  });

  it('cuts what is open, and counts it', async () => {
    const { network, http } = await start();
    await http.call('GET', '/');
    expect(await network.cutAll()).toMatchObject({ connections: 1, cuts: 1, refused: 0 });
  });

  it('refuses new connections until it is told otherwise', async () => {
    const { network, http } = await start();
    expect(await network.set({ refuse: true })).toMatchObject({ connections: 0 });
    await expect(http.call('GET', '/')).rejects.toThrow();
    expect((await network.set({})).refused).toBe(1);
    expect((await http.call('GET', '/')).status).toBe(204);
  });

  it('says what was wrong with an impairment', async () => {
    const { network } = await start();
    await expect(network.set({ cutMeanMs: -1 })).rejects.toThrow('cutMeanMs');
  });

  it('tells when its process ends, and answers no more', async () => {
    const { network } = await start();
    const ended = expect(network.ended).rejects.toThrow('ended with');
    await network.stop();
    await network.stop();
    await ended;
    await expect(network.set({})).rejects.toThrow('ended with');
  });

  it('is refused before a server that speaks TLS', async () => {
    await expect(startImpairment('https://lab.example')).rejects.toThrow('TLS');
  });

  it('fails a request whose server is gone', async () => {
    const { server, http } = await start();
    const closed = once(server.process, 'close');
    server.process.kill('SIGKILL');
    await closed;
    await expect(http.call('GET', '/')).rejects.toThrow();
  });
});
