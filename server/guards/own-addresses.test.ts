import { describe, expect, test } from 'vitest';
import { addressesForOthers, isAnyAddress, isLoopback, reachableHost } from './own-addresses.ts';

describe('loopback', () => {
  test.each([
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.8.9.1',
    '127.1',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
  ])('%s is', (host) => expect(isLoopback(host)).toBe(true));

  test.each([
    'localhost.evil.example',
    'localhost2',
    'my.localhost',
    '127.evil.example',
    '127.0.0.1.evil.example',
    '0.0.0.0',
    '::',
    '::1:1',
    '::ffff:8.8.8.8',
    '192.168.1.5',
    'lab.example',
  ])('%s is not', (host) => expect(isLoopback(host)).toBe(false));
});

test.each([
  ['0.0.0.0', true, '127.0.0.1'],
  ['0', true, '127.0.0.1'],
  ['::', true, '::1'],
  ['0:0:0:0:0:0:0:0', true, '::1'],
  ['::1', false, '::1'],
  ['192.168.1.5', false, '192.168.1.5'],
  ['lab.example', false, 'lab.example'],
])('%s stands for all addresses: %s; it is reached at %s', (host, any, reached) => {
  expect([isAnyAddress(host), reachableHost(host)]).toEqual([any, reached]);
});

test('others reach what is bound to all at every address but those of this machine or of one link alone', () => {
  const address = (family: 'IPv4' | 'IPv6', text: string, internal = false) =>
    ({ family, address: text, internal, netmask: '', mac: '', cidr: null, scopeid: 0 }) as const;
  const interfaces = {
    lo: [address('IPv4', '127.0.0.1', true), address('IPv6', '::1', true)],
    eth0: [address('IPv4', '192.168.1.5'), address('IPv6', 'fe80::1'), address('IPv6', '2001:db8::5')],
    none: undefined,
  };
  expect(addressesForOthers('0.0.0.0', interfaces)).toEqual(['192.168.1.5']);
  expect(addressesForOthers('::', interfaces)).toEqual(['192.168.1.5', '2001:db8::5']);
});
