import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RecoveryWorkload } from '../scenarios/scenario.ts';
import { testRunContext } from '../testing/run-context.ts';
import { recoveryRunner } from './recovery.ts';

const workload: RecoveryWorkload = {
  kind: 'recovery',
  rounds: 1,
  clients: 2,
  faults: ['cut', 'blackhole', 'kill'],
  offlineMs: 800,
  messages: 4,
  textBytes: 100,
  heartbeatMs: 200,
  pollIntervalMs: 200,
  waitSeconds: 1,
};
const ALL = ['short-polling', 'long-polling', 'sse', 'websocket'];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recovery-test-'));
  vi.stubEnv('TMPDIR', folder);
  vi.stubEnv('TEMP', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('everybody has everything once after every fault, and nothing is left behind', { timeout: 120_000 }, async () => {
  const { lanes } = await recoveryRunner.run(workload, testRunContext(ALL));
  expect(lanes.map((lane) => `${lane.case} ${lane.transport}`)).toEqual(
    workload.faults.flatMap((fault) => ALL.map((transport) => `${fault} ${transport}`)),
  );
  for (const lane of lanes) {
    const everything = { messages: 4, clients: 2, expected: 8, delivered: 8, missing: 0, duplicated: 0, outOfOrder: 0 };
    expect(lane).toMatchObject(everything);
    expect(lane.recovery?.allCaughtUpMs).toBeDefined();
    // Whoever waits for an answer notices at once that it will never come.
    const waits = lane.transport !== 'short-polling' && lane.case !== 'blackhole';
    if (waits) expect(lane.recovery?.reconnectMs).toBeDefined();
  }
  expect(readdirSync(folder)).toEqual([]);
});

it('stops in the midst of the faults, and leaves nothing behind', async () => {
  const controller = new AbortController();
  const context = testRunContext(['sse'], { signal: controller.signal });
  const endless = { ...workload, offlineMs: 3_600_000, faults: ['cut', 'kill'] as const };
  const running = recoveryRunner.run(endless, context);
  // The store of the lab that is to be killed is there before any fault.
  await vi.waitFor(() => expect(readdirSync(folder)).not.toEqual([]), { timeout: 30_000 });
  controller.abort(new Error('interrupted'));
  await expect(running).rejects.toThrow();
  expect(readdirSync(folder)).toEqual([]);
});
