// A lab that others come to: by a name of its own, through a proxy in front, or at every address of this machine.
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { LabConfig } from './config.ts';
import { howToOpen } from './how-to-open.ts';
import { ask, codeOf, parsed, startLab } from './testing/lab.ts';
import { ready, start } from './testing/server-process.ts';

describe('the lab’s controls', () => {
  const CONTROLS = ['/v1/lab/network', '/v1/lab/trace', '/v1/lab/websocket-echo'];

  test.each<[string, Partial<LabConfig>, boolean]>([
    ['on this machine alone', {}, true],
    ['with a name of its own', { allowHost: ['lab.example'] }, false],
    ['behind a proxy', { trustProxy: 1 }, false],
    ['at every address', { host: '0.0.0.0' }, false],
    ['behind a proxy, asked for by name', { trustProxy: 1, allowHost: ['lab.example'], labControls: 'on' }, true],
    ['on this machine alone, and off by name', { labControls: 'off' }, false],
  ])('%s: %j: %s', async (_where, config, on) => {
    const lab = await startLab(config);
    for (const path of CONTROLS) {
      const { status } = await ask({ ...lab, url: lab.url.replace('0.0.0.0', '127.0.0.1') }, 'OPTIONS', path);
      expect([path, status]).toEqual([path, on ? 204 : 404]);
    }
  });
});

describe('a proxy that rewrites Host', () => {
  const refusal = async (headers: Record<string, string>) => {
    const lab = await startLab();
    const answer = await ask(lab, 'POST', '/v1/join', { headers: { Origin: 'https://lab.example', ...headers } });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'origin-not-allowed']);
    return parsed<{ detail: string }>(answer.text).detail;
  };

  test('is told to pass it on, where the browser says whose page it is', async () => {
    const detail = await refusal({ 'Sec-Fetch-Site': 'same-origin' });
    expect(detail).toMatch(/proxy_set_header Host \$http_host.*ProxyPreserveHost On.*--allow-host/);
    expect(detail).not.toContain('--allow-origin');
  });

  test('is told of beside the other remedy, where nobody knows', async () => {
    expect(await refusal({})).toMatch(/--allow-origin.*the lab’s own page, a proxy.*proxy_set_header/);
  });
});

describe('--host 0.0.0.0', () => {
  const FAST = ['--port', '0', '--store', 'memory', '--no-page-build', '--host', '0.0.0.0'];

  test('says which addresses work, and each of them does', async () => {
    const started = start(FAST);
    const { url } = await ready(started);
    const { port } = new URL(url);
    await expect.poll(started.stdout).toContain('Ctrl-C');
    const told = [...started.stdout().matchAll(/http:\/\/\S+/g)].map(([address]) => address).slice(1);
    const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const others = own.filter(({ internal, family }) => !internal && family === 'IPv4');
    expect(told).toEqual(
      ['127.0.0.1', ...others.map(({ address }) => address)].map((host) => `http://${host}:${port}`),
    );
    for (const address of told) {
      expect((await fetch(`${address}/readyz`)).status).toBe(200);
      // As its own page would.
      const join = { method: 'POST', headers: { Origin: address, 'Content-Type': 'application/json' }, body: '{}' };
      expect((await fetch(`${address}/v1/join`, join)).status).toBe(201);
    }
  });

  test('in words', () => {
    expect(howToOpen('http://0.0.0.0:8080', '0.0.0.0', ['192.168.1.5', '10.0.0.5'])).toEqual([
      'Open it in a browser: http://127.0.0.1:8080',
      'On other devices: http://192.168.1.5:8080 or http://10.0.0.5:8080',
      'Press Ctrl-C to stop.',
    ]);
    expect(howToOpen('http://[::]:80', '::', ['2001:db8::5'])).toEqual([
      'Open it in a browser: http://[::1]:80',
      'On other devices: http://[2001:db8::5]:80',
      'Press Ctrl-C to stop.',
    ]);
    expect(howToOpen('http://127.0.0.1:8080', '127.0.0.1')).toEqual(['Open it in a browser. Press Ctrl-C to stop.']);
  });
});
