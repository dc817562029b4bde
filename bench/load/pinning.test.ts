import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { coresOf, openPinning } from './pinning.ts';

it('cores are read from a list with ranges', () => {
  expect(coresOf('0-2,5')).toEqual([0, 1, 2, 5]);
  expect(coresOf('3')).toEqual([3]);
});

describe('pinning', () => {
  /** @returns a process that does nothing; it ends with the test. */
  async function sleeper(): Promise<number> {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    onTestFinished(() => void child.kill('SIGKILL'));
    return child.pid as number;
  }
  const coresUsed = (pid: number) =>
    coresOf(
      execFileSync('taskset', ['-cp', `${pid}`], { encoding: 'utf8' })
        .split(': ')[1]
        ?.trim() ?? '',
    );

  it('keeps server and bench to different cores, and lets the bench go again; or says that it can’t', async () => {
    const [bench, server] = [await sleeper(), await sleeper()];
    const pinning = await openPinning([bench]);
    await pinning.pinServer(server);
    if (pinning.cores === null) return;
    const before = [...pinning.cores.server, ...pinning.cores.bench].toSorted((a, b) => a - b);
    expect(coresUsed(server)).toEqual(pinning.cores.server);
    expect(coresUsed(bench)).toEqual(pinning.cores.bench);
    expect(pinning.cores.bench).not.toContain(pinning.cores.server[0]);
    await pinning.close();
    expect(coresUsed(bench)).toEqual(before);
  });
});
