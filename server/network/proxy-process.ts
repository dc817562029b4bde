// A proxy as a child process, steered through its IPC channel. It ends with whoever started it.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Target } from './connection.ts';
import type { ControlReply, ControlRequest } from './control.ts';
import type { ProxyState } from './proxy.ts';

/** A request without its id. */
export type Command = ControlRequest extends infer One ? (One extends ControlRequest ? Omit<One, 'id'> : never) : never;

export interface ProxyProcess {
  /** Resolves with how things are afterwards; rejects where the request is refused or the process has ended. */
  ask(command: Command): Promise<ProxyState>;
  /** Whether the process has ended. */
  readonly ended: boolean;
  /** Ends the process, by force where it takes long. Resolves when it is gone; may be called twice. */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 2000;

/**
 * Starts it on a free port; requests are answered once it listens.
 * @param root the project's folder, with `dist` in it.
 * @param host the address to bind to.
 * @param maxConnections at a time; 0: no limit.
 */
export function startProxyProcess(root: string, target: Target, host: string, maxConnections: number): ProxyProcess {
  const address = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const args = ['--target', address, '--host', host, '--max-connections', String(maxConnections)];
  const child = fork(join(root, 'dist/server/network/main.js'), args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A debugger or a loader of this process is not for the child.
    execArgv: [],
  });
  const asked = new Map<number, { resolve: (state: ProxyState) => void; reject: (reason: Error) => void }>();
  let said = '';
  let ended = false;
  let ids = 0;

  child.stderr?.on('data', (text: Buffer) => {
    // The first words of a failure are the ones that say why.
    if (said.length < 4096) said += text.toString();
  });
  child.on('message', (reply: ControlReply) => {
    const waiting = asked.get(reply.id);
    asked.delete(reply.id);
    if ('state' in reply) waiting?.resolve(reply.state);
    else waiting?.reject(new Error(reply.error));
  });
  const gone = new Promise<void>((resolve) => {
    const end = (how: string) => {
      ended = true;
      for (const { reject } of asked.values()) reject(new Error(`the impairment proxy ${how} ${said}`.trim()));
      asked.clear();
      resolve();
    };
    child.once('error', (error) => end(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => end(`ended (${signal ?? `exit code ${code}`}):`));
  });

  return {
    get ended() {
      return ended;
    },
    ask: (command) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(new Error('the impairment proxy has ended'));
        ids += 1;
        asked.set(ids, { resolve, reject });
        // Where this fails the process has ended, and 'close' rejects.
        child.send({ id: ids, ...command }, () => undefined);
      }),
    stop: () => end(child, gone),
  };
}

async function end(child: ChildProcess, gone: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
}
