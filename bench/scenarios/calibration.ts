// calibration: is the bench itself to be believed? A known delay, the same transport twice, and the loader's floor.
import type { BenchSettings, Scenario } from './scenario.ts';
import { WAIT_SECONDS } from './steady.ts';

export function calibration(settings: BenchSettings): Scenario {
  return {
    name: 'calibration',
    question: 'Does the bench measure what is there, and see no difference where there is none?',
    workload: {
      kind: 'calibration',
      rounds: settings.size === 'quick' ? 3 : 5,
      clients: 1,
      arrivals: 'poisson',
      // Many: a machine that is seldom asked answers now sooner, now later.
      messagesPerSecond: 200,
      textBytes: settings.textBytes,
      addedDelayMs: 5,
      baseDelayMs: 5,
      warmUpMs: 500,
      durationMs: settings.size === 'full' ? 2500 : 1200,
      pollIntervalMs: settings.pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
      seed: settings.seed,
    },
  };
}
