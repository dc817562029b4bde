import { describe, expect, it } from 'vitest';
import { benchSettings } from '../testing/settings.ts';
import { recovery } from './recovery.ts';
import type { RecoveryWorkload, RunSize } from './scenario.ts';

/** A client's watchdog: so many heartbeats of a stream, and so long after a long poll's hold. */
const HEARTBEATS = 2.5;
const POLL_MARGIN_MS = 10_000;

function workloadOf(size: RunSize): RecoveryWorkload {
  return recovery(benchSettings({ size })).workload as RecoveryWorkload;
}

describe('the faults of recovery', () => {
  it.each(['quick', 'default', 'full'] as const)('last so long that a silent stream is noticed (%s)', (size) => {
    const { offlineMs, heartbeatMs } = workloadOf(size);
    expect(offlineMs).toBeGreaterThan(HEARTBEATS * heartbeatMs);
  });

  it('last so long in a full run that a silent poll is noticed too', () => {
    const { offlineMs, waitSeconds, pollIntervalMs } = workloadOf('full');
    expect(offlineMs).toBeGreaterThan(Math.max(waitSeconds * 1000, 2 * pollIntervalMs) + POLL_MARGIN_MS);
  });
});
