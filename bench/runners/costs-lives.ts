// What `costs` plays in one life of a server: windows of messages to ever more clients, windows of empty requests at
// several rates, and silence of all transports at once.
import { formatCursor } from '../../server/protocol/cursor.ts';
import { transportPath } from '../../server/protocol/routes.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { monotonicClock as clock, thriftyClock } from '../load/clock.ts';
import type { LedgerTotals } from '../load/ledger.ts';
import { schedule } from '../load/pacer.ts';
import type { Pinning } from '../load/pinning.ts';
import { inScope, type Scope } from '../load/scope.ts';
import { type Edge, type ServerUnderTest, startControl, startLab } from '../load/server-under-test.ts';
import type { Subject } from '../load/subject.ts';
import type { Crowd } from '../load/worker/fleet.ts';
import type { LoaderFigures } from '../run/run-file.ts';
import type { CostsWorkload } from '../scenarios/scenario.ts';
import { costsBetween, type RunContext } from './context.ts';
import {
  type MessageWindow,
  messageSettleMs,
  messageWindowMs,
  messageWindows,
  requestWindowMs,
  rotated,
} from './costs-grid.ts';
import { openRoom, watched } from './measure.ts';
import { untilSteady, type WarmUp } from './warm-up.ts';

export interface LifeOptions {
  readonly workload: CostsWorkload;
  readonly round: number;
  readonly context: Pick<RunContext, 'fleet' | 'signal' | 'transports'>;
  readonly pinning: Pinning;
}

export interface PlayedMessages {
  readonly window: MessageWindow;
  readonly messages: number;
  readonly cpuUs: number;
  /** A second, of the whole server; null where nobody counted. */
  readonly requestsPerSecond: number | null;
  readonly ledger: LedgerTotals;
  readonly loader: LoaderFigures;
  readonly failures: readonly string[];
}

export interface PlayedRequests {
  readonly nominalPerSecond: number;
  readonly answered: number;
  readonly elapsedMs: number;
  readonly cpuUs: number;
  readonly failures: readonly string[];
}

export interface Life<Window> {
  readonly warmUp: WarmUp;
  readonly windows: readonly Window[];
}

/** Who is asked for what is empty. */
export interface Asked {
  readonly lane: { readonly transport: string } | { readonly control: string };
  readonly name: string;
  readonly pace: 'clock' | 'held';
}

/** Without messages before a window, so that none from before is still under way. */
const GUARD_MS = 100;
const WARM_UP_MESSAGES_PER_SECOND = 60;
const MOST_WARM_UP_REQUESTS = 2000;
/** From the first request of a rate to its window. */
const ASKING_MS = 300;
/** The longest that a hold may be: it does not end in the window. */
const LONGEST_HOLD_SECONDS = 60;
const NEVER_MS = 3_600_000;
const SILENCE_SETTLE_MS = 500;
/** In silence: the server that no client is connected to. */
export const NO_TRANSPORT = 'http';

async function openPinned<Server extends ServerUnderTest>(
  scope: Scope,
  { pinning }: LifeOptions,
  start: Promise<Server>,
): Promise<Server> {
  const server = await scope.open(start);
  if (server.pid !== null) await pinning.pinServer(server.pid);
  return server;
}

export function playMessages(subject: Subject, options: LifeOptions): Promise<Life<PlayedMessages>> {
  const { workload, round, context } = options;
  const { fleet, signal } = context;
  const { pollIntervalMs, seed, warmUp } = workload;
  const { transport, name, pace, lane } = subject;
  return inScope(signal, async (scope) => {
    const server = await openPinned(scope, options, subject.start());
    const { origin } = server;
    const room = await openRoom(scope, { ...workload, fleet, origin });
    const phases = seededRandom(seed * 1000 + round);
    const crowds: Crowd[] = [];
    const windows: PlayedMessages[] = [];
    const settleMs = messageSettleMs(workload, pace);
    const guardMs = pace === 'clock' ? 0 : GUARD_MS;
    const play = async (messagesPerSecond: number, ms: number, random: () => number) => {
      const stretches = [settleMs, ms].map((stretch) => ({ ms: stretch, messagesPerSecond }));
      const plan = schedule('poisson', stretches, random, guardMs);
      const { result, loader } = await watched(fleet, (lag) =>
        room.playWindow(server, [crowds], { schedule: plan, lag, pacedBy: thriftyClock }),
      );
      const [played] = result;
      if (played === undefined) throw new Error('a window gave nothing');
      return { ...played, loader, cpuUs: played.after.cpuUs - played.before.cpuUs };
    };
    let hot: WarmUp | null = null;
    let open = 0;
    const all = messageWindows(workload, pace, 'control' in lane);
    for (const clients of new Set(all.map((window) => window.clients))) {
      // By chance alone, as separate clients begin.
      const phasesMs = Array.from({ length: clients - open }, () => phases() * pollIntervalMs);
      open = clients;
      const clientIdPrefix = `${name}-${crowds.length}`;
      crowds.push(await room.openCrowd({ transport, origin, clientIdPrefix, phasesMs, counts: true }));
      const warmRate = Math.min(WARM_UP_MESSAGES_PER_SECOND, workload.messages.mostDeliveriesPerSecond[pace] / clients);
      hot ??= await untilSteady(warmUp, async () => {
        const { cpuUs, messages } = await play(warmRate, warmUp.sliceMs, phases);
        return cpuUs / messages;
      });
      const ofThese = all.filter((window) => window.clients === clients);
      for (const window of rotated(ofThese, round)) {
        const { messagesPerSecond } = window;
        // The same schedule for every transport and number of clients.
        const random = seededRandom(seed * 1_000_000 + round * 1000 + messagesPerSecond);
        const played = await play(messagesPerSecond, messageWindowMs(workload, pace, messagesPerSecond), random);
        const { before, after, messages, cpuUs, ledger, loader, failures } = played;
        const costs =
          before.stats === null || after.stats === null ? null : costsBetween(before.stats, after.stats, transport);
        const requestsPerSecond = costs === null ? null : (costs.requests * 1000) / (after.cpuAt - before.cpuAt);
        windows.push({ window, messages, cpuUs, requestsPerSecond, ledger, loader, failures });
      }
    }
    if (hot === null) throw new Error('there are no rates of messages to measure at');
    return { warmUp: hot, windows };
  });
}

