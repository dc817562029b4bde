// The faults of `recovery`, each with a lab of its own behind it: what breaks, and what is published meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicClock as clock } from '../load/clock.ts';
import { startImpairment } from '../load/impaired.ts';
import { startLab } from '../load/lab-server.ts';
import { startMortalServer } from '../load/mortal-server.ts';
import type { RecoveryFault, RecoveryWorkload } from '../scenarios/scenario.ts';

/** A lab to which something can happen. */
export interface FragileLab {
  /** Where clients reach it, `http://HOST:PORT`. */
  readonly origin: string;
  /** Where it is reached without the faulty network. */
  readonly directOrigin: string;
  /** The share of the messages that are published before the fault: for then there may be nobody to take them. */
  readonly shareBefore: number;
  /** When the others are: while the clients are offline, or when they may come back. */
  readonly publishesAfter: boolean;
  /** Resolves with the moment of the fault, on the bench's clock. */
  begin(): Promise<number>;
  /** Resolves with the moment of its end. */
  end(): Promise<number>;
  /** Rejects when a process ends that was not to; never resolves. */
  readonly ended: Promise<never>;
  /** Leaves nothing behind. May be called twice. */
  stop(): Promise<void>;
}

export function startFragileLab(fault: RecoveryFault, workload: RecoveryWorkload): Promise<FragileLab> {
  const flags = ['--heartbeat-ms', String(workload.heartbeatMs)];
  return fault === 'kill' ? startKillable(flags) : startBehindNetwork(fault, flags);
}

async function startBehindNetwork(fault: 'cut' | 'blackhole', flags: readonly string[]): Promise<FragileLab> {
  const lab = await startLab(flags);
  try {
    const network = await startImpairment(lab.origin);
    const ended = Promise.race([lab.ended, network.ended]);
    // Whoever waits for it is told; that nobody does is no error.
    ended.catch(() => undefined);
    return {
      origin: network.origin,
      directOrigin: lab.origin,
      shareBefore: 0,
      publishesAfter: false,
      async begin() {
        if (fault === 'cut') await network.set({ refuse: true });
        const at = clock.now();
        await (fault === 'cut' ? network.cutAll() : network.set({ blackhole: true }));
        return at;
      },
      async end() {
        const at = clock.now();
        await network.set({});
        return at;
      },
      ended,
      async stop() {
        await network.stop();
        await lab.stop();
      },
    };
  } catch (error) {
    await lab.stop();
    throw error;
  }
}

async function startKillable(flags: readonly string[]): Promise<FragileLab> {
  const folder = mkdtempSync(join(tmpdir(), 'transport-lab-recovery-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const server = await startMortalServer({
      store: `sqlite:${join(folder, 'room.db')}`,
      webSocketEngines: ['ws'],
      flags,
    });
    return {
      origin: server.origin,
      directOrigin: server.origin,
      shareBefore: 0.5,
      publishesAfter: true,
      async begin() {
        const at = clock.now();
        await server.end('SIGKILL');
        return at;
      },
      async end() {
        await server.start();
        return clock.now();
      },
      ended: server.crashed,
      async stop() {
        await server.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
