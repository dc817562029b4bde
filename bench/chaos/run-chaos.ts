// Plays one run: a server that dies and comes back behind networks that fail, under clients that publish, read, stall
// and switch; then lets everything heal, waits until nobody lacks anything any more, and has the result judged.
import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { transports } from '../../client/transports/index.ts';
import { formatCursor } from '../../server/protocol/cursor.ts';
import type { Message } from '../../server/protocol/messages.ts';
import { type ImpairedNetwork, type NetworkCounts, startImpairment } from '../load/impaired.ts';
import { type MortalServer, startMortalServer } from '../load/mortal-server.ts';
import { type Deeds, runClient, runNetwork, runPublisher, runServer } from './actors.ts';
import { castOf, type Role } from './cast.ts';
import { type ChaosClient, createChaosClient } from './chaos-client.ts';
import type { ChaosSettings } from './flags.ts';
import type { History } from './history.ts';
import { addCounts } from './network.ts';
import { judge, type Verdict } from './oracle.ts';
import { bursts, clientFaults, createActors, serverFaults, weathers } from './plan.ts';

export interface ChaosResult {
  readonly settings: ChaosSettings;
  readonly verdict: Verdict;
  readonly deeds: Deeds;
  readonly networks: NetworkCounts;
  /** Connections that clients opened or tried to, publishing apart. */
  readonly openings: number;
  /** From the last fault to the moment when everybody had everything; null: that did not come in time. */
  readonly healedMs: number | null;
  /** Who lacked what when the time for healing was over. */
  readonly stragglers: readonly string[];
}

export interface ChaosHooks {
  /** Aborted: stop at once, leave nothing behind, and reject. */
  readonly signal: AbortSignal;
  /** Says what is being done now. @param part 0: faults, 1: healing. */
  progress(part: number, step: string): void;
}

const NETWORKS = 3;
/** A run of this length or more takes its time; a shorter one is in a hurry. */
const FULL_PACE_MS = 60_000;
const LEAST_PACE = 0.25;
/** How long everybody may take to be connected at the start. */
const CONNECT_MS = 30_000;
/** How long healing may take: several of the session’s longest delays between two attempts. */
export const HEAL_MS = 150_000;
const LOOK_MS = 200;
const PROGRESS_MS = 5000;

/** At full pace, in ms; scaled with it. */
const MEAN_BURST_GAP_MS = 500;
const POLL_INTERVAL_MS = 250;
const HEARTBEAT_MS = 2000;
const WAIT_SECONDS = 5;

interface Stage {
  readonly server: MortalServer;
  readonly networks: readonly ImpairedNetwork[];
  readonly clients: readonly { readonly role: Role; readonly client: ChaosClient }[];
}

