// Who stands on whom. `npm run check` runs this: a file imports from its own room and from lower floors, and from nowhere
// else. A room is a folder with those below it that have no line of their own, or a file that stands alone; tests and
// what is only theirs may reach everywhere.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';

/** From the ground up; rooms of one floor don't know each other. */
const FLOORS = [
  ['server/protocol'],
  ['server/gathering.ts', 'server/turns.ts'],
  ['server/command', 'server/http', 'server/websocket', 'server/kept-text.ts', 'server/project-root.ts'],
  ['server/config.ts', 'server/network'],
  ['server/stores', 'server/metering', 'server/guards', 'server/tracing'],
  ['server/room', 'server/streams'],
  ['server/lab.ts'],
  ['server/transports'],
  ['server/lab-controls'],
  ['server/lab-controls/races'],
  ['server/hot-path.ts', 'server/site.ts'],
  ['server/lab-server.ts', 'server/how-to-open.ts', 'server/last-line.ts', 'server/page-build.ts'],
  ['server/main.ts'],

  ['client/least-where.ts', 'client/colours.ts', 'client/answer-bytes.ts'],
  ['client/closed-forms.ts', 'client/student-t.ts'],
  ['client/burst-forms.ts'],
  ['client/transports'],
  ['client/session'],
  ['client/page'],
  ['client/page/anatomy'],
  ['client/page/race'],
  ['client/page/main.ts'],

  ['bench/package-root.ts', 'bench/run'],
  ['bench/stats'],
  ['bench/scenarios'],
  ['bench/load', 'bench/report', 'bench/controls', 'bench/environment.ts'],
  ['bench/load/worker', 'bench/others.ts', 'bench/quiet.ts'],
  ['bench/runners', 'bench/chaos'],
  ['bench/abuse'],
  ['bench/docs.ts', 'bench/race-page.ts'],
  [
    'bench/flags.ts',
    'bench/outputs.ts',
    'bench/run-bench.ts',
    'bench/docs-main.ts',
    'bench/picture-main.ts',
    'bench/race-trial-main.ts',
  ],
  ['bench/main.ts', 'bench/plan'],
];

/** Beside the floors: what a room does not see of those below. */
const HIDDEN = [
  { from: 'client', hides: 'server', but: ['server/protocol'] },
  { from: 'bench', hides: 'server', but: ['server/protocol', 'server/command'] },
  { from: 'bench', hides: 'client/page', but: [] },
];

const within = (path, room) => path === room || path.startsWith(`${room}/`);
const floors = new Map(FLOORS.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));
/** @returns the room with the longest name that the file is in. */
const roomOf = (file) =>
  [...floors.keys()].filter((room) => within(file, room)).sort((one, other) => other.length - one.length)[0];

/** @returns what is wrong with an arrow, or null. */
function problem(file, target) {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === undefined) return 'stands on no floor: give it one in .ci/floors.mjs';
  if (to === undefined || from === to) return null;
  if (floors.get(to) >= floors.get(from)) return `imports ${target}, and ${to} is not below ${from}`;
  const hidden = HIDDEN.find((rule) => {
    return within(file, rule.from) && within(target, rule.hides) && !rule.but.some((room) => within(target, room));
  });
  return hidden === undefined
    ? null
    : `imports ${target}, and ${hidden.from} sees of ${hidden.hides} only: ${hidden.but}`;
}

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'server', 'client', 'bench'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.includes('/testing/') && existsSync(file));
const problems = files.flatMap((file) => {
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export|\} from|.*\bimport\().*?'(\.[^']+)'/gm);
  return [...imports].flatMap(([, path]) => {
    const wrong = problem(file, join(dirname(file), path));
    return wrong === null ? [] : [`${file} ${wrong}`];
  });
});
for (const line of problems) process.stderr.write(`${line}\n`);
process.stderr.write(problems.length === 0 ? `Floors: ${files.length} files, no arrow upwards.\n` : '');
process.exitCode = problems.length === 0 ? 0 : 1;
