// `npm run abuse`: flags, progress and exit code. The only file of the suite that reads argv and writes to the terminal.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outliveReaders } from '../../server/command/output.ts';
import { onStop } from '../../server/command/stopping.ts';
import { errorText } from '../../server/protocol/error-text.ts';
import { packageRoot } from '../package-root.ts';
import { createProgress } from '../report/progress.ts';
import { ABUSE_FILE, isSound } from './abuse-file.ts';
import { attacks } from './attacker/index.ts';
import { type AbuseSettings, parseAbuseFlags } from './flags.ts';
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
const parsed = parseAbuseFlags(
  process.argv.slice(2),
  attacks.map(({ name }) => name),
);
if (parsed.kind === 'run') {
  process.exitCode = await abuse(parsed.settings);
} else if (parsed.kind === 'help') {
  process.stdout.write(parsed.text);
} else {
  process.stderr.write(`${parsed.message}\nnpm run abuse -- --help lists all flags.\n`);
  process.exitCode = USAGE_ERROR;
}
