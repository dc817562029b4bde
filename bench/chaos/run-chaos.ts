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
import { eventually } from '../load/eventually.ts';
import { type ImpairedNetwork, type NetworkCounts, startImpairment } from '../load/impaired.ts';
import { type OwnRedis, startRedis } from '../load/redis.ts';
import { type RestartableLab, startRestartableLab } from '../load/restartable-lab.ts';
import { inScope, type Scope } from '../load/scope.ts';
import { type FaultCounts, runClient, runNetwork, runPublisher, runServer } from './actors.ts';
import { castOf, type Role } from './cast.ts';
import { type ChaosClient, createChaosClient, stragglers } from './chaos-client.ts';
import type { ChaosSettings } from './flags.ts';
import { addCounts } from './network.ts';
import { startBalancer } from './nodes.ts';
import { judge, type Verdict } from './oracle.ts';
import { bursts, clientFaults, createActors, redisFaults, serverFaults, weathers } from './plan.ts';
import { settleRollbacks } from './rollbacks.ts';

export interface ChaosResult {
  readonly settings: ChaosSettings;
  readonly verdict: Verdict;
  /** How often a reader was told that the log had lost its end. */
  readonly rollbacksTold: number;
  readonly faults: FaultCounts;
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
  readonly labs: readonly [RestartableLab, ...RestartableLab[]];
  /** Where the labs have it; null: they keep the log themselves. */
  readonly redis: OwnRedis | null;
  readonly networks: readonly ImpairedNetwork[];
  readonly clients: readonly { readonly role: Role; readonly client: ChaosClient }[];
}

/** Rejects where a process fails, or the signal is aborted; nothing is left behind in any case. */
export function runChaos(settings: ChaosSettings, hooks: ChaosHooks): Promise<ChaosResult> {
  return inScope(hooks.signal, async (scope) => play(settings, await openStage(settings, scope), hooks, scope.signal));
}

