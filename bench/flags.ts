// The bench's flags: what they mean, their defaults, and clear errors for what is none.
import { parseArgs } from 'node:util';
import type { BenchSettings } from './scenarios/scenario.ts';

export interface BenchOptions {
  readonly settings: BenchSettings;
  /** Where the run goes; default `results/<id>`. */
  readonly out: string | null;
  /** Whether docs/ is drawn anew. */
  readonly docs: boolean;
}

/** What exists to choose from. */
export interface Choices {
  readonly transports: readonly string[];
  readonly scenarios: readonly string[];
}

export type ParsedFlags =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

interface Numbers {
  readonly clients: number;
  readonly messagesPerSecond: number;
  readonly durationSeconds: number;
  readonly rounds: number;
}

const FULL: Numbers = { clients: 50, messagesPerSecond: 5, durationSeconds: 6, rounds: 5 };
const QUICK: Numbers = { clients: 25, messagesPerSecond: 5, durationSeconds: 3, rounds: 1 };
const POLL_INTERVAL_MS = 1000;
const SEED = 1;

/** A flag whose value is wrong; the message says what would be right. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

function help({ transports, scenarios }: Choices): string {
  return `Measures the lab's transports on this machine, and draws the charts in docs/.

  npm run bench -- [flags]

  --quick            a first look in under 45 s: fewer clients and rounds, a shortened idle room
  --scenarios LIST   which to run: ${scenarios.join(',')} (default: all)
  --transports LIST  which to measure: ${transports.join(',')} (default: all)
  --clients N        clients of each transport (default ${FULL.clients}; quick ${QUICK.clients})
  --rate N           messages a second in the room (default ${FULL.messagesPerSecond})
  --duration S       seconds measured per round and transport (default ${FULL.durationSeconds}; quick ${QUICK.durationSeconds})
  --rounds N         rounds of all transports (default ${FULL.rounds}; quick ${QUICK.rounds}; from 5 on with 95 % intervals)
  --interval MS      milliseconds from one short poll to the next (default ${POLL_INTERVAL_MS})
  --seed N           repeats a run's schedule and phases (default ${SEED})
  --out DIR          where run.json is written (default results/<id of the run>)
  --no-docs          leave docs/ as it is; it is drawn only from runs in results/
  --help             this text

Exit codes: 0 all well; 1 a ledger did not close (a message was lost, repeated or reordered), or a scenario failed;
2 a flag was wrong; 130 interrupted (what was finished is kept).
`;
}

const OPTIONS = {
  quick: { type: 'boolean' },
  scenarios: { type: 'string' },
  transports: { type: 'string' },
  clients: { type: 'string' },
  rate: { type: 'string' },
  duration: { type: 'string' },
  rounds: { type: 'string' },
  interval: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  'no-docs': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export function parseFlags(argv: readonly string[], choices: Choices): ParsedFlags {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false });
    if (values.help === true) return { kind: 'help', text: help(choices) };
    const quick = values.quick ?? false;
    const defaults = quick ? QUICK : FULL;
    const settings: BenchSettings = {
      quick,
      transports: chosen('--transports', values.transports, choices.transports),
      scenarios: chosen('--scenarios', values.scenarios, choices.scenarios),
      clients: wholeNumber('--clients', values.clients, defaults.clients, 1, 10_000),
      messagesPerSecond: someNumber('--rate', values.rate, defaults.messagesPerSecond, 0.1, 10_000),
      durationMs: someNumber('--duration', values.duration, defaults.durationSeconds, 0.5, 3600) * 1000,
      rounds: wholeNumber('--rounds', values.rounds, defaults.rounds, 1, 100),
      pollIntervalMs: wholeNumber('--interval', values.interval, POLL_INTERVAL_MS, 10, 60_000),
      seed: wholeNumber('--seed', values.seed, SEED, 0, 1_000_000),
    };
    return { kind: 'run', options: { settings, out: values.out ?? null, docs: values['no-docs'] !== true } };
  } catch (error) {
    if (error instanceof FlagError || isParseArgsError(error)) return { kind: 'error', message: error.message };
    throw error;
  }
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function chosen(flag: string, value: string | undefined, from: readonly string[]): string[] {
  if (value === undefined) return [...from];
  const names = value.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!from.includes(name)) throw new FlagError(`${flag}: '${name}' is none of ${from.join(', ')}`);
  }
  return from.filter((name) => names.includes(name));
}

function someNumber(flag: string, value: string | undefined, absent: number, min: number, max: number): number {
  if (value === undefined) return absent;
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new FlagError(`${flag}: '${value}' is not a number from ${min} to ${max}`);
}

function wholeNumber(flag: string, value: string | undefined, absent: number, min: number, max: number): number {
  const number = someNumber(flag, value, absent, min, max);
  if (Number.isInteger(number)) return number;
  throw new FlagError(`${flag}: '${value}' is not a whole number`);
}
