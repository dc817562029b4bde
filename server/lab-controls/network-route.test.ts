import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import type { ProxyState } from '../network/proxy.ts';
import { connectTo, gone } from '../network/testing/link.ts';
import { projectRoot } from '../project-root.ts';
import { type Answer, ask, codeOf, join as joinRoom, parsed, post, startLab } from '../testing/lab.ts';
import { NETWORK_PATH } from './network-route.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

function put(lab: Pick<LabServer, 'url'>, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const options = { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) };
  return ask(lab as LabServer, 'PUT', NETWORK_PATH, options);
}

async function impaired(lab: LabServer, impairments: object): Promise<ProxyState> {
  const { status, text } = await put(lab, impairments);
  expect([status, text]).toEqual([200, text]);
  return parsed(text);
}

describe('PUT /v1/lab/network', () => {
  it('answers with the address of an impaired lab, over which the lab works', async () => {
    const lab = await startLab({ store: 'memory' });
    const { url, impairments } = await impaired(lab, { serverToClient: { delayMs: 20 }, seed: 3 });
    expect(impairments).toEqual({ serverToClient: { delayMs: 20 }, seed: 3 });
    const through = { ...lab, url };
    const { token } = await joinRoom(through);
    const startedAt = process.hrtime.bigint();
    const { status } = await post(through, token, 'from afar', { query: '?via=short-polling' });
    expect(status).toBe(201);
    expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeGreaterThanOrEqual(20);
    const state = parsed<ProxyState>((await ask(lab, 'GET', NETWORK_PATH)).text);
    expect(state).toMatchObject({ url, seed: 3, connections: 2, cuts: 0 });
    expect(state.serverToClient.bytes).toBeGreaterThan(0);
  });

  it('lets a page that was loaded from there use the lab', async () => {
    const lab = await startLab({ store: 'memory' });
    const { url } = await impaired(lab, {});
    expect((await ask({ ...lab, url }, 'GET', '/v1/presence', { headers: { Origin: url } })).status).toBe(200);
  });

  it('keeps the address when it changes the impairments', async () => {
    const lab = await startLab({ store: 'memory' });
    const [one, other] = await Promise.all([impaired(lab, {}), impaired(lab, { blackhole: true })]);
    expect(other.url).toBe(one.url);
    const third = await impaired(lab, { serverToClient: { cutAfterBytes: 0 } });
    expect(third.url).toBe(one.url);
    await expect(ask({ ...lab, url: one.url }, 'GET', '/healthz')).rejects.toThrow('ECONNRESET');
  });

  it('refuses what is no impairment, and says what would be right', async () => {
    const lab = await startLab({ store: 'memory' });
    const answer = await put(lab, { serverToClient: { delayMs: -3 } });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-body']);
    expect(answer.text).toContain('must be a number from 0 to 60000, in ms');
    const noJson = await ask(lab, 'PUT', NETWORK_PATH, { headers: JSON_TYPE, body: '{' });
    expect([noJson.status, codeOf(noJson)]).toEqual([400, 'invalid-body']);
    expect((await ask(lab, 'PUT', NETWORK_PATH, { body: '{}' })).status).toBe(415);
  });

  it('is kept from pages of other sites, and from other names', async () => {
    const lab = await startLab({ store: 'memory' });
    expect((await put(lab, {}, { Origin: 'http://evil.example' })).status).toBe(403);
    expect((await put(lab, {}, { Host: 'evil.example' })).status).toBe(421);
    expect((await ask(lab, 'POST', NETWORK_PATH)).headers['allow']).toBe('GET, PUT, DELETE, OPTIONS');
    expect(parsed((await ask(lab, 'GET', NETWORK_PATH)).text)).toEqual({ url: null, impairments: {} });
  });

  it('is not there where lab controls are off', async () => {
    const lab = await startLab({ labControls: 'off', store: 'memory' });
    expect((await put(lab, {})).status).toBe(404);
    for (const method of ['GET', 'DELETE']) expect((await ask(lab, method, NETWORK_PATH)).status).toBe(404);
  });
});

describe('GET and DELETE /v1/lab/network', () => {
  it('say that there is no proxy before it is asked for', async () => {
    const lab = await startLab({ store: 'memory' });
    for (const method of ['GET', 'DELETE']) {
      const { status, text, headers } = await ask(lab, method, NETWORK_PATH);
      expect([status, parsed(text)]).toEqual([200, { url: null, impairments: {} }]);
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('clear the impairments, and keep the address for who uses it', async () => {
    const lab = await startLab({ store: 'memory' });
    const { url } = await impaired(lab, { refuse: true });
    await expect(ask({ ...lab, url }, 'GET', '/healthz')).rejects.toThrow('ECONNRESET');
    const cleared = parsed<ProxyState>((await ask(lab, 'DELETE', NETWORK_PATH)).text);
    expect(cleared).toMatchObject({ url, impairments: {}, refused: 1 });
    expect((await ask({ ...lab, url }, 'GET', '/healthz')).status).toBe(200);
  });
});

describe('the proxy of a lab', () => {
  it('is gone once the lab has closed', async () => {
    const lab = await startLab({ store: 'memory' });
    const { url } = await impaired(lab, {});
    await lab.close();
    await expect(connectTo(url)).rejects.toThrow('ECONNREFUSED');
  });

  it('is gone after a kill of the lab', async () => {
    const root = projectRoot();
    const flags = ['--port', '0', '--store', 'memory', '--no-page-build'];
    const server = spawn(process.execPath, [join(root, 'dist/server/main.js'), ...flags], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void server.kill('SIGKILL'));
    for await (const line of createInterface({ input: server.stdout })) {
      const labUrl = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (labUrl === undefined) continue;
      const { url } = parsed<ProxyState>((await put({ url: labUrl }, {})).text);
      (await connectTo(url)).destroy();
      server.kill('SIGKILL');
      return gone(url);
    }
    throw new Error('the lab did not start');
  });

  it('is started anew where it has been killed', async () => {
    const lab = await startLab({ store: 'memory' });
    const { pid } = await impaired(lab, {});
    process.kill(pid, 'SIGKILL');
    let text = '';
    while (!text.includes('null')) ({ text } = await ask(lab, 'GET', NETWORK_PATH));
    const { url } = await impaired(lab, {});
    expect((await ask({ ...lab, url }, 'GET', '/healthz')).status).toBe(200);
  });
});
