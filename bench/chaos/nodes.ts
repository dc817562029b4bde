// What several labs of one room need beside their Redis: HAProxy before them, one after the other in turn.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from '../../server/command/installed.ts';
import { startProgram } from '../load/program.ts';
import { missingRedis } from '../load/redis.ts';
import { findPort, type RestartableLab } from '../load/restartable-lab.ts';

/** @returns what is missing for a run on redis, as a sentence; null: nothing. */
export function missingProgram(): string | null {
  const missing =
    missingRedis() ?? (isInstalled('haproxy', '-v') ? null : 'needs haproxy, which is not installed here');
  return missing === null ? null : `--store redis ${missing}`;
}

export interface Balancer {
  readonly origin: string;
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** Each connection goes to the next lab that lives. */
export async function startBalancer(folder: string, labs: readonly RestartableLab[]): Promise<Balancer> {
  const port = await findPort();
  const servers = labs.map(
    ({ directOrigin }, index) => `  server node${index + 1} ${new URL(directOrigin).host} check`,
  );
  const config = [
    'defaults',
    '  mode http',
    '  option http-no-delay',
    '  option redispatch',
    '  timeout connect 1s',
    '  timeout client 1h',
    '  timeout server 1h',
    'listen room',
    `  bind 127.0.0.1:${port}`,
    '  balance roundrobin',
    '  default-server inter 200ms fall 1 rise 1',
    ...servers,
    '',
  ];
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, config.join('\n'));
  const program = await startProgram('haproxy', ['-db', '-q', '-f', file], port);
  return { origin: `http://127.0.0.1:${port}`, ended: program.ended, stop: () => program.kill() };
}
