// Flags and environment variables → LabConfig. Every limit stands here with its unit, its default and its help line.
import { addressProblem } from './command/addresses.ts';
import { parseRedisAddress, REDIS_SHAPE } from './command/redis-address.ts';
import {
  choice,
  defaultsOf,
  FlagError,
  HELP_LINE,
  integer,
  limit,
  list,
  pathOf,
  readSettings,
  type Setting,
  settingsHelp,
  text,
  toggle,
  type ValuesOf,
} from './command/settings.ts';
import { HEARTBEAT_SECONDS } from './protocol/limits.ts';

function store(defaultValue: string, help: string): Setting<string> {
  return {
    default: defaultValue,
    shape: 'STORE',
    help,
    parse: (value) => {
      if (value === 'memory') return value;
      if (/^rediss?:/.test(value)) {
        const address = parseRedisAddress(value);
        if (typeof address === 'string') throw new FlagError(address);
        return value;
      }
      const path = /^sqlite:(.+)$/.exec(value)?.[1];
      if (path === undefined || path === ':memory:') {
        throw new FlagError(`must be memory, sqlite:PATH or ${REDIS_SHAPE}`);
      }
      // Not a Windows drive's letter.
      if (/^[a-z][a-z0-9+.-]+:/i.test(path)) throw new FlagError('must have a path behind sqlite:, not an address');
      try {
        return `sqlite:${pathOf(path)}`;
      } catch (error) {
        throw error instanceof FlagError ? new FlagError(`has a path that ${error.message}`) : error;
      }
    },
  };
}

function originProblem(value: string): string | null {
  const ok = /^https?:\/\/[^/?#\s]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;
  return ok ? null : 'must be an origin such as https://lab.example, without a path';
}

function hostProblem(value: string): string | null {
  return /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)$/.test(value) ? null : 'must be a host name without a port';
}

