// Runs the chosen scenarios one after the other, and writes the run after each: what is finished is never lost.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '../client/transports/transport.ts';
import { errorText } from '../server/protocol/error-text.ts';
import type { Fleet } from './load/worker/fleet.ts';
import { othersShare, type Use } from './others.ts';
import { duration, percent } from './run/format.ts';
import { plainText, plainTexts } from './run/plain-text.ts';
import { type Environment, ledgerCloses, type Run, type ScenarioResult } from './run/run-file.ts';
import type { RunContext } from './runners/context.ts';
import type { BenchSettings, RunSize, Scenario } from './scenarios/scenario.ts';

export interface RunBenchOptions {
  readonly id: string;
  readonly settings: BenchSettings;
  readonly scenarios: readonly Scenario[];
  readonly transports: readonly Transport[];
  readonly environment: Environment;
  readonly fleet: Fleet;
  readonly signal: AbortSignal;
  /** Plays one scenario; rejects where it can't, or when the signal aborts. */
  runScenario(scenario: Scenario, context: RunContext): Promise<ScenarioResult>;
  /** @returns what the processors have done, for whom; null where that is not known. */
  readUse(): Use | null;
  /** @returns why a scenario can't be played here, or null where it can. */
  notPlayable(scenario: Scenario): string | null;
  /** Keeps the run as it is by now; called after each scenario, and at the end. */
  write(run: Run): void;
  /** Told what is being done: the scenario's place in the list, and a step within it. */
  progress(scenario: number, step: string): void;
  /** Told each scenario's result, once it has been written. */
  finished(result: ScenarioResult): void;
}

/** @returns the run, also where it was interrupted: then it is not complete. Never rejects for what a scenario did. */
export async function runBench(options: RunBenchOptions): Promise<Run> {
  const { settings, signal } = options;
  // The claims are settings of their scenario.
  const { claims: _, ...chosen } = settings;
  const { target } = settings;
  let run: Run = {
    schema: 1,
    id: options.id,
    startedAt: new Date().toISOString(),
    finishedAt: new Date().toISOString(),
    complete: false,
    environment: options.environment,
    settings: { ...chosen, transports: [...settings.transports], scenarios: [...settings.scenarios] },
    scenarios: [],
    warnings: [...quickWarnings(settings), ...targetWarnings(target), ...environmentWarnings(options.environment)],
  };
  const keep = (changes: Partial<Run>) => {
    run = { ...run, ...changes, finishedAt: new Date().toISOString() };
    options.write(run);
  };
  let failed = false;
  for (const [index, scenario] of options.scenarios.entries()) {
    if (signal.aborted) break;
    const reason = options.notPlayable(scenario);
    if (reason !== null) {
      keep({ warnings: [...run.warnings, reason] });
      continue;
    }
    const before = options.readUse();
    try {
      const playing = options.runScenario(scenario, {
        transports: options.transports,
        target,
        fleet: options.fleet,
        signal,
        progress: (step) => options.progress(index, step),
      });
      const played = plainTexts(await unlessAbandoned(playing, signal));
      const share = othersShare(before, options.readUse());
      const result = share === null ? played : { ...played, othersShare: share };
      keep({ scenarios: [...run.scenarios, result] });
      options.finished(result);
    } catch (error) {
      failed = true;
      if (signal.aborted) break;
      const reason = plainText(errorText(error));
      keep({ warnings: [...run.warnings, `The scenario ${scenario.name} failed: ${reason}`] });
    }
  }
  if (signal.aborted) keep({ warnings: [...run.warnings, 'The run was interrupted; it holds what was finished.'] });
  else keep({ complete: !failed });
  return run;
}

/** How long a scenario may take to stop, in ms, when it is told to; longer than what it must stop itself may take. */
const ABANDON_MS = 8000;

/** As `playing`; rejects where that does not end in time once the signal has aborted. */
async function unlessAbandoned<T>(playing: Promise<T>, signal: AbortSignal): Promise<T> {
  const settled = new AbortController();
  const abandoned = once(signal, 'abort', { signal: settled.signal })
    .then(() => sleep(ABANDON_MS, undefined, { signal: settled.signal }))
    .then(() => Promise.reject(new Error('the scenario did not stop in time')));
  // The one that loses the race is nobody's business.
  abandoned.catch(() => undefined);
  try {
    return await Promise.race([playing, abandoned]);
  } finally {
    settled.abort();
  }
}

/** @returns whether all went well: the run is complete, and every ledger closes. */
export function isSound(run: Run): boolean {
  return run.complete && run.scenarios.every((scenario) => scenario.lanes.every(ledgerCloses));
}

/** @returns the run's id: when it began, in UTC, as a file name of any system. */
export function runId(at: Date, size: RunSize): string {
  const stamp = at.toISOString().replace(/\.\d+/, '').replaceAll(':', '').toLowerCase();
  return size === 'default' ? stamp : `${stamp}-${size}`;
}

function quickWarnings({ size }: BenchSettings): string[] {
  return size === 'quick' ? ['A quick run is a first look: run without --quick before you rely on the figures.'] : [];
}

function targetWarnings(target: string | null): string[] {
  if (target === null) return [];
  return [
    'The lab was one deployed elsewhere: nothing warmed it up or kept others away, its counters are those of everybody, ' +
      'and there are no controls beside it.',
  ];
}

function environmentWarnings({ loadAverage: [load], cores, quiet }: Environment): string[] {
  if (quiet?.found === false) {
    return [
      `The machine did not become quiet in ${duration(Math.round(quiet.waitedMs / 1000) * 1000)}: ${percent(quiet.busyShare)} of its ` +
        'processors’ time went elsewhere when the run began. Close other programs and run again before you rely on the ' +
        'figures.',
    ];
  }
  // The average is still of the minute before, whatever is quiet by now.
  if (quiet?.found === true || load < cores / 2) return [];
  return [
    `The machine was busy when the run began (load average ${load.toFixed(1)} on ${cores} cores): close other ` +
      'programs and run again before you rely on the figures.',
  ];
}
