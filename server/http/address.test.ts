import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { codeOf, join, postHeaders, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { openSocket } from '../testing/streams.ts';
import { addressOf, networkOf } from './address.ts';

const PEER = '192.0.2.99';

function requestFrom(forwarded: string | undefined): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: PEER });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

const told = (forwarded: string | undefined, trustProxy: number) => addressOf(requestFrom(forwarded), trustProxy);

describe('without trusted proxies', () => {
  test.each([undefined, '198.51.100.1', '198.51.100.1, 198.51.100.2'])('%s is not looked at', (forwarded) => {
    expect(told(forwarded, 0)).toBe(PEER);
  });
});

describe('behind one proxy', () => {
  test('the last entry is the client’s, whatever the client wrote before it', () => {
    expect(told('198.51.100.1', 1)).toBe('198.51.100.1');
    expect(told('203.0.113.7, 198.51.100.1', 1)).toBe('198.51.100.1');
    expect(told(`${'203.0.113.7, '.repeat(500)}198.51.100.1`, 1)).toBe('198.51.100.1');
    expect(told('<script>, ,,, 127.0.0.1,198.51.100.1', 1)).toBe('198.51.100.1');
  });

  test.each([
    ['198.51.100.1:50123', '198.51.100.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:50123', '2001:db8::1'],
    ['::ffff:198.51.100.1', '::ffff:198.51.100.1'],
    [' \t198.51.100.1 \t', '198.51.100.1'],
  ])('%j is %s', (entry, address) => expect(told(`203.0.113.7,${entry}`, 1)).toBe(address));

  test.each([
    undefined,
    '',
    ' ',
    'unknown',
    '_hidden',
    'localhost',
    '198.51.100',
    '198.51.100.256',
    '198.51.100.1:',
    '198.51.100.1:port',
    '198.51.100.1:123456',
    '[198.51.100.1]',
    '[2001:db8::1',
    '[2001:db8::1]50123',
    '2001:db8::1::2',
    '198.51.100.1;',
    '"198.51.100.1"',
    'for=198.51.100.1',
    '__proto__',
    '198.51.100.1,',
  ])('%j is no address: the peer counts', (forwarded) => expect(told(forwarded, 1)).toBe(PEER));
});

describe('behind two proxies', () => {
  test('the second entry from the right is the client’s', () => {
    expect(told('198.51.100.1, 10.0.0.1', 2)).toBe('198.51.100.1');
    expect(told('203.0.113.7, 198.51.100.1, 10.0.0.1', 2)).toBe('198.51.100.1');
  });

  test('too few entries are none: who goes past the outer proxy can’t choose an address', () => {
    expect(told('203.0.113.7', 2)).toBe(PEER);
    expect(told(undefined, 2)).toBe(PEER);
  });

  test('garbage in the place that counts is not made up for by another entry', () => {
    expect(told('203.0.113.7, unknown, 10.0.0.1', 2)).toBe(PEER);
  });
});

describe('the rate of one address', () => {
  /** Publishes as if through a proxy, until one message is refused. @returns the statuses. */
  async function burst(url: string, token: string, forwarded: readonly string[]): Promise<number[]> {
    const client = await connectRaw(url);
    const statuses: number[] = [];
    for (const [index, address] of forwarded.entries()) {
      const headers = { ...postHeaders(token), 'X-Forwarded-For': address };
      const body = JSON.stringify({ id: `${address.replaceAll(/\W/g, '')}-${index}`, text: 'text' });
      client.request('POST', '/v1/messages', headers, body);
      const { status, body: answer } = await client.response();
      if (status !== 201) expect([status, codeOf({ text: answer })]).toEqual([429, 'rate-limited']);
      statuses.push(status);
    }
    return statuses;
  }

  // A burst is five seconds' worth. Many more are asked for, so that slowness alone can't let all of them pass.
  const MANY = 400;
  const same = (address: string) => Array<string>(MANY).fill(address);
  const spoofed = Array.from({ length: MANY }, (_, index) => `203.0.113.${index % 250}`);

  test('is that of the TCP peer, where no proxy is trusted: a header changes nothing', async () => {
    const lab = await startLab({ addressPublishRate: 1 });
    const { token } = await join(lab);
    expect(await burst(lab.url, token, spoofed)).toContain(429);
  });

  test('behind a proxy is that of each client, and one client can’t use up another’s', async () => {
    const lab = await startLab({ addressPublishRate: 1, trustProxy: 1, publishRate: 0 });
    const { token } = await join(lab);
    expect(await burst(lab.url, token, same('198.51.100.1'))).toContain(429);
    expect(await burst(lab.url, token, ['198.51.100.2', '198.51.100.2'])).toEqual([201, 201]);
  });

  test('behind a proxy does not grow by entries that the client made up', async () => {
    const lab = await startLab({ addressPublishRate: 1, trustProxy: 1, publishRate: 0 });
    const { token } = await join(lab);
    const entries = spoofed.map((address) => `${address}, 198.51.100.1`);
    expect(await burst(lab.url, token, entries)).toContain(429);
  });

  test('behind a proxy is that of the handshake for a WebSocket', async () => {
    const lab = await startLab({ addressPublishRate: 1, trustProxy: 1, publishRate: 0 });
    const { token } = await join(lab);
    const open = async (address: string) => {
      const { frames, send } = await openSocket(lab, '?history=0', { headers: { 'X-Forwarded-For': address } });
      send({ type: 'authenticate', token });
      return (id: string) => {
        send({ type: 'publish', id, text: 'text' });
        return frames.until(({ type }) => type === 'receipt' || type === 'error');
      };
    };
    const [first, second] = [await open('203.0.113.7, 198.51.100.1'), await open('198.51.100.2')];
    const types = new Set<string>();
    for (let i = 0; i < MANY; i += 1) types.add((await first(`first-${i}`)).type);
    expect(types).toEqual(new Set(['receipt', 'error']));
    expect((await second('second')).type).toBe('receipt');
  });
});

test('behind a proxy the limit of connections per address is off, since all come from the proxy', async () => {
  const lab = await startLab({ maxConnectionsPerAddress: 1, trustProxy: 1 });
  const clients = [await connectRaw(lab.url), await connectRaw(lab.url), await connectRaw(lab.url)];
  for (const client of clients) {
    client.request('GET', '/v1/presence');
    expect((await client.response()).status).toBe(200);
  }
});

describe('a network, for limits', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
