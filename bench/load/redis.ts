// A redis-server of the bench's own: on loopback, in the folder that it is given, which can be killed and started again.
import { isInstalled } from '../../server/command/installed.ts';
import { type Program, startProgram } from './program.ts';
import { findPort } from './restartable-lab.ts';
import type { Scope } from './scope.ts';

export interface OwnRedis {
  /** @returns a lab's `--store`. @param room rooms of different names share nothing else. */
  store(room: string): string;
  /** Ends it as `kill -9` does; resolves when it is gone. */
  end(): Promise<void>;
  /** Starts it again where it was; resolves when it accepts connections. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @returns what is missing for it, as a sentence's end; null: nothing. */
export function missingRedis(): string | null {
  return isInstalled('redis-server') ? null : 'needs redis-server, which is not installed here';
}

/** Its append-only file is synced every second. */
export async function startRedis({ failWith }: Pick<Scope, 'failWith'>, folder: string): Promise<OwnRedis> {
  const port = await findPort();
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const start = async (): Promise<Program> => {
    const program = await startProgram('redis-server', [...place, '--appendonly', 'yes'], port);
    failWith(program.ended);
    return program;
  };
  let current = await start();
  return {
    store: (room) => `redis://127.0.0.1:${port}/0?room=${room}`,
    end: () => current.kill(),
    start: async () => {
      current = await start();
    },
    stop: () => current.kill(),
  };
}
