// The faults of `recovery`, each with a lab of its own behind it: what breaks, and what is published meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicClock as clock } from '../load/clock.ts';
import { startRestartableLab } from '../load/restartable-lab.ts';
import type { Scope } from '../load/scope.ts';
import { type LabUnderTest, openNetwork, startLab } from '../load/server-under-test.ts';
import type { RecoveryFault, RecoveryWorkload } from '../scenarios/scenario.ts';

/** A lab to which something can happen. */
export interface FragileLab {
  readonly lab: LabUnderTest;
  /** The share of the messages that are published before the fault: for then there may be nobody to take them. */
  readonly shareBefore: number;
  /** When the others are: while the clients are offline, or when they may come back. */
  readonly publishesAfter: boolean;
  /** Resolves with the moment of the fault, on the bench's clock. */
  begin(): Promise<number>;
  /** Resolves with the moment of its end. */
  end(): Promise<number>;
}

/** It lasts as long as the scope. */
export function openFragileLab(scope: Scope, fault: RecoveryFault, workload: RecoveryWorkload): Promise<FragileLab> {
  const flags = ['--heartbeat-ms', String(workload.heartbeatMs)];
  return fault === 'kill' ? openKillable(scope, flags) : openBehindNetwork(scope, fault, flags);
}

async function openBehindNetwork(
  scope: Scope,
  fault: 'cut' | 'blackhole',
  flags: readonly string[],
): Promise<FragileLab> {
  const { lab, network } = await openNetwork(scope, await scope.open(startLab(flags)));
  return {
    lab,
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
  };
}

async function openKillable(scope: Scope, flags: readonly string[]): Promise<FragileLab> {
  const folder = mkdtempSync(join(tmpdir(), 'transport-lab-recovery-'));
  scope.atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const store = `sqlite:${join(folder, 'room.db')}`;
  const lab = await scope.open(startRestartableLab({ store, webSocketEngines: ['ws'], flags }));
  return {
    lab,
    shareBefore: 0.5,
    publishesAfter: true,
    async begin() {
      const at = clock.now();
      await lab.end('SIGKILL');
      return at;
    },
    async end() {
      await lab.start();
      return clock.now();
    },
  };
}