const SETTINGS = {
  port: integer(8080, 0, 65_535, 'TCP port to listen on; 0 takes a free one'),
  host: text('127.0.0.1', 'ADDRESS', 'address to bind to; anything but loopback lets others in', addressProblem),
  store: store(
    'sqlite:data/room.db',
    `where messages are kept: sqlite:PATH, a file; ${REDIS_SHAPE}, for several nodes; or memory, lost at the end`,
  ),
  storeTimeoutMs: integer(2000, 100, 60_000, 'ms that a Redis may take for an answer before it counts as away'),
  maxIds: integer(
    2_000_000,
    1,
    100_000_000,
    'ids of messages no longer kept that a Redis remembers, about 100 bytes each; beyond, publishing is refused',
  ),
  newEpoch: toggle(false, 'begin a new epoch, as a restored file must: clients start over from the history'),
  websocketEngine: choice('ws', ['ws', 'by-hand'], 'implementation of WebSocket'),
  allowHost: list('NAME', 'name that requests may give as Host, beside loopback names and --host', hostProblem),
  allowOrigin: list('ORIGIN', 'origin of another site that may use the lab, with CORS headers', originProblem),
  heartbeatMs: integer(
    HEARTBEAT_SECONDS.default * 1000,
    100,
    3_600_000,
    'ms from one sign of life on a stream to the next',
  ),
  pongTimeoutMs: integer(10_000, 50, 3_600_000, 'ms that a WebSocket may leave a protocol ping unanswered'),
  stallMs: integer(
    15_000,
    50,
    3_600_000,
    'ms that a stream may leave bytes unread, or an answer make no progress, before the connection is closed',
  ),
  maxUnreadMib: limit(64, 'MiB that all readers together may leave unread; those with the most are closed first'),
  maxUnreadMibPerAddress: limit(8, 'the same for the readers of one address, where no proxy is trusted'),
  maxMemoryMib: limit(1024, 'MiB in use, buffers included, above which new connections are refused'),
  presenceLeaseMs: integer(15_000, 100, 3_600_000, 'ms after its last poll that a polling client counts as here'),
  retain: integer(10_000, 1, 10_000_000, 'messages that the log keeps'),
  dedupeWindowMs: integer(
    600_000,
    1000,
    86_400_000,
    'ms that the id of a message is remembered, so that a retry stores nothing twice',
  ),
  publishRate: limit(200, 'messages a second that one uid may publish, with a burst of five seconds’ worth'),
  addressPublishRate: limit(
    1000,
    'messages a second that one address (of IPv6, one /64) may publish, with a burst of five seconds’ worth',
  ),
  addressJoinRate: limit(
    200,
    'joins a second from one address (of IPv6, one /64), with a burst of five seconds’ worth',
  ),
  maxConnections: limit(18_000, 'TCP connections in all'),
  maxRaces: integer(8, 0, 100, 'races at a time, each with a room and a network of its own; 0: none'),
  // What one connection can make the server hold, some 100 kB, times these is what one address can.
  maxConnectionsPerAddress: limit(
    2000,
    'TCP connections from one address (of IPv6, one /64); off with --trust-proxy, where all of them come from the proxy',
  ),
  maxUnanswered: limit(16, 'requests of one connection that may be unanswered at a time'),
  trustProxy: integer(
    0,
    0,
    100,
    'proxies in front: as many from the right of X-Forwarded-For is the address that --address-publish-rate counts',
  ),
  maxFragments: integer(128, 1, 1_000_000, 'fragments that one WebSocket message of a client may have'),
  messageTimeoutMs: limit(20_000, 'ms that one WebSocket message of a client may take from its first byte to its last'),
  maxParked: limit(18_000, 'long polls that may be held at a time'),
  maxParkedPerAddress: limit(2000, 'long polls from one address (of IPv6, one /64) that may be held at a time'),
  maxParkedPerClient: limit(6, 'long polls that one client may have held at a time'),
  countedClients: integer(
    20_000,
    1,
    1_000_000,
    'clients that are counted one by one, and polling ones that count as here; the oldest is forgotten first',
  ),
  connectionClients: integer(16, 1, 1_000_000, 'clients that one connection is remembered to have carried'),
  headersTimeoutMs: limit(10_000, 'ms that a request’s head may take to arrive'),
  requestTimeoutMs: limit(20_000, 'ms that a whole request may take to arrive'),
  keepAliveTimeoutMs: limit(75_000, 'ms that an idle HTTP connection is kept'),
  lingerMs: limit(2000, 'ms that a connection is kept after its last answer, so that who still sends can read that'),
  lingerBytes: integer(1_048_576, 1, 1_000_000_000, 'bytes that are read from it meanwhile, and dropped'),
  shutdownMs: integer(4000, 0, 60_000, 'ms that a shutdown waits for what is under way'),
  byeSpreadMs: integer(3000, 0, 3_600_000, 'ms over which clients are told to come back after a shutdown'),
  labControls: choice(
    'auto',
    ['auto', 'on', 'off'],
    'echo, trace of one’s own connections, and impaired network; auto: on where --host is loopback, without --allow-host or --trust-proxy',
  ),
  maxTraces: integer(100, 1, 10_000, 'traces at a time; one more ends the one that was used the longest ago'),
  maxTracedAtOnce: integer(64, 1, 10_000, 'requests and WebSockets that one trace follows at a time, and no more'),
  traceUnreadBytes: integer(
    262_144,
    16_384,
    1_000_000_000,
    'bytes that may wait unread in a trace’s own stream before it is ended',
  ),
  maxEchoes: integer(100, 1, 10_000, 'echoes at a time; one more ends the one that was used the longest ago'),
  echoBytes: integer(
    20_971_520,
    16_777_216,
    10_000_000_000,
    'bytes of messages that are unfinished or unread in all echoes together; beyond, the one with the most is ended',
  ),
  conformance: toggle(false, 'add /v1/websocket-echo, an echo of up to 16 MiB for public WebSocket test suites'),
  logLevel: choice(
    'warn',
    ['silent', 'error', 'warn', 'info', 'debug'],
    'what is logged to standard error, as JSON lines',
  ),
  pageBuild: toggle(true, 'build the page first where it is stale (--no-page-build: do not)'),
} as const;

/** What the server runs by; docstrings of its members are the help texts above. */
export type LabConfig = ValuesOf<typeof SETTINGS>;

export const defaultConfig: LabConfig = defaultsOf(SETTINGS);

/**
 * Reads flags, then environment variables, then defaults.
 * @returns the configuration, or `'help'` where `--help` was among the flags.
 * @throws FlagError for an unknown flag, or a value that is not of its setting's form.
 */
export function readConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): LabConfig | 'help' {
  const given = readSettings(SETTINGS, args, { env });
  return given === 'help' ? given : given.values;
}

/** @returns the text of `--help`: every setting with its flag, its variable, its unit and its default. */
export function helpText(): string {
  return [
    'Transport Lab: one chat room over short polling, long polling, Server-Sent Events and WebSocket.',
    '',
    'Usage: npm start -- [flags]',
    '',
    'Each flag can also be given as an environment variable, named below it; a flag wins.',
    '',
    settingsHelp(SETTINGS, true),
    HELP_LINE,
  ].join('\n');
}
