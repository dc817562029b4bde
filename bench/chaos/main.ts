// `npm run chaos`: flags, progress and exit code. The only file of the chaos that reads argv and writes to the terminal.
import { transports } from '../../client/transports/index.ts';
import { outliveReaders } from '../../server/command/output.ts';
import { FlagError } from '../../server/command/settings.ts';
import { onStop } from '../../server/command/stopping.ts';
import { errorText } from '../../server/protocol/error-text.ts';
import { createProgress } from '../report/progress.ts';
import { type ChaosSettings, chaosHelp, readChaosFlags } from './flags.ts';
import { missingProgram } from './nodes.ts';
import { chaosText, commandOf, isSound } from './report.ts';
import { runChaos } from './run-chaos.ts';

const USAGE_ERROR = 2;
const INTERRUPTED = 130;
/** What healing takes mostly, in ms. */
const HEALING_ESTIMATE_MS = 15_000;

async function chaos(settings: ChaosSettings): Promise<number> {
  const progress = createProgress(process.stderr, [
    { name: 'faults', estimateMs: settings.durationMs },
    { name: 'healing', estimateMs: HEALING_ESTIMATE_MS },
  ]);
  const abort = new AbortController();
  const listenNoMore = onStop((again) => {
    // A second time: at once. The processes notice that this one is gone, and end too.
    if (again) process.exit(INTERRUPTED);
    progress.say('Interrupted: stopping the server and the networks.');
    abort.abort(new Error('interrupted'));
  });
  try {
    const result = await runChaos(settings, { signal: abort.signal, progress: progress.step });
    progress.clear();
    process.stdout.write(chaosText(result));
    return isSound(result) ? 0 : 1;
  } catch (error) {
    progress.clear();
    if (abort.signal.aborted) return INTERRUPTED;
    const reason = errorText(error);
    process.stderr.write(`The run failed: ${reason}\nThe same faults again: ${commandOf(settings)}\n`);
    return 1;
  } finally {
    progress.end();
    listenNoMore();
  }
}

outliveReaders();
const names = transports.map(({ name }) => name);
try {
  const settings = readChaosFlags(process.argv.slice(2), names);
  if (settings === 'help') process.stdout.write(chaosHelp(names));
  else {
    const missing = settings.store === 'redis' ? missingProgram() : null;
    if (missing !== null) throw new FlagError(missing);
    process.exitCode = await chaos(settings);
  }
} catch (error) {
  if (!(error instanceof FlagError)) throw error;
  process.stderr.write(`${error.message}\nnpm run chaos -- --help lists all flags.\n`);
  process.exitCode = USAGE_ERROR;
}
