// Which runner plays which kind of workload.
import { missingRedis } from '../load/redis.ts';
import type { ScenarioResult, Settings } from '../run/run-file.ts';
import type { Scenario, Workload } from '../scenarios/scenario.ts';
import { broadcastRunner } from './broadcast.ts';
import { calibrationRunner } from './calibration.ts';
import { capacityRunner } from './capacity.ts';
import type { RunContext, Runner } from './context.ts';
import { costsRunner } from './costs.ts';
import { firstMessageRunner } from './first-message.ts';
import { folkloreRunner } from './folklore.ts';
import { httpCeilingRunner } from './http-ceiling.ts';
import { nodesRunner } from './nodes.ts';
import { parallelRunner } from './parallel.ts';
import { recoveryRunner } from './recovery.ts';
import { saturationRunner } from './saturation.ts';
import { sendingRunner } from './sending.ts';
import { silenceRunner } from './silence.ts';
import { slowReaderRunner } from './slow-reader.ts';

type Runners = { readonly [Kind in Workload['kind']]: Runner<Extract<Workload, { kind: Kind }>> };

const RUNNERS: Runners = {
  broadcast: broadcastRunner,
  parallel: parallelRunner,
  silence: silenceRunner,
  sending: sendingRunner,
  'first-message': firstMessageRunner,
  capacity: capacityRunner,
  recovery: recoveryRunner,
  'slow-reader': slowReaderRunner,
  calibration: calibrationRunner,
  saturation: saturationRunner,
  'http-ceiling': httpCeilingRunner,
  nodes: nodesRunner,
  folklore: folkloreRunner,
  costs: costsRunner,
};

/** Those that start, delay or kill servers of their own can't be played against a lab that somebody else runs. */
const PLAYABLE_ELSEWHERE: readonly Workload['kind'][] = ['broadcast', 'silence', 'sending', 'first-message'];

/** @returns why the scenario can't be played, or null where it can. */
export function notPlayable({ name, workload }: Scenario, target: string | null): string | null {
  const missing = workload.kind === 'nodes' ? missingRedis() : null;
  if (missing !== null) return `The scenario ${name} was left out: it ${missing}.`;
  if (target === null || PLAYABLE_ELSEWHERE.includes(workload.kind)) return null;
  return `The scenario ${name} was left out: it needs a lab that the bench starts itself, and --target names another.`;
}

function runnerOf<Kind extends Workload['kind']>(kind: Kind): Runner<Workload> {
  // The table pairs each kind with its runner; TypeScript can't follow that through the union.
  return RUNNERS[kind] as unknown as Runner<Workload>;
}

export async function runScenario({ name, workload }: Scenario, context: RunContext): Promise<ScenarioResult> {
  const played = await runnerOf(workload.kind).run(workload, context);
  return { name, settings: settingsOf(workload), ...played };
}

/** @returns the workload's data as they stand in the run file. */
function settingsOf(workload: Workload): Settings {
  const { kind: _kind, ...settings } = workload;
  // As JSON has it: plain arrays and objects.
  return JSON.parse(JSON.stringify(settings)) as Settings;
}

/** @returns about how long the scenario takes, in ms. */
export function estimateMs({ workload }: Scenario, context: Pick<RunContext, 'transports' | 'target'>): number {
  return runnerOf(workload.kind).estimateMs(workload, context);
}
