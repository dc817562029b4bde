// What the parts of one running server share, and how they are made.
import { type Logger, pino } from 'pino';
import type { LabConfig } from './config.ts';
import { type AddressGuard, createAddressGuard } from './guards/addresses.ts';
import { type ConnectionLimit, createConnectionLimit, createRefusals } from './guards/connections.ts';
import { createEndings, type EndingsCounter } from './guards/endings.ts';
import { createMemoryGuard, type MemoryGuard } from './guards/memory.ts';
import { withinOpenFiles } from './guards/open-files.ts';
import { isLoopback } from './guards/own-addresses.ts';
import { createRateLimit, type RateLimit } from './guards/rate.ts';
import { createStoreTrouble, type StoreTrouble } from './guards/store-trouble.ts';
import { createTokens, type Tokens } from './guards/tokens.ts';
import { Meter, type MeteredTransport } from './metering/meter.ts';
import { Room } from './room/room.ts';
import type { Store } from './stores/store.ts';
import { createHeartbeat, type Heartbeat } from './streams/heartbeat.ts';
import { createPresenceBoard, type PresenceBoard } from './streams/presence-board.ts';
import { createStallWatch, type StallWatch } from './streams/stall-watch.ts';
import { createTraces, type Traces } from './tracing/traces.ts';

const MIB = 1024 * 1024;

export interface Lab {
  readonly config: LabConfig;
  readonly store: Store;
  readonly room: Room;
  readonly meter: Meter;
  readonly tokens: Tokens;
  readonly addresses: AddressGuard;
  readonly connections: ConnectionLimit;
  readonly endings: EndingsCounter;
  readonly memory: MemoryGuard;
  /** Messages a second, per uid and per address. */
  readonly publishRates: { readonly uid: RateLimit; readonly address: RateLimit };
  /** Joins a second, per network. */
  readonly joinRate: RateLimit;
  readonly heartbeat: Heartbeat;
  readonly stalls: StallWatch;
  readonly presence: PresenceBoard;
  readonly log: Logger;
  /** What the log says of a store that fails. */
  readonly storeTrouble: StoreTrouble;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  /** @returns the ms after which one client is told to come back, so that all of them do not at once. */
  readonly retryMs: () => number;
  /** Whether the lab's own controls are on: network, traces, races. */
  readonly controls: boolean;
  /** null where nobody can ask for one. */
  readonly traces: Traces | null;
  /** Publishes that are under way, for a shutdown to wait for. */
  publishing: number;
  /** From the beginning of a shutdown: nothing new is taken. */
  draining: boolean;
}

/** Resolves with the parts of a new server, all at rest but the timers; `freeLab` ends those. */
export async function createLab(
  config: LabConfig,
  store: Store,
  transports: readonly MeteredTransport[],
  random: () => number,
  traces: Traces | null,
): Promise<Lab> {
  const { countedClients, connectionClients, presenceLeaseMs, maxConnections } = config;
  // Behind a proxy every connection is the proxy's: it is the one to count those of each client.
  const perAddress = (most: number) => (config.trustProxy > 0 ? 0 : most);
  const controls = controlsOn(config);
  const meter = new Meter({ transports, countedClients, connectionClients, presenceLeaseMs });
  const log = createLog(config);
  const endings = createEndings(log);
  const connections = withinOpenFiles(maxConnections);
  if (connections < maxConnections) {
    log.warn(
      { maxConnections, connections },
      'fewer connections than --max-connections: raise the limit of open files',
    );
  }
  return {
    config,
    store,
    room: await Room.open(store),
    meter,
    tokens: createTokens(store.secret),
    addresses: createAddressGuard(config),
    connections: createConnectionLimit(
      connections,
      perAddress(config.maxConnectionsPerAddress),
      createRefusals(log, connections),
    ),
    endings,
    memory: createMemoryGuard(config.maxMemoryMib * MIB),
    publishRates: {
      uid: createRateLimit(config.publishRate),
      address: createRateLimit(config.addressPublishRate),
    },
    joinRate: createRateLimit(config.addressJoinRate),
    heartbeat: createHeartbeat(),
    stalls: createStallWatch({
      stallMs: config.stallMs,
      maxUnreadBytes: config.maxUnreadMib * MIB,
      maxUnreadBytesPerAddress: perAddress(config.maxUnreadMibPerAddress) * MIB,
      sockets: () => meter.connected(),
      endings,
    }),
    presence: createPresenceBoard(() => meter.presence()),
    controls,
    traces: traces ?? (controls ? createTraces(config) : null),
    log,
    storeTrouble: createStoreTrouble(log),
    random,
    retryMs: () => Math.round(random() * config.byeSpreadMs),
    publishing: 0,
    draining: false,
  };
}

/** Lines of JSON on standard error. */
export function createLog({ logLevel }: LabConfig): Logger {
  // Without a serializer an error's message would be missing from its line.
  const serializers = { error: pino.stdSerializers.err };
  return pino({ level: logLevel, serializers }, pino.destination({ fd: 2, sync: true }));
}

/** The controls are for one's own machine: a proxy in front, or a name of the lab's own, says that others come in. */
function controlsOn({ labControls, host, allowHost, trustProxy }: LabConfig): boolean {
  const letsOthersIn = !isLoopback(host) || allowHost.length > 0 || trustProxy > 0;
  return labControls === 'on' || (labControls === 'auto' && !letsOthersIn);
}

/** Ends the timers, and closes the store. */
export async function freeLab({ heartbeat, stalls, presence, store }: Lab): Promise<void> {
  heartbeat.stop();
  stalls.stop();
  presence.stop();
  await store.close();
}
