// http-ceiling: how many publishing POSTs and empty short polls can the server answer, beside a server that does
// nothing?
import type { BenchSettings, Scenario } from './scenario.ts';

export function httpCeiling(settings: BenchSettings): Scenario {
  return {
    name: 'http-ceiling',
    question: 'How many HTTP requests can the server answer?',
    workload: {
      kind: 'http-ceiling',
      // Five have intervals.
      rounds: settings.size === 'quick' ? 1 : 5,
      connections: 256,
      textBytes: 100,
      warmUpMs: settings.size === 'quick' ? 300 : 500,
      durationMs: settings.size === 'quick' ? 500 : 1000,
    },
  };
}
