// The server as a process of its own, for tests.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import { projectRoot } from '../project-root.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts the built server with these flags; it ends with the test. */
export function start(args: readonly string[], env: Record<string, string> = {}): Started {
  return startProgram(join(projectRoot(), 'dist', 'server', 'main.js'), args, env);
}

/** Starts a program that Node runs; it ends with the test. */
export function startProgram(main: string, args: readonly string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env['PATH'], ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return { child, stdout: () => output.stdout, stderr: () => output.stderr, exited };
}

/** Resolves with the URL of the line that says it is ready. */
export async function ready({ stdout, stderr, exited }: Started): Promise<{ url: string }> {
  const failed = exited.then(({ code }) => Promise.reject(new Error(`it ended with ${code}: ${stderr()}`)));
  const line = vi.waitFor(() => {
    const [, url] = /listening on (http:\/\/\S+)\n/.exec(stdout()) ?? [];
    if (url === undefined) throw new Error('not ready yet');
    return { url };
  }, OBSERVING);
  return Promise.race([line, failed]);
}

/** What the helpers for tests need of a lab that runs elsewhere. */
export function labAt(url: string): LabServer {
  return { url, connections: 0, close: () => Promise.resolve() };
}
