// Runs the impairment proxy as a process of its own: by flags alone, or steered by a parent through an IPC channel.

import { listenProblem } from '../command/addresses.ts';
import { outliveReaders } from '../command/output.ts';
import { FlagError } from '../command/settings.ts';
import { answerControl } from './control.ts';
import { HELP, readFlags } from './flags.ts';
import { type ProxyOptions, startProxy } from './proxy.ts';

/** The command line was wrong. */
const EXIT_USAGE = 2;

function fail(message: string, exitCode: number): never {
  process.stderr.write(`impairment proxy: ${message}\n`);
  process.exit(exitCode);
}

function readArguments(): ProxyOptions {
  try {
    const options = readFlags(process.argv.slice(2));
    if (options !== 'help') return options;
    process.stdout.write(HELP);
    process.exit(0);
  } catch (error) {
    if (error instanceof FlagError) fail(`${error.message}\nTry: --help`, EXIT_USAGE);
    throw error;
  }
}

outliveReaders();
const options = readArguments();
const proxy = await startProxy(options).catch((error: unknown) => fail(listenProblem(error, options), 1));

const stop = (): void => {
  proxy.close().then(
    () => process.exit(0),
    (error: unknown) => fail(String(error), 1),
  );
};
process.on('SIGTERM', stop);
if (process.send === undefined) process.on('SIGINT', stop);
else {
  // Ctrl-C goes to the whole group: the parent's goodbyes still have to pass, and then it ends this process.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', stop);
  // The parent may have gone while this was being loaded, when nobody listened yet.
  if (!process.connected) stop();
  process.on('message', (message) => {
    const reply = answerControl(proxy, message);
    // Whom the reply does not reach is gone, and 'disconnect' follows.
    if (reply !== null) process.send?.(reply, undefined, undefined, () => undefined);
  });
}

const { host, port } = options.target;
process.stdout.write(`The impairment proxy is listening on ${proxy.url} in front of ${host}:${port}\n`);
