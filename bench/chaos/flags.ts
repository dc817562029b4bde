// The flags of `npm run chaos`.
import {
  choice,
  decimal,
  FlagError,
  HELP_LINE,
  integer,
  optional,
  readSettings,
  settingsHelp,
} from '../../server/command/settings.ts';

export const WEBSOCKET_ENGINES = ['ws', 'by-hand'] as const;

export interface ChaosSettings {
  /** How long faults happen; healing and waiting for everybody come on top. */
  readonly durationMs: number;
  readonly seed: number;
  readonly store: 'sqlite' | 'memory' | 'redis';
  /** The usual cast so many times. */
  readonly crowd: number;
  /** Faults go on until the labs were killed so often, and their Redis; how long that takes comes on top. */
  readonly kills: number;
  readonly redisKills: number;
  /** Labs that share the room: more than one only on redis. */
  readonly nodes: number;
  /** Those in use. With a single one nobody switches. */
  readonly transports: readonly [string, ...string[]];
  /** One per life of the server, in turn. */
  readonly webSocketEngines: readonly [string, ...string[]];
}

const MINUTES = 1;
const MOST_MINUTES = 24 * 60;
const NODES = 3;
const MOST_NODES = 20;
const MOST_KILLS = 100_000;
const MOST_SEED = 2 ** 32 - 1;

const settingsOf = (transports: readonly string[]) => ({
  minutes: optional(
    decimal(MINUTES, 0.1, MOST_MINUTES, 'minutes in which faults happen; healing comes on top'),
    String(MINUTES),
  ),
  seconds: optional(decimal(MINUTES * 60, 5, MOST_MINUTES * 60, 'the same in seconds'), 'what --minutes says'),
  seed: integer(1, 0, MOST_SEED, 'repeats a run’s faults and texts'),
  store: choice(
    'sqlite',
    ['sqlite', 'memory', 'redis'],
    'sqlite, in a temporary folder; memory, where each restart is a new epoch; or redis, killed as the labs before it are',
  ),
  crowd: integer(1, 1, 100, 'readers: so many times the usual cast, with as many who publish'),
  kills: integer(0, 0, MOST_KILLS, 'faults go on until the labs were killed so often in all'),
  redisKills: integer(0, 0, MOST_KILLS, 'and their Redis so often; only on redis'),
  nodes: optional(
    integer(NODES, 1, MOST_NODES, 'labs of one room, behind HAProxy; only on redis'),
    `${NODES} on redis`,
  ),
  transport: optional(choice('', transports, 'only this one'), 'all, and switches between them'),
  websocketEngine: choice('both', ['both', ...WEBSOCKET_ENGINES], 'which implementation of WebSocket; both: in turn'),
});

/** @param transports those that exist. */
export function chaosHelp(transports: readonly string[]): string {
  return `Kills the server, cuts the network and stalls the clients under load, and says whether a message was lost.

  npm run chaos -- [flags]

${settingsHelp(settingsOf(transports), false)}
${HELP_LINE}
Exit codes: 0 every promise was kept; 1 one was not, or a process failed; 2 a flag was wrong; 130 interrupted.
`;
}

/** @param transports those that exist. @returns what to play, or `'help'`. @throws FlagError */
export function readChaosFlags(args: readonly string[], transports: readonly string[]): ChaosSettings | 'help' {
  const given = readSettings(settingsOf(transports), args);
  if (given === 'help') return given;
  const { minutes, seconds, seed, store, crowd, kills, redisKills, nodes, transport, websocketEngine } = given.values;
  if (nodes !== null && store !== 'redis')
    throw new FlagError('--nodes is for --store redis: other stores have one lab');
  if (redisKills > 0 && store !== 'redis') throw new FlagError('--redis-kills is for --store redis');
  if (minutes !== null && seconds !== null) {
    throw new FlagError('--minutes and --seconds are two ways to say one thing: give one');
  }
  return {
    durationMs: seconds === null ? (minutes ?? MINUTES) * 60_000 : seconds * 1000,
    seed,
    store,
    crowd,
    kills,
    redisKills,
    nodes: store === 'redis' ? (nodes ?? NODES) : 1,
    transports: oneOrMore(transport === null ? transports : [transport]),
    webSocketEngines: websocketEngine === 'both' ? WEBSOCKET_ENGINES : [websocketEngine],
  };
}

function oneOrMore([first, ...others]: readonly string[]): [string, ...string[]] {
  if (first === undefined) throw new FlagError('there is no transport to play');
  return [first, ...others];
}
