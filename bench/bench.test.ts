// Short runs of the whole thing, as `npm run bench` makes them.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { processOf, readProcesses } from './others.ts';
import { packageRoot } from './package-root.ts';
import { parseRunFile, type Run } from './run/run-file.ts';

const TIMEOUT_MS = 120_000;
const SHORT = ['--quick', '--no-docs', '--transports', 'websocket', '--clients', '2', '--duration', '0.5'];

interface Bench {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** @param onProgress is told each line of progress. */
function bench(args: readonly string[], onProgress?: (line: string, child: ChildProcess) => void): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
  const script = join(packageRoot(), 'dist/bench/main.js');
  const out = args.includes('--compare') ? [] : ['--out', join(folder, 'run')];
  const child = spawn(process.execPath, [script, ...args, ...out], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      said[name] += `${line}\n`;
      if (name === 'stderr') onProgress?.(line, child);
    });
  }
  const ended = new Promise<Awaited<Bench['ended']>>((resolve) => {
    child.once('close', (code) => resolve({ code, ...said }));
  });
  return { child, folder: join(folder, 'run'), ended };
}

function readRun(folder: string): Run {
  return parseRunFile(readFileSync(join(folder, 'run.json'), 'utf8'));
}

function childrenOf(parent: number): number[] {
  return pairs().flatMap(([pid, of]) => (of === parent ? [pid] : []));
}

/** @returns all processes with their parents. Not every Linux has `ps`, and nothing else has /proc. */
function pairs(): [pid: number, parent: number][] {
  if (!existsSync('/proc/self/stat')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    return lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
  return readProcesses()
    .flatMap(processOf)
    .map(({ pid, parent }) => [pid, parent]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('npm run bench', () => {
  it(
    'leaves a valid run, its table, its summary and its report, and prints nothing but JSON where that was asked for',
    async () => {
      const { ended, folder } = bench([...SHORT, '--scenarios', 'steady', '--json', '-']);
      const { code, stdout, stderr } = await ended;
      expect(stderr).toContain('Delivery latency, ms');
      expect(code).toBe(0);
      const run = readRun(folder);
      expect(parseRunFile(stdout)).toEqual(run);
      expect(run.scenarios[0]?.lanes.map(({ transport, control }) => transport ?? control)).toEqual([
        'websocket',
        'bare-ws',
      ]);
      expect(run.scenarios[0]?.lanes[0]).toMatchObject({ missing: 0, ofControl: { control: 'bare-ws' } });
      expect(readdirSync(folder).sort()).toEqual(['report.html', 'run.csv', 'run.json', 'summary.md']);
    },
    TIMEOUT_MS,
  );

  it(
    'fails where a gate does not hold, and says by how much',
    async () => {
      const gates = ['--fail-on', 'websocket.steady.mean > 1us', '--fail-on', 'websocket.steady.missing > 0'];
      const { code, stdout } = await bench([...SHORT, '--scenarios', 'steady', ...gates]).ended;
      expect(stdout).toContain('websocket.steady.mean > 1us');
      expect(code).toBe(1);
    },
    TIMEOUT_MS,
  );

  it.each([
    [['--fail-on', 'nonsense'], /nonsense/],
    [['--compare', 'nowhere', 'neither'], /nowhere is no run/],
    [['--fail-on', 'websocket.steady.p99 > 1.2x baseline', '--baseline', 'nowhere'], /nowhere is no run/],
  ])('%j is a wrong flag before anything is measured', async (args, message) => {
    const { code, stderr } = await bench(args).ended;
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it(
    'interrupted, keeps what is finished',
    async () => {
      const { ended, folder } = bench([...SHORT, '--scenarios', 'steady,idle'], (line, child) => {
        if (line.includes('of silence')) child.kill('SIGINT');
      });
      const { code, stdout } = await ended;
      expect(code).toBe(130);
      expect(stdout).toContain('interrupted');
      const run = readRun(folder);
      expect(run.complete).toBe(false);
      expect(run.scenarios.map(({ name }) => name)).toEqual(['steady']);
      expect(readFileSync(join(folder, 'run.csv'), 'utf8')).toContain('steady');
    },
    TIMEOUT_MS,
  );

  it(
    'killed, leaves a valid run of what was finished, and no process behind',
    async () => {
      let children: number[] = [];
      const { ended, folder } = bench([...SHORT, '--scenarios', 'steady,idle'], (line, child) => {
        if (!line.includes('of silence') || child.pid === undefined) return;
        children = childrenOf(child.pid);
        child.kill('SIGKILL');
      });
      await ended;
      // A worker, the lab, and the empty lab beside it.
      expect(children.length).toBeGreaterThanOrEqual(3);
      while (children.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(readRun(folder).scenarios.map(({ name }) => name)).toEqual(['steady']);
    },
    TIMEOUT_MS,
  );
});
