// `npm run plan`: flags, output and exit code. The only file of the planner that reads argv and writes to the terminal.
import { outliveReaders } from '../../server/command/output.ts';
import { FlagError } from '../../server/command/settings.ts';
import { findRun, newestRun, RunNotFoundError } from '../outputs.ts';
import { planFor } from '../report/decision/plan.ts';
import { runUpkeep } from '../report/decision/run-costs.ts';
import type { Run } from '../run/run-file.ts';
import { isKnown } from '../stats/cost-curves.ts';
import { type PlanOptions, planHelp, readPlanFlags } from './flags.ts';
import { planJson, planText } from './plan-text.ts';

const NOT_ALL_KNOWN = 1;
const USAGE_ERROR = 2;
/** Of a terminal that does not say. */
const USUAL_WIDTH = 100;

/** @throws {RunNotFoundError} that says what to do. */
function runToPlanBy(name: string | null): Run {
  if (name !== null) return findRun(name);
  const { run, passedOver } = newestRun((one) => runUpkeep(one).transports.some(({ cpu }) => isKnown(cpu)));
  if (run !== null) return run;
  const others = passedOver.length === 0 ? '' : ` (there are ${passedOver.join(', ')}, without it)`;
  throw new RunNotFoundError(
    `No run in results/ measured what a busy server costs${others}: npm run bench -- --scenarios costs,idle measures it. ` +
      'Or name a run with --run: without that scenario, everything but CPU, cores and nodes is planned.',
  );
}

function plan({ plan, run: name, json }: PlanOptions): number {
  const run = runToPlanBy(name);
  const upkeep = runUpkeep(run);
  const plans = planFor(upkeep, plan);
  process.stdout.write(
    json
      ? planJson(run, upkeep, plans, plan)
      : planText(run, upkeep, plans, plan, process.stdout.columns ?? USUAL_WIDTH),
  );
  return plans.every(({ room }) => isKnown(room.cpuShare)) ? 0 : NOT_ALL_KNOWN;
}

outliveReaders();
try {
  const options = readPlanFlags(process.argv.slice(2));
  if (options === 'help') process.stdout.write(planHelp());
  else process.exitCode = plan(options);
} catch (error) {
  if (!(error instanceof FlagError) && !(error instanceof RunNotFoundError)) throw error;
  process.stderr.write(`${error.message}\nnpm run plan -- --help lists all flags.\n`);
  process.exitCode = USAGE_ERROR;
}