async function openStage(settings: ChaosSettings, scope: Scope): Promise<Stage> {
  const { open, atEnd } = scope;
  const folder = mkdtempSync(join(tmpdir(), 'transport-lab-chaos-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const nextActor = createActors(settings.seed);
  const redis = settings.store === 'redis' ? await open(startRedis(scope, folder)) : null;
  const options = {
    store: redis?.store('chaos') ?? (settings.store === 'sqlite' ? `sqlite:${join(folder, 'room.db')}` : 'memory'),
    webSocketEngines: settings.webSocketEngines,
    flags: [
      ...['--heartbeat-ms', `${HEARTBEAT_MS}`, '--pong-timeout-ms', `${HEARTBEAT_MS}`],
      ...['--stall-ms', `${2 * HEARTBEAT_MS}`],
    ],
  };
  const labs: [RestartableLab, ...RestartableLab[]] = [await open(startRestartableLab(options))];
  while (labs.length < settings.nodes) labs.push(await open(startRestartableLab(options)));
  const origin = redis === null ? labs[0].origin : (await open(startBalancer(folder, labs))).origin;
  const networks: ImpairedNetwork[] = [];
  for (let index = 0; index < NETWORKS; index += 1) {
    networks.push(await open(startImpairment(origin, Math.floor(nextActor()() * 2 ** 32))));
  }
  const intern = createInterning();
  const pace = paceOf(settings);
  const chosen = transports.filter(({ name }) => settings.transports.includes(name));
  const clients = castOf(settings.transports, settings.crowd).map((role, index) => {
    const client = createChaosClient({
      name: role.name,
      lane: role.lane,
      transport: role.transport,
      transports: chosen,
      origin: (networks[index % NETWORKS] as ImpairedNetwork).origin,
      pollIntervalMs: POLL_INTERVAL_MS,
      waitSeconds: WAIT_SECONDS,
      random: hurried(nextActor(), pace),
      epochOf: epochIn(settings),
      intern,
    });
    atEnd(() => client.close());
    return { role, client };
  });
  return { labs, redis, networks, clients };
}

async function play(
  settings: ChaosSettings,
  stage: Stage,
  { progress }: ChaosHooks,
  signal: AbortSignal,
): Promise<ChaosResult> {
  const { labs, networks } = stage;
  const [server] = labs;
  const epochOf = epochIn(settings);
  const all = stage.clients.map(({ client }) => client);
  progress(0, 'connecting everybody');
  for (const { session } of all) session.connect();
  if (!(await eventually(() => all.every(({ begun }) => begun), CONNECT_MS, signal, LOOK_MS))) {
    throw new Error('not every client was connected in time, before there was any fault');
  }
  const faults: FaultCounts = new Map();
  const ticker = setInterval(() => progress(0, stepText(all, faults)), PROGRESS_MS);
  await act(settings, stage, faults, signal).finally(() => clearInterval(ticker));

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
  const healed = await eventually(hasHealed, HEAL_MS, signal, LOOK_MS);
  const healedMs = performance.now() - healingSince;
  const { room } = await server.stats();
  const { history, told } = settleRollbacks({
    durable: settings.store !== 'memory',
    head: { epoch: epochOf(room.epoch), seq: room.head },
    sent: all.flatMap((client) => client.sent()),
    receipts: all.flatMap((client) => client.receipts()),
    readers: all.map((client) => client.reader()),
  });
  return {
    settings,
    verdict: judge(history),
    rollbacksTold: told,
    faults,
    networks: addCounts(await Promise.all(networks.map((network) => network.state()))),
    openings: all.reduce((sum, { counts }) => sum + counts.connections, 0),
    healedMs: healed ? healedMs : null,
    stragglers: healed ? [] : lacking,
  };
}

/** Lets all actors act for as long as the settings say; resolves when each has come to its end. */
async function act(
  { durationMs, seed, kills, redisKills, transports: names }: ChaosSettings,
  { labs, redis, networks, clients }: Stage,
  faults: FaultCounts,
  signal: AbortSignal,
): Promise<void> {
  const pace = paceOf({ durationMs });
  // Another branch of the seed than the processes’ own.
  const nextActor = createActors(seed + 1);
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  // Every actor’s every pause listens to it.
  setMaxListeners(0, until);
  const acting = [
    ...labs.map((lab) => runServer(lab, serverFaults(nextActor(), pace), faults, until)),
    ...(redis === null ? [] : [runServer(redis, redisFaults(nextActor(), pace), faults, until)]),
    ...networks.map((network) => runNetwork(network, weathers(nextActor(), pace), pace, faults, until)),
    ...clients.flatMap(({ role, client }) => [
      runClient(client, clientFaults(nextActor(), role.switches ? names : [], pace), faults, until),
      ...(role.publishes ? [runPublisher(client, bursts(nextActor(), MEAN_BURST_GAP_MS), until)] : []),
    ]),
  ];
  const allActed = Promise.all(acting);
  try {
    const killed = () => (faults.get('kill') ?? 0) >= kills && (faults.get('redis kill') ?? 0) >= redisKills;
    const enough = sleep(durationMs, undefined, { signal: until }).then(() =>
      eventually(killed, Number.POSITIVE_INFINITY, until, LOOK_MS),
    );
    await Promise.race([enough, allActed]);
  } finally {
    over.abort();
    // A server that was killed is started again, so that it can be ended in good order.
    await Promise.allSettled(acting);
  }
  await allActed;
}

/** On redis the epoch is what all generations of a log have in common. */
function epochIn({ store }: ChaosSettings): (name: string) => string {
  return store === 'redis' ? (name) => name.slice(0, name.indexOf('-')) : (name) => name;
}

/** What all times of the plan are multiplied with. */
function paceOf({ durationMs }: Pick<ChaosSettings, 'durationMs'>): number {
  return Math.min(1, Math.max(LEAST_PACE, durationMs / FULL_PACE_MS));
}

/** @returns a session’s jitter that makes its delays shorter, as the plan’s are. */
function hurried(random: () => number, pace: number): () => number {
  return () => random() * pace;
}

function stepText(clients: readonly ChaosClient[], faults: FaultCounts): string {
  const sum = (count: (client: ChaosClient) => number) => clients.reduce((total, client) => total + count(client), 0);
  const receipts = sum(({ counts }) => counts.receipts);
  const deliveries = sum(({ counts }) => counts.messages);
  const kills = `${faults.get('kill') ?? 0} kills, ${faults.get('restart') ?? 0} restarts`;
  return `${kills}, ${receipts} receipts, ${deliveries} deliveries`;
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
