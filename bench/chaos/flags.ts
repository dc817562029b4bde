// The flags of `npm run chaos`: what they mean, their defaults, and clear errors for what is none.
import { parseArgs } from 'node:util';

export const WEBSOCKET_ENGINES = ['ws', 'by-hand'] as const;

export interface ChaosSettings {
  /** How long faults happen; healing and waiting for everybody come on top. */
  readonly durationMs: number;
  readonly seed: number;
  readonly store: 'sqlite' | 'memory';
  /** Those in use. With a single one nobody switches. */
  readonly transports: readonly [string, ...string[]];
  /** One per life of the server, in turn. */
  readonly webSocketEngines: readonly [string, ...string[]];
}

export type ParsedChaosFlags =
  | { readonly kind: 'run'; readonly settings: ChaosSettings }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

const MINUTES = 1;
const SEED = 1;
const MOST_MINUTES = 24 * 60;
const MOST_SEED = 2 ** 32 - 1;

function help(transports: readonly string[]): string {
  return `Kills the server, cuts the network and stalls the clients under load, and says whether a message was lost.

  npm run chaos -- [flags]

  --minutes M              how long faults happen (default ${MINUTES}); healing comes on top
  --seconds S              the same in seconds
  --seed N                 repeats a run's faults and texts (default ${SEED})
  --store STORE            sqlite, in a temporary folder, or memory, where each restart is a new epoch (default sqlite)
  --transport NAME         only this one: ${transports.join(', ')} (default: all, and switches between them)
  --websocket-engine NAME  ws, by-hand or both, in turn (default both)
  --help                   this text

Exit codes: 0 every promise was kept; 1 one was not, or a process failed; 2 a flag was wrong; 130 interrupted.
`;
}

class FlagError extends Error {
  override readonly name = 'FlagError';
}

const OPTIONS = {
  minutes: { type: 'string' },
  seconds: { type: 'string' },
  seed: { type: 'string' },
  store: { type: 'string' },
  transport: { type: 'string' },
  'websocket-engine': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @param transports those that exist. */
export function parseChaosFlags(argv: readonly string[], transports: readonly string[]): ParsedChaosFlags {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false });
    if (values.help === true) return { kind: 'help', text: help(transports) };
    const engine = oneOf('--websocket-engine', values['websocket-engine'] ?? 'both', ['both', ...WEBSOCKET_ENGINES]);
    const settings: ChaosSettings = {
      durationMs: durationMs(values.minutes, values.seconds),
      seed: number('--seed', values.seed ?? String(SEED), 0, MOST_SEED, /^\d+$/),
      store: oneOf('--store', values.store ?? 'sqlite', ['sqlite', 'memory']),
      transports: some(
        values.transport === undefined ? transports : [oneOf('--transport', values.transport, transports)],
      ),
      webSocketEngines: some(engine === 'both' ? WEBSOCKET_ENGINES : [engine]),
    };
    return { kind: 'run', settings };
  } catch (error) {
    if (error instanceof FlagError || isParseArgsError(error)) return { kind: 'error', message: error.message };
    throw error;
  }
}

function durationMs(minutes: string | undefined, seconds: string | undefined): number {
  if (seconds === undefined) return number('--minutes', minutes ?? String(MINUTES), 0.1, MOST_MINUTES) * 60_000;
  if (minutes !== undefined) throw new FlagError('--minutes and --seconds are two ways to say one thing: give one');
  return number('--seconds', seconds, 5, MOST_MINUTES * 60) * 1000;
}

function number(flag: string, text: string, min: number, max: number, form = /^\d+(\.\d+)?$/): number {
  const value = form.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new FlagError(`${flag}: '${text}' is not a number from ${min} to ${max}`);
}

function oneOf<T extends string>(flag: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new FlagError(`${flag}: '${text}' is none of ${choices.join(', ')}`);
  return found;
}

function some(list: readonly string[]): [string, ...string[]] {
  const [first, ...others] = list;
  if (first === undefined) throw new FlagError('there is nothing to choose from');
  return [first, ...others];
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
