// `npm run bench`: flags, progress and exit code. The only file of the bench that reads argv and writes to the terminal.
import { relative, resolve } from 'node:path';
import { transports } from '../client/transports/index.ts';
import { outliveReaders, outputTaken } from '../server/command/output.ts';
import { pathProblem } from '../server/command/paths.ts';
import { FlagError } from '../server/command/settings.ts';
import { onStop } from '../server/command/stopping.ts';
import { errorText } from '../server/protocol/error-text.ts';
import { shownRun, updateDocs } from './docs.ts';
import { readEnvironment } from './environment.ts';
import { type BenchOptions, benchHelp, readBenchFlags } from './flags.ts';
import { monotonicClock } from './load/clock.ts';
import { checkTarget, TargetError } from './load/target.ts';
import { startFleet } from './load/worker/fleet.ts';
import { readUse } from './others.ts';
import {
  checkJson,
  findRun,
  OutputError,
  RunNotFoundError,
  type RunPlace,
  replaceFile,
  takePlace,
  writeRun,
} from './outputs.ts';
import { processorTimes, waitForQuiet } from './quiet.ts';
import { compareRuns } from './report/compare.ts';
import { compareText } from './report/compare-text.ts';
import { GATE_HELP, type Gate, GateError } from './report/gate-syntax.ts';
import { allPassed, evaluateGates, gateText, parseGate } from './report/gates.ts';
import { createProgress } from './report/progress.ts';
import { quietText } from './report/run-data.ts';
import { scenarioText, summaryText } from './report/terminal.ts';
import { plainText } from './run/plain-text.ts';
import { type Environment, ledgerCloses, type Quiet, type Run, runFileText } from './run/run-file.ts';
import { isSound, runBench, runId } from './run-bench.ts';
import { estimateMs, notPlayable, runScenario } from './runners/index.ts';
import { chosenScenarios, SCENARIO_NAMES } from './scenarios/index.ts';

const FAILED = 1;
const USAGE_ERROR = 2;
const INTERRUPTED = 130;

interface Gates {
  readonly gates: readonly Gate[];
  readonly baseline: Run | null;
}

/** Checks all that can be checked before anything is measured, and takes the place where the run goes. */
async function prepare({ settings, out, json }: BenchOptions): Promise<RunPlace> {
  if (json !== null && json !== '-') checkJson(json);
  if (settings.target !== null) await checkTarget(settings.target);
  return takePlace(runId(new Date(), settings.size), out);
}

/** Waits before anything is started. */
async function quietFirst(limitMs: number): Promise<Quiet | 'interrupted'> {
  const abort = new AbortController();
  const listenNoMore = onStop(() => abort.abort());
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const { signal } = abort;
  const quiet = await waitForQuiet({ limitMs, clock: monotonicClock, readTimes: processorTimes, say, signal });
  listenNoMore();
  if (signal.aborted) return 'interrupted';
  say(quietText(quiet));
  return quiet;
}

