// What people copy is run as they would run it: by a shell, and by Node.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLab } from '../../../../server/testing/lab.ts';
import { createPublisher, numbers } from '../../../testing/lab.ts';
import { transports } from '../../../transports/index.ts';
import { type Snippet, snippetOf } from './snippets.ts';

const SETTINGS = { pollIntervalMs: 200, waitSeconds: 30, heartbeatSeconds: 15 };
/** Node 20 has its WebSocket behind a flag. */
const NODE_FLAGS = Number(process.versions.node.split('.')[0]) < 22 ? ['--experimental-websocket'] : [];

function canCurl(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function snippetFor(transport: string, url: string): Snippet {
  const found = snippetOf(transport, url, SETTINGS);
  if (found === null) throw new Error(`nothing is written for ${transport}`);
  return found;
}

/** Publishes until the program has printed some, and holds what it printed against what it was to: all, once, in order. */
async function expectToFollow(url: string, program: ChildProcess): Promise<void> {
  let output = '';
  let complaints = '';
  program.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString('latin1');
  });
  program.stderr?.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  onTestFinished(() => {
    if (program.pid !== undefined) process.kill(-program.pid, 'SIGKILL');
  });
  const { publish } = await createPublisher(url);
  let published = 0;
  const seen = () => [...output.matchAll(/said (\d+)\./g)].map(([, number]) => Number(number));
  const talk = async () => {
    published += 1;
    await publish(`said ${published}.`);
    return seen().length;
  };
  await expect.poll(talk, { timeout: 20_000, interval: 50 }).toBeGreaterThan(3);
  await expect.poll(() => seen().at(-1), { timeout: 20_000 }).toBe(published);
  const [first = 0] = seen();
  expect(seen()).toEqual(numbers(first, published));
  expect(complaints).toBe('');
}

describe.each(transports.map(({ name }) => name))('%s, as it is copied', (name) => {
  it.skipIf(!canCurl())('follows the room by curl', async () => {
    const { url } = await startLab({ publishRate: 0, addressPublishRate: 0 });
    const { curl } = snippetFor(name, url);
    await expectToFollow(url, spawn('sh', ['-c', curl], { detached: true }));
  });

  it('follows the room as JavaScript of about a dozen lines', async () => {
    const { url } = await startLab({ publishRate: 0, addressPublishRate: 0 });
    const { javascript } = snippetFor(name, url);
    expect(javascript.split('\n').length).toBeLessThan(21);
    const flags = [...NODE_FLAGS, '--no-warnings', '--input-type=module', '--eval', javascript];
    await expectToFollow(url, spawn(process.execPath, flags, { detached: true }));
  });
});
