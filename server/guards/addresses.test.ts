import { describe, expect, test } from 'vitest';
import { createAddressGuard } from './addresses.ts';

const guard = (options: Partial<Parameters<typeof createAddressGuard>[0]> = {}) =>
  createAddressGuard({ host: '127.0.0.1', allowHost: [], allowOrigin: [], ...options });

describe('hosts', () => {
  test('an empty one is foreign, the first time and later', () => {
    const { hostAllowed } = guard();
    expect(hostAllowed('')).toBe(false);
    expect(hostAllowed('localhost')).toBe(true);
    expect(hostAllowed('')).toBe(false);
    expect(hostAllowed(':80')).toBe(false);
  });

  test('one that is foreign stays so after one that is allowed, and the other way round', () => {
    const { hostAllowed } = guard();
    expect(['localhost:1', 'evil.example', 'localhost:1', 'evil.example:1'].map(hostAllowed)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('the address that is bound to is allowed, of IPv6 in brackets', () => {
    expect(guard({ host: '192.0.2.7' }).hostAllowed('192.0.2.7:8080')).toBe(true);
    expect(guard({ host: '2001:db8::1' }).hostAllowed('[2001:DB8::1]:8080')).toBe(true);
    expect(guard({ host: '2001:db8::1' }).hostAllowed('2001:db8::1')).toBe(false);
  });
});

describe('bound to all addresses', () => {
  test.each(['0.0.0.0', '0', '::'])('%s: it goes by every address, and by no other name', (host) => {
    const { hostAllowed } = guard({ host });
    for (const address of ['192.168.1.5', '192.168.1.5:8080', '[2001:db8::5]:80', '8.8.8.8', '127.0.0.2:1']) {
      expect([address, hostAllowed(address)]).toEqual([address, true]);
    }
    const names = [
      'evil.example',
      '192.168.1.5.evil.example',
      '1.2.3',
      '0x7f000001',
      '2001:db8::5',
      '[evil]',
      '[::1',
      '',
    ];
    for (const name of names) expect([name, hostAllowed(name)]).toEqual([name, false]);
  });

  test('bound to one address it goes by no other', () => {
    expect(guard().hostAllowed('192.168.1.5')).toBe(false);
  });
});

describe('origins', () => {
  const { originOf } = guard({ allowOrigin: ['https://page.example'] });

  test.each([
    [null, 'same'],
    ['http://lab:8080', 'same'],
    ['https://lab:8080', 'same'],
    ['http://lab', 'foreign'],
    ['http://lab:8081', 'foreign'],
    ['ftp://lab:8080', 'foreign'],
    ['https://page.example', 'cross'],
    ['http://page.example', 'foreign'],
    ['https://page.example.evil.example', 'foreign'],
    ['null', 'foreign'],
    ['', 'foreign'],
  ])('%s is %s', (origin, kind) => expect(originOf(origin, 'lab:8080')).toBe(kind));

  test.each([
    ['https://lab', 'lab:443', 'same'],
    ['http://lab', 'lab:80', 'same'],
    ['http://lab', 'LAB', 'same'],
    ['http://lab', 'lab:', 'same'],
    ['http://[::1]', '[::1]:80', 'same'],
    ['https://lab:443', 'lab', 'same'],
    ['https://lab', 'lab:80', 'foreign'],
    ['http://lab', 'lab:443', 'foreign'],
    ['http://lab:80', 'lab:8080', 'foreign'],
    ['ftp://lab', 'lab:80', 'foreign'],
    ['http://lab', 'lab2:80', 'foreign'],
    ['http://lab/', 'lab:80', 'foreign'],
  ])('%s of Host %s is %s', (origin, host, kind) => expect(originOf(origin, host)).toBe(kind));
});
