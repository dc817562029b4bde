// Starts a server as a process of its own, waits until it listens, and never leaves it behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../package-root.ts';
import type { ProcessFigures, Question } from './child-side.ts';

export interface ChildServer {
  /** `http://HOST:PORT`. */
  readonly origin: string;
  /** @returns the process's CPU time so far, in microseconds. */
  cpuUs(): Promise<number>;
  /** @returns the same, and when the process told it: however late the answer is heard, the two belong together. */
  cpuReading(): Promise<Pick<ProcessFigures, 'at' | 'cpuUs'>>;
  /** Collects garbage first. @returns the process's resident memory. */
  rssBytes(): Promise<number>;
  /** @returns the most resident memory that the process has had since its start. */
  peakRssBytes(): Promise<number>;
  /** Rejects when the process ends, with the last lines it said; never resolves. */
  readonly ended: Promise<never>;
  /** For signals of other kinds, and to talk to it through the IPC channel. */
  readonly process: ChildProcess;
  /** Ends the process, in good order or by force, and resolves once it is gone. May be called twice. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 6_000;
/** How many lines of what a server said are kept, for when it fails. */
const KEPT_LINES = 20;

/**
 * @param script path of the built program, below dist/. It must print a line with `listening on http://HOST:PORT` once
 *   it accepts connections.
 * @param args its flags.
 * @param nodeFlags those of Node itself.
 */
export async function startChildServer(
  script: string,
  args: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<ChildServer> {
  const root = packageRoot();
  const childSide = join(root, 'dist/bench/load/child-side.js');
  const child = spawn(process.execPath, [...nodeFlags, '--import', childSide, join(root, 'dist', script), ...args], {
    cwd: root,
    // The lab can be configured by environment variables too; a run must not depend on them.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LAB_'))),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C goes to the bench alone, which then stops its servers in good order.
    detached: true,
  });
  const said: string[] = [];
  const closed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, killedBy) => resolve(`ended with ${killedBy ?? `exit code ${code}`}`));
  });
  const ended = closed.then((how): never => {
    throw new Error([`${script} ${how}`, ...said].join('\n  '));
  });
  // Whoever waits for it is told; that nobody does is no error.
  ended.catch(() => undefined);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
  };
  try {
    const origin = await Promise.race([listening(child, said), ended]);
    const figures = (collect: boolean) => Promise.race([askFigures(child, collect), ended]);
    return {
      origin,
      cpuReading: () => figures(false),
      cpuUs: async () => (await figures(false)).cpuUs,
      rssBytes: async () => (await figures(true)).rssBytes,
      peakRssBytes: async () => (await figures(false)).peakRssBytes,
      ended,
      process: child,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(child: ChildProcess, said: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(['the server did not listen in time', ...said].join('\n  ')));
    }, START_TIMEOUT_MS);
    child.once('close', () => clearTimeout(timer));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        if (said.length > KEPT_LINES) said.shift();
        const origin = /listening on (http:\/\/[^\s"]+)/.exec(line)?.[1];
        if (origin === undefined) return;
        clearTimeout(timer);
        resolve(origin);
      });
    }
  });
}

let questions = 0;

function askFigures(child: ChildProcess, collect: boolean): Promise<ProcessFigures> {
  questions += 1;
  const question = questions;
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      const answer = message as ProcessFigures;
      if (answer.question !== question) return;
      child.off('message', onMessage);
      resolve(answer);
    };
    child.on('message', onMessage);
    child.send({ question, collect } satisfies Question);
  });
}
