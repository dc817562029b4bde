// How many short polls find nothing, at several rates of messages at once, each on a server of its own.
import type { Transport } from '../../../client/transports/transport.ts';
import { seededRandom } from '../../../server/protocol/seeded-random.ts';
import { openClientPool } from '../../load/client-pool.ts';
import { monotonicClock as clock } from '../../load/clock.ts';
import { eventually } from '../../load/eventually.ts';
import { pace, schedule } from '../../load/pacer.ts';
import { createPublisher, freshTag } from '../../load/publisher.ts';
import { allAtOnce, inScope, type Scope } from '../../load/scope.ts';
import { startLab } from '../../load/server-under-test.ts';
import type { EmptyPollsWorkload } from '../../scenarios/scenario.ts';
import { stratifiedPhases } from '../../stats/random.ts';
import { costsBetween, type RunContext } from '../context.ts';

export interface EmptyShare {
  readonly messagesPerPoll: number;
  readonly polls: number;
  readonly empty: number;
}

const WAIT_SECONDS = 1;
/** How long the last message may take. */
const GRACE_MS = 30_000;
const OVERHEAD_MS = 2500;

export function estimateEmptyPollsMs({ durationMs }: EmptyPollsWorkload): number {
  return durationMs + OVERHEAD_MS;
}

export function measureEmptyPolls(
  workload: EmptyPollsWorkload,
  { transports, signal, progress }: RunContext,
): Promise<EmptyShare[]> {
  const [transport] = transports;
  if (transport === undefined) throw new RangeError('there is no transport that polls');
  progress('empty polls');
  return allAtOnce(signal, workload.messagesPerPoll, (messagesPerPoll, inner) =>
    inScope(inner, (scope) => countPolls(transport, messagesPerPoll, workload, scope)),
  );
}

async function countPolls(
  transport: Transport,
  messagesPerPoll: number,
  { clients, pollIntervalMs, durationMs, textBytes, seed }: EmptyPollsWorkload,
  { open, signal }: Scope,
): Promise<EmptyShare> {
  const lab = await open(startLab());
  const publisher = await open(createPublisher(lab.origin, { textBytes, tag: freshTag() }));
  const random = seededRandom(seed);
  const phases = stratifiedPhases(clients, pollIntervalMs, random);
  let answers = 0;
  const pool = await open(
    openClientPool({
      ...{ transport, clients, pollIntervalMs, signal, origin: lab.origin, waitSeconds: WAIT_SECONDS },
      pollPhaseMs: (client) => phases[client] ?? 0,
      received: () => {
        answers += 1;
      },
    }),
  );
  const messagesPerSecond = (messagesPerPoll * 1000) / pollIntervalMs;
  const { offsetsMs, toMs } = schedule('poisson', [{ ms: durationMs, messagesPerSecond }], random);
  const before = await lab.read('begin');
  const startAt = clock.now();
  await pace({
    ...{ clock, startAt, offsets: offsetsMs, signal },
    send: (index, intendedAt) => publisher.publish({ index, intendedAt }),
    lag: () => undefined,
  });
  await clock.sleepUntil(startAt + toMs, signal);
  await publisher.settled();
  await eventually(() => pool.allHaveUpTo(publisher.lastSeq), GRACE_MS, signal);
  const after = await lab.read('end');
  const failure = publisher.failures[0] ?? pool.failures[0];
  if (failure !== undefined) throw new Error(failure);
  if (before.stats === null || after.stats === null) throw new Error('a lab without counters');
  const { requests: polls } = costsBetween(before.stats, after.stats, transport.name);
  return { messagesPerPoll, polls, empty: polls - answers };
}
