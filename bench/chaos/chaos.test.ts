// Short runs of the whole thing, as `npm run chaos` makes them. What decides is the oracle, never how long it took.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { missingProgram } from './nodes.ts';

const MISSING = missingProgram();
const TIMEOUT_MS = 180_000;

interface Ended {
  readonly code: number | null;
  readonly output: string;
  /** What is left in its temporary folder. */
  readonly left: readonly string[];
}

/** @param onLine is told each line of progress, with a function that sends a signal. */
function chaos(
  args: readonly string[],
  onLine?: (line: string, kill: (signal: NodeJS.Signals) => void) => void,
  env: Readonly<Record<string, string>> = {},
) {
  const script = join(packageRoot(), 'dist/bench/chaos/main.js');
  const folder = mkdtempSync(join(tmpdir(), 'chaos-test-'));
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder, ...env },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output += `${line}\n`;
      onLine?.(line, (signal) => child.kill(signal));
    });
  }
  return new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, output, left: readdirSync(folder) })),
  );
}

describe('npm run chaos', () => {
  it(
    'finds every promise kept on the durable store, through kills, restarts and cuts',
    async () => {
      const { code, output, left } = await chaos(['--seconds', '12', '--seed', '5']);
      expect(output).toContain('Every promise was kept.');
      expect(output).toMatch(/[1-9]\d* kills? .*restart/);
      expect(code).toBe(0);
      expect(left).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.skipIf(MISSING !== null)(
    `finds them kept by three nodes on one Redis, which are all killed${MISSING === null ? '' : ` (skipped: ${MISSING})`}`,
    async () => {
      const { code, output, left } = await chaos(['--seconds', '12', '--seed', '5', '--store', 'redis']);
      expect(output).toContain('Every promise was kept.');
      expect(output).toMatch(/[1-9]\d* kills? \(.*[1-9]\d* kills? of Redis/s);
      expect(code).toBe(0);
      expect(left).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('says what is missing where Redis is not installed, or HAProxy', async () => {
    const said = async (PATH: string) => {
      const { code, output } = await chaos(['--store', 'redis'], undefined, { PATH });
      return [code, output.split('\n')[0]];
    };
    expect(await said('')).toEqual([2, '--store redis needs redis-server, which is not installed here']);
    const folder = mkdtempSync(join(tmpdir(), 'chaos-path-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    // Whatever answers is taken for it.
    symlinkSync(process.execPath, join(folder, 'redis-server'));
    expect(await said(folder)).toEqual([2, '--store redis needs haproxy, which is not installed here']);
  });

  it.each(MISSING === null ? ['sqlite', 'redis'] : ['sqlite'])(
    'ends cleanly on Ctrl-C, in the midst of the faults, on %s',
    async (store) => {
      let interrupted = false;
      const { code, output, left } = await chaos(['--seconds', '60', '--store', store], (line, kill) => {
        if (interrupted || !line.includes('receipts')) return;
        interrupted = true;
        kill('SIGINT');
      });
      expect(output).toContain('Interrupted');
      expect(code).toBe(130);
      expect(left).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('tells its flags, and what is none', async () => {
    expect(await chaos(['--help'])).toMatchObject({ code: 0, output: expect.stringContaining('--minutes') });
    expect(await chaos(['--hours', '2'])).toMatchObject({ code: 2, output: expect.stringContaining('--hours') });
  });
});
