// Plays recovery: clients of all transports at once lose the lab for the same time, in each kind of fault, and come back
// by themselves, as people's do. Each fault has a lab of its own; so all faults of a round run at once, too.
import { setTimeout as sleep } from 'node:timers/promises';
import { createNodeEnv } from '../../client/transports/env-node.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { addTotals, EMPTY_LEDGER } from '../load/ledger.ts';
import { watchLoader } from '../load/loader-watch.ts';
import { createPublisher, freshTag, type Publisher } from '../load/publisher.ts';
import type { ScenarioResult } from '../run/run-file.ts';
import type { RecoveryFault, RecoveryWorkload } from '../scenarios/scenario.ts';
import { type RunContext, type Runner, workloadSettings } from './context.ts';
import { type FragileLab, startFragileLab } from './faults.ts';
import { type RecoveryRound, recoveryOf, recoveryResult } from './recovery-lanes.ts';
import { openSessionClient, type SessionClient } from './session-client.ts';
import { comesTrue, playUnless } from './waiting.ts';

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
  readonly context: RunContext;
  readonly signal: AbortSignal;
}

async function run(name: string, workload: RecoveryWorkload, context: RunContext): Promise<ScenarioResult> {
  const rounds: RecoveryRound[] = [];
  for (let round = 0; round < workload.rounds; round += 1) {
    context.progress(`round ${round + 1} of ${workload.rounds}, ${workload.faults.join(', ')} at once`);
    const watch = watchLoader();
    // One that fails takes the others with it, so that nothing is left running.
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    const played = await Promise.allSettled(
      workload.faults.map(async (fault) => {
        try {
          return await playFault({ fault, round, workload, context, signal });
        } catch (error) {
          stop.abort(error);
          throw error;
        }
      }),
    );
    const loader = watch.stop();
    if (stop.signal.aborted) throw stop.signal.reason;
    for (const one of played) {
      if (one.status === 'fulfilled') rounds.push(...one.value.map((result) => ({ ...result, loader })));
    }
  }
  return { name, settings: workloadSettings(workload), ...recoveryResult(context.transports, workload, rounds) };
}

/** @returns one round of each transport. */
async function playFault(play: Play): Promise<Unwatched[]> {
  const { fault, workload, signal } = play;
  const lab = await startFragileLab(fault, workload);
  const clients = new Map<string, SessionClient[]>();
  let publisher: Publisher | undefined;
  try {
    const tag = freshTag();
    const publishing = await createPublisher(lab.directOrigin, { textBytes: workload.textBytes, tag });
    publisher = publishing;
    return await playUnless(lab.ended, signal, (stop) => measure(play, lab, publishing, clients, stop));
  } finally {
    publisher?.close();
    for (const client of [...clients.values()].flat()) client.close();
    await lab.stop();
  }
}

/** @param clients gets those that were opened, by transport, to be closed in any case. */
async function measure(
  { fault, round, workload, context }: Play,
  lab: FragileLab,
  publisher: Publisher,
  clients: Map<string, SessionClient[]>,
  signal: AbortSignal,
): Promise<Unwatched[]> {
  await openClients(round, workload, context, lab, clients, signal);
  await sleep(SETTLE_MS, undefined, { signal });
  const all = [...clients.values()].flat();
  const before = Math.round(workload.messages * lab.shareBefore);
  await publish(publisher, 0, before);

  const beganAt = await lab.begin();
  if (!lab.publishesAfter) await publish(publisher, before, workload.messages);
  await clock.sleepUntil(beganAt + workload.offlineMs, signal);
  const endedAt = await lab.end();
  if (lab.publishesAfter) await publish(publisher, before, workload.messages);

  const { lastSeq } = publisher;
  const haveRecovered = () =>
    all.every(({ ledger, status }) => status.state === 'connected' && ledger.hasAllUpTo(lastSeq));
  await comesTrue(haveRecovered, RECOVERY_TIMEOUT_MS, signal);
  return [...clients].map(([transport, own]) => ({
    transport,
    fault,
    clients: own.map(({ changes, progress }) => recoveryOf(changes, progress, { beganAt, endedAt, lastSeq })),
    messages: workload.messages,
    ledger: own.map(({ ledger }) => ledger.totals(lastSeq)).reduce(addTotals, EMPTY_LEDGER),
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

async function openClients(
  round: number,
  workload: RecoveryWorkload,
  { transports }: RunContext,
  lab: FragileLab,
  clients: Map<string, SessionClient[]>,
  signal: AbortSignal,
): Promise<void> {
  const startAt = clock.now();
  for (const { name } of transports) clients.set(name, []);
  for (let index = 0; index < workload.clients; index += 1) {
    await clock.sleepUntil(startAt + (index / workload.clients) * spreadMs(workload), signal);
    const opening = transports.map(async (transport) => {
      const client = await openSessionClient({
        transport,
        env: createNodeEnv({ baseUrl: lab.origin }),
        clientId: `${transport.name}-${index}`,
        pollIntervalMs: workload.pollIntervalMs,
        waitSeconds: workload.waitSeconds,
        // The same for each transport: so chance is no difference between them.
        random: seededRandom(round * 1000 + index),
        signal,
      });
      clients.get(transport.name)?.push(client);
    });
    const opened = await Promise.allSettled(opening);
    for (const one of opened) if (one.status === 'rejected') throw one.reason;
  }
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
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