export function playRequests(asked: Asked, options: LifeOptions): Promise<Life<PlayedRequests>> {
  const { workload, round, context } = options;
  const { fleet, signal } = context;
  const { seed, requests, warmUp } = workload;
  return inScope(signal, async (scope) => {
    const { server, path } = await openAsked(scope, asked, options);
    scope.failWith(fleet.ended);
    /** Plays windows of that length for as long as more are wanted. */
    const atRate = <Result>(rate: number, play: (window: (ms: number) => Promise<PlayedRequests>) => Promise<Result>) =>
      inScope(scope.signal, async (inner) => {
        const held = asked.pace === 'held';
        const holdMs = requests.holdSeconds * 1000;
        const askers = await inner.open(
          fleet.openAskers({
            origin: server.origin,
            path,
            clientIdPrefix: `${asked.name}-${rate}`,
            connections: held ? rate * requests.holdSeconds : Math.min(rate, requests.mostConnections),
            perSecond: held ? null : rate,
            spreadMs: holdMs,
            seed: seed * 1000 + round,
          }),
        );
        await clock.sleepUntil(clock.now() + ASKING_MS + (held ? holdMs : 0), inner.signal);
        return play(async (ms) => {
          const before = await server.read('begin');
          const counted = await askers.report();
          await clock.sleepUntil(before.cpuAt + ms, inner.signal);
          const [after, { answered, failures }] = await Promise.all([server.read('end'), askers.report()]);
          return {
            nominalPerSecond: rate,
            answered: answered - counted.answered,
            elapsedMs: after.cpuAt - before.cpuAt,
            cpuUs: after.cpuUs - before.cpuUs,
            failures,
          };
        });
      });

    const rates = requests.rates[asked.pace];
    const hotRate = Math.max(...rates.filter((rate) => rate <= MOST_WARM_UP_REQUESTS));
    const hot = await atRate(hotRate, (play) =>
      untilSteady(warmUp, async () => {
        const { cpuUs, answered } = await play(warmUp.sliceMs);
        return cpuUs / Math.max(1, answered);
      }),
    );
    const windows: PlayedRequests[] = [];
    for (const rate of rotated(rates, round)) {
      windows.push(await atRate(rate, (play) => play(requestWindowMs(workload, rate))));
    }
    return { warmUp: hot, windows };
  });
}

async function openAsked(
  scope: Scope,
  { lane, pace }: Asked,
  options: LifeOptions,
): Promise<{ server: ServerUnderTest; path: string }> {
  if ('control' in lane) {
    return { server: await openPinned(scope, options, startControl(lane.control)), path: '/?cursor=bare.0' };
  }
  const server = await openPinned(scope, options, startLab());
  const { room } = await server.stats();
  const wait = pace === 'held' ? `&wait=${options.workload.requests.holdSeconds}` : '';
  const path = `${transportPath(lane.transport)}?cursor=${formatCursor(room.epoch, room.head)}${wait}`;
  return { server, path };
}

/**
 * Connections on which nothing happens but heartbeats, and beside them a server without any.
 * @returns what each transport's server took, by its name.
 */
export function playSilence(options: LifeOptions): Promise<ReadonlyMap<string, { cpuUs: number; elapsedMs: number }>> {
  const { workload, context } = options;
  const { fleet, signal, transports } = context;
  const { clients, durationMs } = workload.silence;
  return inScope(signal, async (scope) => {
    scope.failWith(fleet.ended);
    const servers = new Map<string, ServerUnderTest>();
    for (const { name } of transports) {
      const server = await openPinned(scope, options, startLab());
      servers.set(name, server);
      await scope.open(
        fleet.openCrowd({
          transport: name,
          origin: server.origin,
          clientIdPrefix: name,
          phasesMs: Array.from({ length: clients }, () => NEVER_MS - 1),
          pollIntervalMs: NEVER_MS,
          waitSeconds: LONGEST_HOLD_SECONDS,
          tag: 'silence',
        }),
      );
    }
    servers.set(NO_TRANSPORT, await openPinned(scope, options, startLab()));
    await clock.sleepUntil(clock.now() + SILENCE_SETTLE_MS, scope.signal);
    const read = (edge: Edge) =>
      Promise.all([...servers].map(async ([name, server]) => ({ name, ...(await server.read(edge)) })));
    const before = await read('begin');
    await clock.sleepUntil(clock.now() + durationMs, scope.signal);
    const after = await read('end');
    return new Map(
      before.map(({ name, cpuUs, cpuAt }, index) => {
        const end = after[index] ?? { cpuUs, cpuAt };
        return [name, { cpuUs: end.cpuUs - cpuUs, elapsedMs: end.cpuAt - cpuAt }] as const;
      }),
    );
  });
}
