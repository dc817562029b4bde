// The command as it is started: what it prints where, and its exit codes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { type Run, runFileText } from '../run/run-file.ts';
import { modelRun } from '../testing/model-run.ts';
import { sampleCosts } from '../testing/sample-costs.ts';

const TIMEOUT_MS = 60_000;

function plan(run: Run | null, ...flags: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'plan-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (run !== null) writeFileSync(join(folder, 'run.json'), runFileText(run));
  const named = run === null ? [] : ['--run', folder];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(packageRoot(), 'dist/bench/plan/main.js'), ...named, ...flags],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

const model = modelRun();
const others = model.scenarios.filter(({ name }) => name !== 'costs');

test('a run with costs is planned by: 0', { timeout: TIMEOUT_MS }, () => {
  const { status, stdout, stderr } = plan({ ...model, scenarios: [...others, sampleCosts()] }, '--clients', '500');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('WebSocket');
});

test('without costs the rest is printed all the same, and the exit code says so: 1', { timeout: TIMEOUT_MS }, () => {
  const { status, stdout } = plan({ ...model, scenarios: others }, '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ transports: { sse: { cpuShare: { notKnown: expect.any(String) } } } });
});

test('a wrong flag and a run that is none say what would be right: 2', { timeout: TIMEOUT_MS }, () => {
  expect(plan(null, '--rate', 'x')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('--rate') });
  const missing = plan(null, '--run', 'nowhere');
  expect(missing).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('nowhere is no run') });
});