async function bench(
  options: BenchOptions,
  { gates, baseline }: Gates,
  environment: Environment,
  { id, folder }: RunPlace,
): Promise<number> {
  const { settings, out, docs, json } = options;
  const chosen = transports.filter(({ name }) => settings.transports.includes(name));
  const scenarios = chosenScenarios(settings);
  // With --json - the standard output is for that alone.
  const say = (text: string) => (json === '-' ? process.stderr : process.stdout).write(`${text}\n`);
  const context = { transports: chosen, target: settings.target };
  const progress = createProgress(
    process.stderr,
    scenarios.map((scenario) => ({ name: scenario.name, estimateMs: estimateMs(scenario, context) })),
  );
  const abort = new AbortController();
  const listenNoMore = onStop((again) => {
    // A second time: at once. The servers notice that the bench is gone, and end too.
    if (again) {
      progress.end();
      process.exit(INTERRUPTED);
    }
    progress.say('Interrupted: stopping the server and keeping what is finished.');
    abort.abort(new Error('interrupted'));
  });
  const keeper = createKeeper(folder);
  const fleet = startFleet(settings.workers);
  let run: Run;
  try {
    run = await runBench({
      id,
      settings,
      scenarios,
      transports: chosen,
      environment,
      fleet,
      signal: abort.signal,
      runScenario,
      readUse,
      notPlayable: (scenario) => notPlayable(scenario, settings.target),
      write: keeper.write,
      progress: progress.step,
      finished: (result) => {
        progress.clear();
        say(scenarioText(result));
      },
    });
  } finally {
    await fleet.stop();
    progress.end();
    listenNoMore();
  }
  say(`${summaryText(run)}\n`);
  if (keeper.isKept())
    say(`Written: ${relative(process.cwd(), folder) || '.'}/{run.json,run.csv,summary.md,report.html}`);
  if (json === '-') process.stdout.write(runFileText(run));
  else if (json !== null) replaceFile(resolve(json), runFileText(run));
  if (abort.signal.aborted) return INTERRUPTED;
  if (docs && out === null) {
    const written = await updateDocs();
    if (written.length > 0) say(`Drawn anew: ${written.join(', ')}`);
  }
  const results = evaluateGates(gates, run, baseline);
  if (results.length > 0) say(gateText(results));
  return isWell(run) && allPassed(results) && keeper.isKept() ? 0 : FAILED;
}

/** Keeps the run after each scenario. Where that fails, say because the disk is full, the measuring still goes on. */
function createKeeper(folder: string): { write(run: Run): void; isKept(): boolean } {
  let kept = false;
  return {
    isKept: () => kept,
    write: (run) => {
      try {
        writeRun(folder, run);
        kept = true;
      } catch (error) {
        kept = false;
        process.stderr.write(`The run could not be written to ${folder}: ${pathProblem(error)}.\n`);
      }
    },
  };
}

function isWell(run: Run): boolean {
  for (const { name, lanes } of run.scenarios) {
    for (const lane of lanes.filter((one) => !ledgerCloses(one))) {
      process.stderr.write(`The ledger of ${name}, ${lane.transport ?? lane.control} does not close.\n`);
    }
  }
  return isSound(run);
}

function readGates({ failOn, baseline }: BenchOptions): Gates {
  const gates = failOn.map(parseGate);
  if (gates.length === 0) return { gates, baseline: null };
  return { gates, baseline: baseline === null ? shownRun() : findRun(baseline) };
}

/** What is printed may be what a server or a file says. */
function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

function usageError(message: string): number {
  process.stderr.write(`${plainLines(message)}\nnpm run bench -- --help lists all flags.\n`);
  return USAGE_ERROR;
}

async function main(argv: readonly string[]): Promise<number> {
  const choices = { transports: transports.map(({ name }) => name), scenarios: SCENARIO_NAMES };
  const command = readBenchFlags(argv, choices);
  if (command === 'help') {
    process.stdout.write(benchHelp(choices, GATE_HELP));
    return 0;
  }
  if (command.kind === 'compare') {
    const [a, b] = command.runs;
    process.stdout.write(`${compareText(compareRuns(findRun(a), findRun(b)))}\n`);
    return 0;
  }
  const { options } = command;
  const gates = readGates(options);
  const place = await prepare(options);
  try {
    const quiet = options.quietLimitMs === 0 ? null : await quietFirst(options.quietLimitMs);
    return quiet === 'interrupted' ? INTERRUPTED : await bench(options, gates, readEnvironment(argv, quiet), place);
  } finally {
    place.release();
  }
}

const USAGE_ERRORS = [FlagError, GateError, OutputError, RunNotFoundError, TargetError];

outliveReaders();
try {
  const argv = process.argv.slice(2);
  process.exitCode = await main(argv);
  // What did not stop in time when it was told to would keep this process.
  if (process.exitCode === INTERRUPTED) {
    await outputTaken();
    process.exit();
  }
} catch (error) {
  if (error instanceof Error && USAGE_ERRORS.some((one) => error instanceof one)) {
    process.exitCode = usageError(error.message);
  } else {
    process.stderr.write(`The run failed: ${plainLines(errorText(error))}\n`);
    process.exitCode = FAILED;
  }
}
