// recovery: the network breaks, falls silent, or the server is killed. Who notices when, and when does everybody have
// everything again?
import type { BenchSettings, Scenario } from './scenario.ts';
import { WAIT_SECONDS } from './steady.ts';

/** With a real lab's heartbeat, and so long that a dead long poll is noticed too: its hold, and ten seconds. */
const REAL = { heartbeatMs: 15_000, offlineMs: 45_000 };
/** Scaled down, so that a short fault too is longer than the 2.5 heartbeats after which a stream is taken for dead. */
const SHORT = { heartbeatMs: 1000, offlineMs: 4000 };
const CLIENTS = { quick: 10, default: 20, full: 20 } as const;
/** It takes three minutes then; chance is among the many clients, not among rounds. */
const FULL_ROUNDS = 1;

export function recovery(settings: BenchSettings): Scenario {
  const isFull = settings.size === 'full';
  return {
    name: 'recovery',
    question: 'Who notices a fault when, and when does everybody have everything again?',
    workload: {
      kind: 'recovery',
      rounds: isFull ? Math.min(FULL_ROUNDS, settings.rounds) : settings.rounds,
      clients: CLIENTS[settings.size],
      faults: ['cut', 'blackhole', 'kill'],
      ...(isFull ? REAL : SHORT),
      messages: 50,
      textBytes: settings.textBytes,
      pollIntervalMs: settings.pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
    },
  };
}
