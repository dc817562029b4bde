// nodes: a node whose log is in Redis beside one that keeps it itself. What does it cost to be one of several?
import type { BenchSettings, Scenario } from './scenario.ts';
import { broadcastOf } from './steady.ts';

/** A single one first: what a message itself costs, and the time in which its code gets hot. */
const CLIENTS = [1, 500, 1000];
const MESSAGES_PER_SECOND = 20;
const HOT = { warmUpMs: 8000, warmUpMessagesPerSecond: 400 };
const SIZES = {
  quick: { rounds: 1, durationMs: 2000, memoryConnections: [500, 1000], memoryRounds: 1 },
  default: { rounds: 5, durationMs: 4000, memoryConnections: [1000, 2000, 3000, 4000], memoryRounds: 5 },
  full: { rounds: 8, durationMs: 5000, memoryConnections: [1000, 2000, 3000, 4000, 5000], memoryRounds: 5 },
} as const;

export function nodes(settings: BenchSettings): Scenario {
  const { memoryConnections, memoryRounds, ...size } = SIZES[settings.size];
  const { kind: _, ...broadcast } = broadcastOf(settings, {
    ...size,
    ...HOT,
    clients: CLIENTS,
    messagesPerSecond: MESSAGES_PER_SECOND,
    messagesAtOnce: 1,
    controls: [],
  });
  return {
    name: 'nodes',
    question: 'What does a node on Redis cost beside one that keeps the log itself?',
    workload: { kind: 'nodes', ...broadcast, memoryConnections, memoryRounds },
  };
}
