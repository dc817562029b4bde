// `npm run bench`: flags, progress and exit code. The only file of the bench that reads argv and writes to the terminal.
import { relative, resolve } from 'node:path';
import { transports } from '../client/transports/index.ts';
import { updateDocs } from './docs.ts';
import { readEnvironment } from './environment.ts';
import { type BenchOptions, parseFlags } from './flags.ts';
import { estimateMs, runScenario } from './load/runners.ts';
import { packageRoot } from './package-root.ts';
import { createProgress } from './report/progress.ts';
import { ledgerCloses, type Run } from './report/run-file.ts';
import { scenarioText, summaryText } from './report/terminal.ts';
import { isSound, runBench, runId } from './run-bench.ts';
import { chosenScenarios, SCENARIO_NAMES } from './scenarios/index.ts';

const USAGE_ERROR = 2;
const INTERRUPTED = 130;

async function bench({ settings, out, docs }: BenchOptions, argv: readonly string[]): Promise<number> {
  const root = packageRoot();
  const id = runId(new Date(), settings.quick);
  const folder = out === null ? resolve(root, 'results', id) : resolve(out);
  const chosen = transports.filter(({ name }) => settings.transports.includes(name));
  const scenarios = chosenScenarios(settings);
  const progress = createProgress(
    process.stderr,
    scenarios.map((scenario) => ({ name: scenario.name, estimateMs: estimateMs(scenario, chosen.length) })),
  );
  const abort = new AbortController();
  const interrupt = () => {
    // A second time: at once. The servers notice that the bench is gone, and end too.
    if (abort.signal.aborted) process.exit(INTERRUPTED);
    progress.say('Interrupted: stopping the server and keeping what is finished.');
    abort.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  let run: Run;
  try {
    run = await runBench({
      id,
      settings,
      scenarios,
      transports: chosen,
      environment: readEnvironment(argv),
      out: folder,
      signal: abort.signal,
      runScenario,
      progress: progress.step,
      finished: (result) => {
        progress.clear();
        process.stdout.write(`${scenarioText(result)}\n`);
      },
    });
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  process.stdout.write(`${summaryText(run)}\n\nWritten: ${relative(process.cwd(), folder)}/run.json\n`);
  if (abort.signal.aborted) return INTERRUPTED;
  if (docs && out === null) {
    const written = await updateDocs();
    if (written.length > 0) process.stdout.write(`Drawn anew: ${written.join(', ')}\n`);
  }
  return exitCode(run);
}

function exitCode(run: Run): number {
  for (const { name, lanes } of run.scenarios) {
    for (const lane of lanes.filter((one) => !ledgerCloses(one))) {
      process.stderr.write(`The ledger of ${name}, ${lane.transport ?? lane.control} does not close.\n`);
    }
  }
  return isSound(run) ? 0 : 1;
}

const argv = process.argv.slice(2);
const parsed = parseFlags(argv, { transports: transports.map(({ name }) => name), scenarios: SCENARIO_NAMES });
if (parsed.kind === 'run') {
  process.exitCode = await bench(parsed.options, argv);
} else if (parsed.kind === 'help') {
  process.stdout.write(parsed.text);
} else {
  process.stderr.write(`${parsed.message}\nnpm run bench -- --help lists all flags.\n`);
  process.exitCode = USAGE_ERROR;
}
