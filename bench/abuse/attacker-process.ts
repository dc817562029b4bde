// The attacker as a child process: it never outlives the bench, and tells what it did when it is stopped.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import type { AttackerDone, AttackerOrder } from './attacker/orders.ts';

/** Ms that it may take to stop, before it is ended by force. */
const STOP_TIMEOUT_MS = 60_000;

export interface AttackerProcess {
  /** Rejects when it ends by itself, with what it said; never resolves. */
  readonly ended: Promise<never>;
  /** Stops all attacks. Resolves with what they did when every connection is closed; rejects where it can't tell. */
  finish(): Promise<AttackerDone>;
  /** Ends it at once. May be called twice. */
  stop(): Promise<void>;
}

export function startAttacker(order: AttackerOrder): AttackerProcess {
  const root = packageRoot();
  const childSide = join(root, 'dist/bench/load/child-side.js');
  const child = fork(join(root, 'dist/bench/abuse/attacker/main.js'), [JSON.stringify(order)], {
    execArgv: ['--import', childSide],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C goes to the bench alone.
    detached: true,
  });
  let said = '';
  let done: AttackerDone | null = null;
  child.stderr?.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-2000);
  });
  child.on('message', (message) => {
    if (typeof message === 'object' && message !== null && 'counts' in message) done = message as AttackerDone;
  });
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  let finishing = false;
  const ended = gone.then((): Promise<never> => {
    if (finishing) return new Promise<never>(() => undefined);
    throw new Error(`the attacker ended: ${said.trim() || 'it does not say why'}`);
  });
  // Whoever waits for it is told; that nobody does is no error.
  ended.catch(() => undefined);

  const end = async (ms: number) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), ms);
    await gone;
    clearTimeout(timer);
  };
  return {
    ended,
    finish: async () => {
      finishing = true;
      if (child.connected) child.send({ stop: true });
      await end(STOP_TIMEOUT_MS);
      if (done === null) throw new Error(`the attacker did not tell what it did: ${said.trim()}`);
      return done;
    },
    stop: () => {
      finishing = true;
      return end(0);
    },
  };
}
