// count.mjs ROOT=REPORT …: one line for all runs of the tests together, and a line for each that failed or never ran.
// Passed in one run is passed, skipped in all is skipped, failed in any is failed. With --skipped-in first: the files that
// have skipped tests, one a line.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const listing = process.argv[2] === '--skipped-in';
const RANK = { failed: 2, passed: 1 };
/** By file and name; a name that stands in a file several times is told apart by its turn. */
const worst = new Map();

const say = (line) => process.stdout.write(`${line}\n`);

function note(key, status) {
  const rank = RANK[status] ?? 0;
  worst.set(key, Math.max(worst.get(key) ?? 0, rank));
}

for (const argument of process.argv.slice(listing ? 3 : 2)) {
  const [root, report] = argument.split('=');
  if (!existsSync(report)) {
    note(`${report}: the tests left no report`, 'failed');
    continue;
  }
  for (const file of JSON.parse(readFileSync(report, 'utf8')).testResults) {
    const path = relative(root, file.name);
    // A file that fails to load has no tests of its own to count.
    if (file.status === 'failed' && file.assertionResults.length === 0) note(`${path}: does not load`, 'failed');
    const turns = new Map();
    for (const { fullName, status } of file.assertionResults) {
      // Where something is skipped its name says why, and leaves a space where it does not.
      const name = fullName.replaceAll(/ ?\(skipped[^)]*\)/g, '').replaceAll(/ +/g, ' ');
      const turn = (turns.get(name) ?? 0) + 1;
      turns.set(name, turn);
      note(`${path}: ${name}${turn === 1 ? '' : ` (${turn})`}`, status);
    }
  }
}

const of = (rank) => [...worst].filter(([, found]) => found === rank).map(([key]) => key);
const [skipped, passed, failed] = [of(0), of(1), of(2)];
if (listing) {
  for (const path of new Set(skipped.map((key) => key.split(': ', 1)[0]))) say(path);
} else {
  for (const key of failed) say(`failed   ${key}`);
  for (const key of skipped) say(`skipped  ${key}`);
  say(`${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
  if (failed.length > 0) process.exitCode = 1;
}
