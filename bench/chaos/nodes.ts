// Several labs with one room: a Redis that can be killed as they can, and HAProxy before them, one after the other in turn.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from '../../server/command/installed.ts';
import { type Program, startProgram } from '../load/program.ts';
import { findPort, type RestartableLab } from '../load/restartable-lab.ts';
import type { Scope } from '../load/scope.ts';

/** @returns what is missing for a run on redis, as a sentence; null: nothing. */
export function missingProgram(): string | null {
  for (const [program, question] of [
    ['redis-server', '--version'],
    ['haproxy', '-v'],
  ] as const) {
    if (!isInstalled(program, question)) return `--store redis needs ${program}, which is not installed here`;
  }
  return null;
}

export interface KillableRedis extends Pick<RestartableLab, 'end' | 'start'> {
  /** As the lab’s `--store`. */
  readonly store: string;
  stop(): Promise<void>;
}

/** Keeps its log in the folder, synced every second. */
export async function startRedis({ failWith }: Pick<Scope, 'failWith'>, folder: string): Promise<KillableRedis> {
  const port = await findPort();
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const start = async (): Promise<Program> => {
    const program = await startProgram('redis-server', [...place, '--appendonly', 'yes'], port);
    failWith(program.ended);
    return program;
  };
  let current = await start();
  return {
    store: `redis://127.0.0.1:${port}/0?room=chaos`,
    end: () => current.kill(),
    start: async () => {
      current = await start();
    },
    stop: () => current.kill(),
  };
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
