// Runs the lab: the only file that reads the command line and the environment.
import { setFlagsFromString } from 'node:v8';
import { listenProblem } from './command/addresses.ts';
import { outliveReaders } from './command/output.ts';
import { FlagError } from './command/settings.ts';
import { onStop } from './command/stopping.ts';
import { helpText, type LabConfig, readConfig } from './config.ts';
import { howToOpen } from './how-to-open.ts';
import { createLog } from './lab.ts';
import { type LabServer, startLabServer } from './lab-server.ts';
import { drawLastLine } from './last-line.ts';
import { buildPage, pageIsStale } from './page-build.ts';
import { projectRoot } from './project-root.ts';

/** The command line was wrong. */
const EXIT_USAGE = 2;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(message: string, exitCode: number): never {
  process.stderr.write(`transport-lab: ${message}\n`);
  process.exit(exitCode);
}

function readArguments(): LabConfig {
  try {
    const config = readConfig(process.argv.slice(2), process.env);
    if (config !== 'help') return config;
    process.stdout.write(helpText());
    process.exit(0);
  } catch (error) {
    if (error instanceof FlagError) fail(`${error.message}\nTry: npm start -- --help`, EXIT_USAGE);
    throw error;
  }
}

async function prepare(config: LabConfig, signal: AbortSignal): Promise<LabServer> {
  const root = projectRoot();
  if (config.pageBuild && pageIsStale(root)) {
    say('building the page …');
    await buildPage(root, signal);
  }
  return startLabServer(config);
}

// What is garbage may come to half as much as what is in use; by itself V8 lets a small heap grow to several times that. Of
// its youngest part the start script bounds the size, which Node 24 would let come to 134 MB.
setFlagsFromString('--heap-growing-percent=50');
outliveReaders();
const config = readArguments();
let server: LabServer | undefined;
const starting = new AbortController();
onStop((again) => {
  if (again) process.exit(1);
  say('shutting down …');
  if (server === undefined) {
    starting.abort();
    process.exit(0);
  }
  server.close().then(
    () => process.exit(0),
    (error: unknown) => fail(String(error), 1),
  );
});
const lab = await prepare(config, starting.signal).catch((error: unknown) => fail(listenProblem(error, config), 1));
server = lab;
drawLastLine({ log: createLog(config), shutdownMs: config.shutdownMs, close: () => lab.close() });

say(`Transport Lab is listening on ${lab.url}`);
for (const line of howToOpen(lab.url, config.host)) say(line);
