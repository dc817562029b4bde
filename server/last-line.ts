// The last line of the process: an error that nobody caught is logged, and ends it after a goodbye, never in silence.
import type { Logger } from 'pino';

/** Milliseconds beyond the time of a shutdown after which the process ends, whatever is left to do. */
const GRACE_MS = 1000;

export interface LastLineOptions {
  readonly log: Pick<Logger, 'fatal'>;
  /** What a shutdown takes at the most. */
  readonly shutdownMs: number;
  /** Says goodbye to everybody. */
  readonly close: () => Promise<void>;
}

/** From here on an uncaught error, or a rejection, ends the process with exit code 1, after `close`. */
export function drawLastLine({ log, shutdownMs, close }: LastLineOptions): void {
  let ending = false;
  process.on('uncaughtException', (error: unknown) => {
    // What fails during the goodbye is told, and does not cut it short.
    log.fatal({ error }, 'an error that nobody caught: the server says goodbye, and ends');
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), shutdownMs + GRACE_MS);
    close()
      .catch((failure: unknown) => log.fatal({ error: failure }, 'the shutdown failed'))
      .finally(() => process.exit(1));
  });
}
