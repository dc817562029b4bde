// A program of the system's as a child process: redis-server, HAProxy. Node's own children are child-server.ts's.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 15_000;
const LOOK_MS = 20;

export interface Program {
  /** Rejects where it ends without having been told to; never resolves. */
  readonly ended: Promise<never>;
  /** Ends it at once; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Resolves when it accepts connections on the port of loopback; rejects where it ends before that, or takes too long. */
export async function startProgram(program: string, args: readonly string[], port: number): Promise<Program> {
  // A group of its own: Ctrl-C goes to the bench alone.
  const child: ChildProcess = spawn(program, [...args], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  // It would not notice that nobody is there any more.
  const endToo = () => void child.kill('SIGKILL');
  process.once('exit', endToo);
  child.once('exit', () => process.off('exit', endToo));
  let isToEnd = false;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2000);
  });
  const gone = once(child, 'exit');
  const ended = gone.then(([code, signal]: unknown[]): Promise<never> => {
    if (isToEnd) return new Promise(() => undefined);
    throw new Error(`${program} ended with ${String(code ?? signal)} ${said}`.trim());
  });
  ended.catch(() => undefined);
  const kill = async () => {
    isToEnd = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await gone;
  };
  const until = performance.now() + START_TIMEOUT_MS;
  while (!(await Promise.race([accepts(port), ended]))) {
    if (performance.now() > until) {
      await kill();
      throw new Error(`${program} does not accept connections ${said}`.trim());
    }
    await sleep(LOOK_MS);
  }
  return { ended, kill };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => tell(true));
    socket.once('error', () => tell(false));
  });
}
