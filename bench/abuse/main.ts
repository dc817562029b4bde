// `npm run abuse`: flags, progress and exit code. The only file of the suite that reads argv and writes to the terminal.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outliveReaders } from '../../server/command/output.ts';
import { FlagError } from '../../server/command/settings.ts';
import { onStop } from '../../server/command/stopping.ts';
import { errorText } from '../../server/protocol/error-text.ts';
import { packageRoot } from '../package-root.ts';
import { createProgress } from '../report/progress.ts';
import { ABUSE_FILE, isSound } from './abuse-file.ts';
import { attacks } from './attacker/index.ts';
import { type AbuseSettings, abuseHelp, readAbuseFlags } from './flags.ts';
import { abuseText } from './report.ts';
import { runAbuse } from './run-abuse.ts';

const USAGE_ERROR = 2;
const INTERRUPTED = 130;
/** What healing takes mostly, in ms. */
const HEALING_ESTIMATE_MS = 2000;

async function abuse(settings: AbuseSettings): Promise<number> {
  const progress = createProgress(process.stderr, [
    { name: 'attacks', estimateMs: settings.durationMs },
    { name: 'healing', estimateMs: HEALING_ESTIMATE_MS },
  ]);
  const abort = new AbortController();
  const listenNoMore = onStop((again) => {
    // A second time: at once. The processes notice that this one is gone, and end too.
    if (again) process.exit(INTERRUPTED);
    progress.say('Interrupted: stopping the attacker and the server.');
    abort.abort(new Error('interrupted'));
  });
  try {
    const run = await runAbuse(settings, { signal: abort.signal, progress: progress.step });
    progress.clear();
    if (settings.save) writeFileSync(join(packageRoot(), ABUSE_FILE), `${JSON.stringify(run, null, 2)}\n`);
    process.stdout.write(abuseText(run));
    return isSound(run) ? 0 : 1;
  } catch (error) {
    progress.clear();
    if (abort.signal.aborted) return INTERRUPTED;
    process.stderr.write(`The run failed: ${errorText(error)}\n`);
    return 1;
  } finally {
    progress.end();
    listenNoMore();
  }
}

outliveReaders();
const names = attacks.map(({ name }) => name);
try {
  const settings = readAbuseFlags(process.argv.slice(2), names);
  if (settings === 'help') process.stdout.write(abuseHelp(names));
  else process.exitCode = await abuse(settings);
} catch (error) {
  if (!(error instanceof FlagError)) throw error;
  process.stderr.write(`${error.message}\nnpm run abuse -- --help lists all flags.\n`);
  process.exitCode = USAGE_ERROR;
}
