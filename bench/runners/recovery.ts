// Plays recovery: clients of all transports at once lose the lab for the same time, in each kind of fault, and come back
// by themselves, as people's do. Each fault has a lab of its own; so all faults of a round run at once, too.
import { setTimeout as sleep } from 'node:timers/promises';
import { createNodeEnv } from '../../client/transports/env-node.ts';
import type { Transport } from '../../client/transports/transport.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { eventually } from '../load/eventually.ts';
import { sumTotals } from '../load/ledger.ts';
import { createPublisher, freshTag, type Publisher } from '../load/publisher.ts';
import { allAtOnce, inScope, type Scope } from '../load/scope.ts';
import type { RecoveryFault, RecoveryWorkload } from '../scenarios/scenario.ts';
import type { Runner } from './context.ts';
import { openFragileLab } from './faults.ts';
import { watched } from './measure.ts';
import { type RecoveryRound, recoveryOf, recoveryResult } from './recovery-lanes.ts';
import { openSessionClient, type SessionClient } from './session-client.ts';

/** The longest delay of a session between two attempts to connect. */
const MAX_DELAY_MS = 30_000;
/** How long the last client may take. */
const RECOVERY_TIMEOUT_MS = 2 * MAX_DELAY_MS;
/** From the last client's being connected to the fault. */
const SETTLE_MS = 500;
/** What a round takes beside: starting and stopping. */
const ROUND_OVERHEAD_MS = 2000;

type Unwatched = Omit<RecoveryRound, 'loader'>;

interface Play {
  readonly fault: RecoveryFault;
  readonly round: number;
  readonly workload: RecoveryWorkload;
  readonly transports: readonly Transport[];
}

/** @returns one round of each transport. */
async function playFault({ fault, round, workload, transports }: Play, scope: Scope): Promise<Unwatched[]> {
  const { textBytes, messages, offlineMs } = workload;
  const { signal } = scope;
  const fragile = await openFragileLab(scope, fault, workload);
  const { lab, publishesAfter } = fragile;
  const publisher = await scope.open(createPublisher(lab.directOrigin, { textBytes, tag: freshTag() }));
  const clients = await openClients(round, workload, transports, lab.origin, scope);
  await sleep(SETTLE_MS, undefined, { signal });
  const before = Math.round(messages * fragile.shareBefore);
  await publish(publisher, 0, before);

  const beganAt = await fragile.begin();
  if (!publishesAfter) await publish(publisher, before, messages);
  await clock.sleepUntil(beganAt + offlineMs, signal);
  const endedAt = await fragile.end();
  if (publishesAfter) await publish(publisher, before, messages);

  const { lastSeq } = publisher;
  const all = [...clients.values()].flat();
  const haveRecovered = () =>
    all.every(({ ledger, status }) => status.state === 'connected' && ledger.hasAllUpTo(lastSeq));
  await eventually(haveRecovered, RECOVERY_TIMEOUT_MS, signal);
  return [...clients].map(([transport, own]) => ({
    transport,
    fault,
    clients: own.map(({ changes, batches }) => recoveryOf(changes, batches, { beganAt, endedAt, lastSeq })),
    messages,
    ledger: sumTotals(own.map(({ ledger }) => ledger.totals(lastSeq))),
    failures: [...publisher.failures, ...own.flatMap(({ failures }) => failures)],
  }));
}

/**
 * When a client notices depends on where it stands in its cycle of heartbeats, polls or holds; so clients are opened all
 * over the longest of those that end while the lab is away.
 */
function spreadMs({ heartbeatMs, pollIntervalMs, waitSeconds, offlineMs }: RecoveryWorkload): number {
  const cyclesMs = [heartbeatMs, pollIntervalMs, waitSeconds * 1000];
  return Math.max(pollIntervalMs, ...cyclesMs.filter((cycleMs) => cycleMs < offlineMs));
}

/** @returns those of each transport. */
async function openClients(
  round: number,
  workload: RecoveryWorkload,
  transports: readonly Transport[],
  origin: string,
  { open, signal }: Scope,
): Promise<Map<string, SessionClient[]>> {
  const { pollIntervalMs, waitSeconds } = workload;
  const clients = new Map<string, SessionClient[]>(transports.map(({ name }) => [name, []]));
  const startAt = clock.now();
  for (let index = 0; index < workload.clients; index += 1) {
    await clock.sleepUntil(startAt + (index / workload.clients) * spreadMs(workload), signal);
    const opening = transports.map(async (transport) => {
      const client = openSessionClient({
        ...{ transport, pollIntervalMs, waitSeconds, signal },
        env: createNodeEnv({ baseUrl: origin }),
        clientId: `${transport.name}-${index}`,
        // The same for each transport: so chance is no difference between them.
        random: seededRandom(round * 1000 + index),
      });
      clients.get(transport.name)?.push(await open(client));
    });
    await Promise.all(opening);
  }
  return clients;
}

/** Publishes those from one place in the schedule up to, but without, another; resolves when they are answered. */
async function publish(publisher: Publisher, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1) publisher.publish({ index, intendedAt: clock.now() });
  await publisher.settled();
}

/** From a fault's end until the last client is back: about as long as the longest delay between two of its attempts. */
function backMs({ offlineMs }: RecoveryWorkload): number {
  return Math.min(MAX_DELAY_MS, 3 * offlineMs);
}

export const recoveryRunner: Runner<RecoveryWorkload> = {
  estimateMs: (workload) =>
    workload.rounds * (spreadMs(workload) + SETTLE_MS + workload.offlineMs + backMs(workload) + ROUND_OVERHEAD_MS),
  async run(workload, { transports, signal, progress }) {
    const rounds: RecoveryRound[] = [];
    for (let round = 0; round < workload.rounds; round += 1) {
      progress(`round ${round + 1} of ${workload.rounds}, ${workload.faults.join(', ')} at once`);
      const { result, loader } = await watched(null, () =>
        allAtOnce(signal, workload.faults, (fault, inner) =>
          inScope(inner, (scope) => playFault({ fault, round, workload, transports }, scope)),
        ),
      );
      rounds.push(...result.flat().map((played) => ({ ...played, loader })));
    }
    return recoveryResult(transports, workload, rounds);
  },
};