/** Rejects where a process fails, or the signal is aborted; nothing is left behind in any case. */
export async function runChaos(settings: ChaosSettings, hooks: ChaosHooks): Promise<ChaosResult> {
  const folder = mkdtempSync(join(tmpdir(), 'transport-lab-chaos-'));
  const endings: (() => unknown)[] = [];
  const ending = new AbortController();
  try {
    const stage = await setUp(settings, folder, endings);
    const failed = Promise.race([
      stage.server.crashed,
      ...stage.networks.map(({ ended }) => ended),
      abortOf(hooks.signal),
    ]);
    failed.catch(() => undefined);
    return await play(settings, stage, failed, hooks, ending.signal);
  } finally {
    ending.abort();
    for (const end of endings.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param endings gets what is to be undone, in reverse order. */
async function setUp(settings: ChaosSettings, folder: string, endings: (() => unknown)[]): Promise<Stage> {
  const nextActor = createActors(settings.seed);
  const server = await startMortalServer({
    store: settings.store === 'sqlite' ? `sqlite:${join(folder, 'room.db')}` : 'memory',
    webSocketEngines: settings.webSocketEngines,
    flags: [
      ...['--heartbeat-ms', `${HEARTBEAT_MS}`, '--pong-timeout-ms', `${HEARTBEAT_MS}`],
      ...['--stall-ms', `${2 * HEARTBEAT_MS}`],
    ],
  });
  endings.push(() => server.stop());
  const networks: ImpairedNetwork[] = [];
  for (let index = 0; index < NETWORKS; index += 1) {
    const network = await startImpairment(server.origin, Math.floor(nextActor()() * 2 ** 32));
    endings.push(() => network.stop());
    networks.push(network);
  }
  const intern = createInterning();
  const pace = paceOf(settings);
  const chosen = transports.filter(({ name }) => settings.transports.includes(name));
  const clients = castOf(settings.transports).map((role, index) => {
    const client = createChaosClient({
      name: role.name,
      lane: role.lane,
      transport: role.transport,
      transports: chosen,
      origin: (networks[index % NETWORKS] as ImpairedNetwork).origin,
      pollIntervalMs: POLL_INTERVAL_MS,
      waitSeconds: WAIT_SECONDS,
      random: hurried(nextActor(), pace),
      intern,
    });
    endings.push(() => client.close());
    return { role, client };
  });
  return { server, networks, clients };
}

async function play(
  settings: ChaosSettings,
  { server, networks, clients }: Stage,
  failed: Promise<never>,
  { signal, progress }: ChaosHooks,
  ending: AbortSignal,
): Promise<ChaosResult> {
  const all = clients.map(({ client }) => client);
  const deeds: Deeds = new Map();
  const pace = paceOf(settings);
  // Another branch of the seed than the processes’ own.
  const nextActor = createActors(settings.seed + 1);

  progress(0, 'connecting everybody');
  for (const { session } of all) session.connect();
  const haveAllBegun = () => Promise.resolve(all.every(({ begun }) => begun));
  if (!(await Promise.race([holds(haveAllBegun, CONNECT_MS, ending), failed]))) {
    throw new Error('not every client was connected in time, before there was any fault');
  }

  const over = new AbortController();
  // Every actor’s every pause listens to it.
  setMaxListeners(0, over.signal);
  const acting = [
    runServer(server, serverFaults(nextActor(), pace), deeds, over.signal),
    ...networks.map((network) => runNetwork(network, weathers(nextActor(), pace), pace, deeds, over.signal)),
    ...clients.flatMap(({ role, client }) => [
      runClient(client, clientFaults(nextActor(), role.switches ? settings.transports : [], pace), deeds, over.signal),
      ...(role.publishes ? [runPublisher(client, bursts(nextActor(), MEAN_BURST_GAP_MS), over.signal)] : []),
    ]),
  ];
  const allActed = Promise.all(acting);
  try {
    const ticker = setInterval(() => progress(0, stepText(all, deeds)), PROGRESS_MS);
    const time = sleep(settings.durationMs, undefined, { signal: over.signal });
    await Promise.race([time, allActed, failed]).finally(() => clearInterval(ticker));
  } finally {
    over.abort();
    // A server that was killed is started again, so that it can be ended in good order.
    await Promise.allSettled(acting);
  }
  await allActed;

  const healingSince = performance.now();
  let lacking: readonly string[] = [];
  let lastTold = 0;
  const hasHealed = async () => {
    const { room } = await server.stats();
    lacking = stragglers(all, formatCursor(room.epoch, room.head));
    if (performance.now() - lastTold >= PROGRESS_MS) {
      lastTold = performance.now();
      progress(1, lacking.length === 0 ? 'everybody has everything' : `waiting for ${lacking.length}: ${lacking[0]}`);
    }
    return lacking.length === 0;
  };
  signal.throwIfAborted();
  const healed = await Promise.race([holds(hasHealed, HEAL_MS, ending), failed]);
  const healedMs = performance.now() - healingSince;
  const { room } = await server.stats();
  const history: History = {
    durable: settings.store === 'sqlite',
    head: { epoch: room.epoch, seq: room.head },
    sent: all.flatMap((client) => client.sent()),
    receipts: all.flatMap((client) => client.receipts()),
    readers: all.map((client) => client.reader()),
  };
  return {
    settings,
    verdict: judge(history),
    deeds,
    networks: addCounts(await Promise.all(networks.map((network) => network.state()))),
    openings: all.reduce((sum, { counts }) => sum + counts.connections, 0),
    healedMs: healed ? healedMs : null,
    stragglers: healed ? [] : lacking,
  };
}

/** What all times of the plan are multiplied with. */
function paceOf({ durationMs }: ChaosSettings): number {
  return Math.min(1, Math.max(LEAST_PACE, durationMs / FULL_PACE_MS));
}

/** @returns a session’s jitter that makes its delays shorter, as the plan’s are. */
function hurried(random: () => number, pace: number): () => number {
  return () => random() * pace;
}

/** @returns whether it came to hold in that time. @param ending aborted: nobody wants to know any more. */
async function holds(condition: () => Promise<boolean>, withinMs: number, ending: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() >= deadline || ending.aborted) return false;
    await sleep(LOOK_MS);
  }
  return true;
}

/** @returns who has not settled yet, and why. */
function stragglers(clients: readonly ChaosClient[], head: string): string[] {
  return clients.flatMap(({ name, session }) => {
    const unsettled = session.outbox.filter(({ state }) => state !== 'failed').length;
    const { state, transport } = session.status;
    if (unsettled > 0) return [`${name} (${transport}, ${state}) has ${unsettled} texts without a receipt`];
    if (session.cursor !== head) return [`${name} (${transport}, ${state}) is at ${session.cursor}, not at ${head}`];
    return [];
  });
}

function stepText(clients: readonly ChaosClient[], deeds: Deeds): string {
  const sum = (of: (client: ChaosClient) => number) => clients.reduce((total, client) => total + of(client), 0);
  const receipts = sum(({ counts }) => counts.receipts);
  const deliveries = sum(({ counts }) => counts.messages);
  const faults = `${deeds.get('kill') ?? 0} kills, ${deeds.get('restart') ?? 0} restarts`;
  return `${faults}, ${receipts} receipts, ${deliveries} deliveries`;
}

function createInterning(): (epoch: string, message: Message) => Message {
  const known = new Map<string, Message>();
  return (epoch, message) => {
    const key = formatCursor(epoch, message.seq);
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, message);
      return message;
    }
    return JSON.stringify(first) === JSON.stringify(message) ? first : message;
  };
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}
