// Runs a main of the project: `node server/launch.mjs server/main.ts [flags]`. Compiles first what that needs and what is
// stale, in plain JavaScript, so that it works on a fresh clone, and without npm's pre-scripts, which some people forbid.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const parent = process.ppid;
const [node, , main = '', ...flags] = process.argv;
const project = main.split('/', 1)[0];

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
if (!existsSync(tsc)) {
  end('the compiler is missing: run npm ci --include=dev (what is built already runs as node dist/server/main.js)');
}
// What a main prints on its standard output may be for a program to read.
const { status } = spawnSync(node, [tsc, '-b', join(root, project)], { stdio: ['ignore', 2, 2] });
if (status !== 0) end('what is named above does not compile');

// npm was ended while this compiled, and its shell with it: nobody waits for what would be started now.
if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) process.exit(1);

const built = join(root, 'dist', main.replace(/\.ts$/, '.js'));
process.argv = [node, built, ...flags];
// In this process: whoever sends it a signal, or waits for its end, means the main.
await import(pathToFileURL(built).href);

function end(why) {
  process.stderr.write(`transport-lab: ${why}\n`);
  process.exit(1);
}
