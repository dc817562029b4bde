// Keeps the server and the bench to different cores, with the system's `taskset`: on one core they would take each
// other's caches and time. Linux only; elsewhere nothing is pinned, and that is recorded.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Which cores each was kept to. */
export interface PinnedCores {
  readonly server: number[];
  readonly bench: number[];
}

export interface Pinning {
  /** Null where the system can't. */
  readonly cores: PinnedCores | null;
  /** Resolves once all threads of the process are on the server's core; at once where nothing is pinned. */
  pinServer(pid: number): Promise<void>;
  /** Lets the bench's own processes run anywhere again; resolves also where one of them is gone. */
  close(): Promise<void>;
}

const run = promisify(execFile);

/** @param list as `taskset` writes it, `0-2,5`. */
export function coresOf(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

async function allowedCores(): Promise<number[] | null> {
  if (process.platform !== 'linux') return null;
  try {
    const { stdout } = await run('taskset', ['-cp', String(process.pid)]);
    const list = /list: ([\d,-]+)/.exec(stdout)?.[1];
    return list === undefined ? null : coresOf(list);
  } catch {
    // Not installed, or not allowed.
    return null;
  }
}

async function pin(pid: number, cores: readonly number[]): Promise<void> {
  await run('taskset', ['-acp', cores.join(','), String(pid)]);
}

/**
 * Keeps the bench's own processes off the first core that it may use; servers get that one.
 * @param pids of the bench's processes. Resolves also where nothing can be pinned.
 */
export async function openPinning(pids: readonly number[]): Promise<Pinning> {
  const allowed = await allowedCores();
  const [server, ...bench] = allowed ?? [];
  const pinAll = (cores: readonly number[]) => Promise.allSettled(pids.map((pid) => pin(pid, cores)));
  const nothing: Pinning = { cores: null, pinServer: async () => undefined, close: async () => undefined };
  if (allowed === null || server === undefined || bench.length === 0) return nothing;
  const close = async () => {
    await pinAll(allowed);
  };
  if ((await pinAll(bench)).some(({ status }) => status === 'rejected')) {
    await close();
    return nothing;
  }
  return { cores: { server: [server], bench }, pinServer: (pid) => pin(pid, [server]), close };
}
