// slow-reader: some clients of a stream stop reading. What does the server hold for them, and do the others suffer?
import { TEXT_BYTES } from '../../server/protocol/limits.ts';
import type { BenchSettings, Scenario } from './scenario.ts';

const STOPPED_READERS = 10;
const CLIENTS = 5;
/** With the longest texts: so many that the system's own buffers are full long before the end. */
const MESSAGES_PER_SECOND = 400;
const DURATION_MS = { quick: 3000, default: 4000, full: 5000 } as const;
const MOST_ROUNDS = 2;

export function slowReader(settings: BenchSettings): Scenario {
  return {
    name: 'slow-reader',
    question: 'What does the server hold for readers that stop, and do the others suffer?',
    workload: {
      kind: 'slow-reader',
      rounds: Math.min(MOST_ROUNDS, settings.rounds),
      stoppedReaders: STOPPED_READERS,
      clients: CLIENTS,
      messagesPerSecond: MESSAGES_PER_SECOND,
      textBytes: TEXT_BYTES,
      durationMs: DURATION_MS[settings.size],
      seed: settings.seed,
    },
  };
}
