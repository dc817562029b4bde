// A trace for a while: what it has told is kept, and can be waited for.
import type { TransportEnv } from '../../transports/transport.ts';
import type { TraceEvent } from './trace-events.ts';
import { openTrace } from './trace-stream.ts';

const TIMEOUT_MS = 10_000;

export interface TraceLog {
  readonly trace: string;
  readonly events: readonly TraceEvent[];
  /** Resolves as soon as `find` gives something of the events so far; rejects with what is missing after ten seconds. */
  until<T>(what: string, find: (events: readonly TraceEvent[]) => T | undefined): Promise<T>;
  close(): void;
}

/** Resolves when it has begun; rejects where the lab gives none. */
export function startTraceLog(env: TransportEnv): Promise<TraceLog> {
  const events: TraceEvent[] = [];
  const looks = new Set<() => void>();

  function until<T>(what: string, find: (all: readonly TraceEvent[]) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        looks.delete(look);
        reject(new Error(`no trace came of ${what}`));
      }, TIMEOUT_MS);
      function look(): void {
        const found = find(events);
        if (found === undefined) return;
        clearTimeout(timer);
        looks.delete(look);
        resolve(found);
      }
      looks.add(look);
      look();
    });
  }

  return new Promise((resolve, reject) => {
    const refuse = (detail: string) => {
      close();
      reject(new Error(detail));
    };
    const close = openTrace(env, {
      began: (trace) => resolve({ trace, events, until, close }),
      event(event) {
        events.push(event);
        for (const look of [...looks]) look();
      },
      interrupted: () => refuse('the lab can’t be reached'),
      off: () => refuse('the server’s lab controls are off'),
      failed: refuse,
    });
  });
}
