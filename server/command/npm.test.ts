// The commands as people start them, by npm, and what becomes of them when npm is told to stop.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { projectRoot } from '../project-root.ts';
import { labAt } from '../testing/server-process.ts';
import { openSocket, openSse } from '../testing/streams.ts';

const OBSERVING = { timeout: 60_000, interval: 20 };
const TIMEOUT_MS = 120_000;
/** One that npm's shell lives on beside, and one that replaces itself; npm behaves differently under each. */
const SHELLS = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', 'exit']).status === 0);

interface NpmRun {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Whether any process is left of npm, its shell and what they started. */
  isAlive(): boolean;
  /** As a terminal's Ctrl-C: to every process. */
  interruptAll(): void;
}

/** In a process group of its own; it ends with the test. */
function npm(shell: string, ...args: string[]): NpmRun {
  const child = spawn('npm', args, {
    cwd: projectRoot(),
    detached: true,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], npm_config_script_shell: shell },
  });
  const group = child.pid as number;
  const tell = (signal: NodeJS.Signals | 0): boolean => {
    try {
      return process.kill(-group, signal);
    } catch {
      return false; // Nobody is left in it.
    }
  };
  onTestFinished(() => void tell('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return { child, said: () => said, isAlive: () => tell(0), interruptAll: () => void tell('SIGINT') };
}

async function untilSaid({ said }: NpmRun, what: RegExp): Promise<string> {
  return vi.waitFor(() => {
    const [, found] = what.exec(said()) ?? [];
    if (found === undefined) throw new Error(`not yet: ${said()}`);
    return found;
  }, OBSERVING);
}

describe.each(SHELLS)('npm start, where npm’s shell is %s', (shell) => {
  test.each([
    ['SIGTERM to npm alone', ({ child }: NpmRun) => void child.kill('SIGTERM')],
    ['Ctrl-C', ({ interruptAll }: NpmRun) => interruptAll()],
  ])(
    '%s: everybody is told goodbye once, the port is free, and no process is left',
    async (_, stop) => {
      const run = npm(shell, 'start', '--', '--port', '0', '--store', 'memory', '--no-page-build');
      const url = await untilSaid(run, /listening on (http:\S+)/);
      const stream = await openSse(labAt(url));
      const socket = await openSocket(labAt(url));
      await Promise.all([stream.events.next(), socket.frames.next()]);
      stop(run);
      await stream.closed;
      expect(await socket.closed).toMatchObject({ code: 1001 });
      expect(stream.events.all.filter(({ event }) => event === 'bye')).toHaveLength(1);
      expect(socket.frames.all.filter(({ type }) => type === 'bye')).toHaveLength(1);
      await vi.waitFor(() => expect(run.isAlive()).toBe(false), OBSERVING);
      await expect(fetch(url)).rejects.toThrow();
    },
    TIMEOUT_MS,
  );
});

test.each(SHELLS)(
  'npm run bench, where npm’s shell is %s: at SIGTERM to npm what is finished is kept, and no process is left',
  async (shell) => {
    const folder = mkdtempSync(join(tmpdir(), 'npm-bench-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const flags = ['--quick', '--no-docs', '--transports', 'websocket', '--scenarios', 'idle', '--out', folder];
    const run = npm(shell, 'run', 'bench', '--', ...flags);
    await untilSaid(run, /(of silence)/);
    run.child.kill('SIGTERM');
    await vi.waitFor(() => expect(run.isAlive()).toBe(false), OBSERVING);
    const file = join(folder, 'run.json');
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toContain('The run was interrupted');
  },
  TIMEOUT_MS,
);
