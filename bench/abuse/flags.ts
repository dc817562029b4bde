// The flags of `npm run abuse`: what they mean, their defaults, and clear errors for what is none.
import { parseArgs } from 'node:util';
import { WEBSOCKET_ENGINES } from '../chaos/flags.ts';
import type { AbuseRun } from './abuse-file.ts';

export interface AbuseSettings {
  /** How long all attacks go on. */
  readonly durationMs: number;
  readonly seed: number;
  readonly websocketEngine: AbuseRun['settings']['websocketEngine'];
  /** Where the attacks come from; bystanders are at 127.0.0.1. */
  readonly address: string;
  /** The one attack to play; null: all at once. */
  readonly only: string | null;
  /** Whether the run is written to results/abuse.json. */
  readonly save: boolean;
}

export type ParsedAbuseFlags =
  | { readonly kind: 'run'; readonly settings: AbuseSettings }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

const DEFAULTS = { seconds: '20', seed: '1', address: '127.0.0.2', engine: 'ws' } as const;
const LEAST_SECONDS = 1;
const MOST_SECONDS = 24 * 3600;
const MOST_SEED = 2 ** 32 - 1;

function help(attacks: readonly string[]): string {
  return `Does to a server of its own whatever one address can do to it, all at once, and says what that cost: the memory that it
held at most, how long anybody waited, and whether a bystander lost a message.

  npm run abuse -- [flags]

  --seconds S              how long the attacks go on (default ${DEFAULTS.seconds})
  --seed N                 repeats what attackers draw, though not the machine's timing (default ${DEFAULTS.seed})
  --attack NAME            only this one (default: all at once):
${attacks.map((name) => `                             ${name}`).join('\n')}
  --websocket-engine NAME  ${WEBSOCKET_ENGINES.join(' or ')} (default ${DEFAULTS.engine})
  --address ADDRESS        the loopback address that attacks come from, another one than the bystanders' 127.0.0.1
                           (default ${DEFAULTS.address}; on macOS it must be made: sudo ifconfig lo0 alias ${DEFAULTS.address})
  --save                   writes the run to results/abuse.json, from which npm run docs draws a table
  --help                   this text

Exit codes: 0 every promise was kept; 1 a bystander lost a message, the server ended or held too much; 2 a flag was
wrong; 130 interrupted.
`;
}

class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** @param attacks the names of those that there are. */
export function parseAbuseFlags(argv: readonly string[], attacks: readonly string[]): ParsedAbuseFlags {
  try {
    const text = (value: string) => ({ type: 'string', default: value }) as const;
    const { values } = parseArgs({
      args: [...argv],
      options: {
        seconds: text(DEFAULTS.seconds),
        seed: text(DEFAULTS.seed),
        attack: { type: 'string' },
        'websocket-engine': text(DEFAULTS.engine),
        address: text(DEFAULTS.address),
        save: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return { kind: 'help', text: help(attacks) };
    const settings: AbuseSettings = {
      durationMs: number('--seconds', values.seconds, LEAST_SECONDS, MOST_SECONDS) * 1000,
      seed: number('--seed', values.seed, 0, MOST_SEED, /^\d+$/),
      websocketEngine: oneOf('--websocket-engine', values['websocket-engine'], WEBSOCKET_ENGINES),
      address: addressOf(values.address),
      only: values.attack === undefined ? null : oneOf('--attack', values.attack, attacks),
      save: values.save,
    };
    if (settings.save && settings.only !== null) throw new FlagError('--save wants all attacks: leave --attack out');
    return { kind: 'run', settings };
  } catch (error) {
    if (error instanceof FlagError || isParseArgsError(error)) return { kind: 'error', message: error.message };
    throw error;
  }
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

function addressOf(text: string): string {
  if (/^127(\.\d{1,3}){3}$/.test(text) && text !== '127.0.0.1') return text;
  throw new FlagError(`--address: '${text}' is not another loopback address than 127.0.0.1, such as 127.0.0.2`);
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
