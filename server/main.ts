// Runs the lab: the only file that reads the command line and the environment.
import { ConfigError, helpText, type LabConfig, readConfig } from './config.ts';
import { howToOpen } from './how-to-open.ts';
import { type LabServer, startLabServer } from './lab-server.ts';
import { buildPage, pageIsStale } from './page-build.ts';
import { projectRoot } from './project-root.ts';
import { errorText } from './protocol/error-text.ts';

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
    if (error instanceof ConfigError) fail(`${error.message}\nTry: npm start -- --help`, EXIT_USAGE);
    throw error;
  }
}

function startProblem(error: unknown, { host, port }: LabConfig): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} is in use: stop what uses it, or choose another one with --port`;
  if (code === 'EACCES') return `port ${port} may not be used by this user: choose one above 1023 with --port`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `this machine has no address ${host}: check --host`;
  return errorText(error);
}

async function prepare(config: LabConfig): Promise<LabServer> {
  const root = projectRoot();
  if (config.pageBuild && pageIsStale(root)) {
    say('building the page …');
    await buildPage(root);
  }
  return startLabServer(config);
}

const config = readArguments();
const server = await prepare(config).catch((error: unknown) => fail(startProblem(error, config), 1));

// Whoever reads our output may go away before us.
process.stdout.on('error', () => undefined);

let stopping = false;
const stop = (): void => {
  // Whoever asks twice means it.
  if (stopping) process.exit(1);
  stopping = true;
  say('shutting down …');
  server.close().then(
    () => process.exit(0),
    (error: unknown) => fail(String(error), 1),
  );
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

say(`Transport Lab is listening on ${server.url}`);
for (const line of howToOpen(server.url, config.host)) say(line);
