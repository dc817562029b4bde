// What is lost where the network is away again and again: by clients that read on from their cursor, and by clients that
// begin anew. All transports, both kinds, at once.
import type { Transport } from '../../../client/transports/transport.ts';
import { seededRandom } from '../../../server/protocol/seeded-random.ts';
import { monotonicClock as clock } from '../../load/clock.ts';
import { eventually } from '../../load/eventually.ts';
import type { ImpairedNetwork } from '../../load/impaired.ts';
import { pace, schedule } from '../../load/pacer.ts';
import { createPublisher, freshTag } from '../../load/publisher.ts';
import { inScope, type Scope } from '../../load/scope.ts';
import { openNetwork, startLab } from '../../load/server-under-test.ts';
import type { OutagesWorkload } from '../../scenarios/scenario.ts';
import type { RunContext } from '../context.ts';
import { openRestartingClient, type RestartingClient } from './restarting-client.ts';

/** What the clients of one kind lost. */
export interface OutageLosses {
  readonly transport: string;
  readonly resumes: boolean;
  /** The share of the messages, of each round. */
  readonly lost: readonly number[];
}

const CONNECT_TIMEOUT_MS = 30_000;
/** How long what is late may take, after the last outage. */
const GRACE_MS = 30_000;
/** In which nothing more comes to those that will not be told what they have missed. */
const QUIET_MS = 2000;
const OVERHEAD_MS = 5000;

interface Kind {
  readonly transport: Transport;
  readonly resumes: boolean;
}

export function estimateOutagesMs({ outages, everyMs }: OutagesWorkload): number {
  return outages * everyMs + QUIET_MS + OVERHEAD_MS;
}

export function measureOutages(
  workload: OutagesWorkload,
  { transports, signal, progress }: RunContext,
): Promise<OutageLosses[]> {
  const { rounds, outages, everyMs, offlineMs, messagesPerSecond, textBytes } = workload;
  const kinds = transports.flatMap((transport) => [false, true].map((resumes): Kind => ({ transport, resumes })));
  return inScope(signal, async (scope) => {
    progress(`${outages} outages of ${offlineMs / 1000} s`);
    const lab = await scope.open(startLab());
    const publisher = await scope.open(createPublisher(lab.directOrigin, { textBytes, tag: freshTag() }));
    const networks: ImpairedNetwork[] = [];
    const clients: RestartingClient[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { network } = await openNetwork(scope, lab, round);
      networks.push(network);
      clients.push(await openClients(kinds, workload, network, round, scope));
    }
    const connected = () => clients.flat().every((client) => client.connected);
    if (!(await eventually(connected, CONNECT_TIMEOUT_MS, scope.signal))) throw new Error('not every client connected');

    const startAt = clock.now();
    const random = seededRandom(workload.seed);
    const { offsetsMs } = schedule('poisson', [{ ms: outages * everyMs, messagesPerSecond }], random);
    const publishing = pace({
      clock,
      startAt,
      offsets: offsetsMs,
      send: (index, intendedAt) => publisher.publish({ index, intendedAt }),
      lag: () => undefined,
      signal: scope.signal,
    });
    const spoiling = networks.map((network, round) => spoil(network, startAt, round, workload, scope.signal));
    await Promise.all([publishing, ...spoiling]);
    await publisher.settled();
    const { failures, stored } = publisher;
    if (failures[0] !== undefined) throw new Error(failures[0]);
    const seqs = [...stored.values()].map(({ seq }) => seq);
    const haveAll = () =>
      connected() &&
      clients.every((own) =>
        own.every(({ received }, kind) => kinds[kind]?.resumes !== true || seqs.every((seq) => received.has(seq))),
      );
    await eventually(haveAll, GRACE_MS, scope.signal);
    await clock.sleepUntil(clock.now() + QUIET_MS, scope.signal);
    return kinds.map(({ transport, resumes }, kind) => ({
      transport: transport.name,
      resumes,
      lost: clients.map((own) => shareLost(seqs, own[kind]?.received ?? new Set())),
    }));
  });
}

function shareLost(seqs: readonly number[], received: ReadonlySet<number>): number {
  return seqs.filter((seq) => !received.has(seq)).length / Math.max(1, seqs.length);
}

/** One of each kind. */
function openClients(
  kinds: readonly Kind[],
  { rounds, retryMs, pollIntervalMs, waitSeconds }: OutagesWorkload,
  { origin }: ImpairedNetwork,
  round: number,
  scope: Scope,
): Promise<RestartingClient[]> {
  return Promise.all(
    kinds.map(({ transport, resumes }) => {
      const clientId = `${transport.name}-${resumes ? 'resumes' : 'anew'}-${round}`;
      const pollPhaseMs = ((round + 0.5) / rounds) * pollIntervalMs;
      const polling = { pollIntervalMs, pollPhaseMs, waitSeconds };
      return scope.open(openRestartingClient({ transport, origin, clientId, resumes, retryMs, ...polling }));
    }),
  );
}

/** The outages of each round are at other times of the same length, and none is cut short by the end. */
async function spoil(
  network: ImpairedNetwork,
  startAt: number,
  round: number,
  { rounds, outages, everyMs, offlineMs }: OutagesWorkload,
  signal: AbortSignal,
): Promise<void> {
  const first = startAt + ((round + 0.5) / rounds) * (everyMs - offlineMs);
  for (let outage = 0; outage < outages; outage += 1) {
    const at = first + outage * everyMs;
    await clock.sleepUntil(at, signal);
    await network.set({ refuse: true });
    await network.cutAll();
    await clock.sleepUntil(at + offlineMs, signal);
    await network.set({});
  }
}
