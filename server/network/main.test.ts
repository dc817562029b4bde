// The proxy as a process: what it prints, how it is steered, and that it is never left behind.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../project-root.ts';
import type { ControlReply } from './control.ts';
import { connectTo, Endpoint, eventually, gone, startLink } from './testing/link.ts';

const SCRIPT = join(projectRoot(), 'dist/server/network/main.js');

/** Resolves with what a process that ends by itself printed, and how it ended. */
async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => {
    said.stdout += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    said.stderr += text.toString();
  });
  await once(child, 'close');
  return { code: child.exitCode, ...said };
}

/** Resolves with the address in the line that says that a process is ready. */
async function ready(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('its output must be piped');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listening on (http:\/\/\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('it ended without a word');
}

function startAlone(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A proxy with an IPC channel, and a way to ask it. */
function startSteered(...args: string[]) {
  const child = fork(SCRIPT, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ask = (message: object): Promise<ControlReply> =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.send(message);
    });
  return { child, ask };
}

describe('the proxy as a process', () => {
  it('prints its help', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--target HOST:PORT');
  });

  it('ends with 2 and says why where its command line is wrong', async () => {
    const { code, stderr } = await run('--target', '127.0.0.1:1', '--speed', '3');
    expect(code).toBe(2);
    expect(stderr).toContain('--speed');
    expect(stderr).not.toContain('    at ');
  });

  it('ends with 1 and says why where its port is in use', async () => {
    const { proxy } = await startLink();
    const { code, stderr } = await run('--target', '127.0.0.1:1', '--port', new URL(proxy.url).port);
    expect(code).toBe(1);
    expect(stderr).toContain('is in use');
    expect(stderr).not.toContain('    at ');
  });

  it('passes bytes on to its target, impaired from the start, and ends in good order at SIGTERM', async () => {
    const link = await startLink();
    const { host } = new URL(link.proxy.url);
    const child = startAlone('--target', host, '--impairments', '{"serverToClient": {"cutAfterBytes": 4}}');
    const client = new Endpoint(await connectTo(await ready(child)));
    client.socket.write('hi');
    await eventually(() => link.accepted.length === 1);
    await link.accepted[0]?.bytes(2);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    await client.until(() => client.ended || client.closed);
  });

  it('does what its parent asks for, answers with the request’s id, and ignores what is not for it', async () => {
    const link = await startLink();
    const { child, ask } = startSteered('--target', new URL(link.proxy.url).host, '--seed', '9');
    const url = await ready(child);
    for (const message of [17, { question: 1 }, { id: 'one', stats: true }, { id: 1 }]) child.send(message);
    expect(await ask({ id: 1, stats: true })).toMatchObject({
      id: 1,
      state: { url, seed: 9, impairments: {}, open: 0 },
    });
    const impairments = { serverToClient: { delayMs: 1.5 }, seed: 4 };
    expect(await ask({ id: 2, set: impairments })).toMatchObject({ id: 2, state: { impairments, seed: 4 } });
    expect(await ask({ id: 3, set: { delay: 1 } })).toEqual({ id: 3, error: expect.stringContaining('not delay') });
    const client = new Endpoint(await connectTo(url));
    client.socket.write('x');
    await eventually(() => link.accepted.length === 1);
    await link.accepted[0]?.bytes(1);
    expect(await ask({ id: 4, cutAll: true })).toMatchObject({ id: 4, state: { cuts: 1 } });
    await client.until(() => client.closed);
  });

  it('ends when its parent lets go of it', async () => {
    const { child } = startSteered('--target', '127.0.0.1:1');
    await ready(child);
    child.disconnect();
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });

  it('ends when its parent is killed', async () => {
    const parentScript = `
      const { fork } = require('node:child_process');
      fork(process.argv[1], ['--target', '127.0.0.1:1'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });`;
    const parent = spawn(process.execPath, ['-e', parentScript, SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await ready(parent);
    parent.kill('SIGKILL');
    await gone(url);
  });
});
