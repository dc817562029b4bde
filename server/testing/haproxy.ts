// A real HAProxy for tests, with a configuration of a test's own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isInstalled } from '../command/installed.ts';
import { temporaryFolder } from './temporary.ts';

/** Said in the name of what is skipped; null: it is there. */
export const NO_HAPROXY: string | null = isInstalled('haproxy', '-v') ? null : 'haproxy is not installed';

const FRAME = `global
  maxconn 2000
defaults
  timeout connect 1s
  timeout client 1h
  timeout server 1h
`;

/** Resolves when it accepts connections on the port, which the configuration names too; it ends with the test. */
export async function startHaproxy(config: string, port: number): Promise<void> {
  const file = join(temporaryFolder(), 'haproxy.cfg');
  writeFileSync(file, FRAME + config);
  const child: ChildProcess = spawn('haproxy', ['-db', '-q', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`haproxy ended with ${child.exitCode}: ${said}`);
    const socket = connect(port, '127.0.0.1');
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
