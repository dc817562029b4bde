// `npm run bench`: flags, progress and exit code. The only file of the bench that reads argv and writes to the terminal.
import { relative, resolve } from 'node:path';
import { transports } from '../client/transports/index.ts';
import { shownRun, updateDocs } from './docs.ts';
import { readEnvironment } from './environment.ts';
import { type BenchOptions, parseFlags } from './flags.ts';
import { startFleet } from './load/worker/fleet.ts';
import { findRun, RunNotFoundError, replaceFile, writeRun } from './outputs.ts';
import { packageRoot } from './package-root.ts';
import { compareRuns } from './report/compare.ts';
import { compareText } from './report/compare-text.ts';
import { allPassed, evaluateGates, GATE_HELP, type Gate, GateError, gateText, parseGate } from './report/gates.ts';
import { createProgress } from './report/progress.ts';
import { scenarioText, summaryText } from './report/terminal.ts';
import { ledgerCloses, type Run, runFileText } from './run/run-file.ts';
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

async function bench(options: BenchOptions, { gates, baseline }: Gates, argv: readonly string[]): Promise<number> {
  const { settings, out, docs, json } = options;
  const root = packageRoot();
  const id = runId(new Date(), settings.size);
  const folder = out === null ? resolve(root, 'results', id) : resolve(out);
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
  const interrupt = () => {
    // A second time: at once. The servers notice that the bench is gone, and end too.
    if (abort.signal.aborted) {
      progress.end();
      process.exit(INTERRUPTED);
    }
    progress.say('Interrupted: stopping the server and keeping what is finished.');
    abort.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const fleet = startFleet(settings.workers);
  let run: Run;
  try {
    run = await runBench({
      id,
      settings,
      scenarios,
      transports: chosen,
      environment: readEnvironment(argv),
      fleet,
      signal: abort.signal,
      runScenario,
      notPlayable: (scenario) => notPlayable(scenario, settings.target),
      write: (soFar) => writeRun(folder, soFar),
      progress: progress.step,
      finished: (result) => {
        progress.clear();
        say(scenarioText(result));
      },
    });
  } finally {
    await fleet.stop();
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  say(
    `${summaryText(run)}\n\nWritten: ${relative(process.cwd(), folder) || '.'}/{run.json,run.csv,summary.md,report.html}`,
  );
  if (json === '-') process.stdout.write(runFileText(run));
  else if (json !== null) replaceFile(resolve(json), runFileText(run));
  if (abort.signal.aborted) return INTERRUPTED;
  if (docs && out === null) {
    const written = await updateDocs();
    if (written.length > 0) say(`Drawn anew: ${written.join(', ')}`);
  }
  const results = evaluateGates(gates, run, baseline);
  if (results.length > 0) say(gateText(results));
  return isWell(run) && allPassed(results) ? 0 : FAILED;
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

function usageError(message: string): number {
  process.stderr.write(`${message}\nnpm run bench -- --help lists all flags.\n`);
  return USAGE_ERROR;
}

async function main(argv: readonly string[]): Promise<number> {
  const choices = { transports: transports.map(({ name }) => name), scenarios: SCENARIO_NAMES };
  const parsed = parseFlags(argv, choices, GATE_HELP);
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(parsed.text);
      return 0;
    case 'error':
      return usageError(parsed.message);
    case 'compare': {
      const [a, b] = parsed.runs;
      process.stdout.write(`${compareText(compareRuns(findRun(a), findRun(b)))}\n`);
      return 0;
    }
    case 'run':
      return bench(parsed.options, readGates(parsed.options), argv);
  }
}

try {
  const argv = process.argv.slice(2);
  process.exitCode = await main(argv);
} catch (error) {
  if (!(error instanceof RunNotFoundError) && !(error instanceof GateError)) throw error;
  process.exitCode = usageError(error.message);
}
