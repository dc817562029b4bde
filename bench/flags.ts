// The bench's flags: what they mean, their defaults, and clear errors for what is none.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { PathError, readPath } from '../server/command/paths.ts';
import { USUAL_SCENARIOS } from './scenarios/index.ts';
import type { BenchSettings, RunSize } from './scenarios/scenario.ts';
import type { Arrivals } from './stats/conditions.ts';

export interface BenchOptions {
  readonly settings: BenchSettings;
  /** Where the run goes; default `results/<id>`. */
  readonly out: string | null;
  /** Whether docs/ is drawn anew. */
  readonly docs: boolean;
  /** A file that gets the run file too; `-` is the standard output, null none. */
  readonly json: string | null;
  /** Conditions under which the run fails, as they were written. */
  readonly failOn: readonly string[];
  /** The run that `baseline` means in them. */
  readonly baseline: string | null;
}

/** What exists to choose from. */
export interface Choices {
  readonly transports: readonly string[];
  readonly scenarios: readonly string[];
}

export type ParsedFlags =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'compare'; readonly runs: readonly [string, string] }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'error'; readonly message: string };

interface Numbers {
  readonly clients: number;
  readonly durationSeconds: number;
  readonly rounds: number;
}

const NUMBERS: Readonly<Record<RunSize, Numbers>> = {
  quick: { clients: 25, durationSeconds: 2, rounds: 1 },
  default: { clients: 50, durationSeconds: 4, rounds: 5 },
  full: { clients: 50, durationSeconds: 6, rounds: 6 },
};
const MESSAGES_PER_SECOND = 5;
/** A short chat message. */
const TEXT_BYTES = 100;
/** As long as a message's text may be; the index and the time of sending stand at its beginning. */
const TEXT_BYTES_RANGE = [40, 4096] as const;
const POLL_INTERVAL_MS = 1000;
const MAX_CLIENTS = 10_000;
const SEED = 1;
/** One core is the server's. */
const MAX_USUAL_WORKERS = 4;

/** A flag whose value is wrong; the message says what would be right. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

function usualWorkers(): number {
  return Math.min(MAX_USUAL_WORKERS, Math.max(1, cpus().length - 1));
}

function numbersText(of: (numbers: Numbers) => number): string {
  return `${of(NUMBERS.default)}; quick ${of(NUMBERS.quick)}, full ${of(NUMBERS.full)}`;
}

function help({ transports, scenarios }: Choices, gateHelp: string): string {
  return `Measures the lab's transports on this machine, checks itself, and draws the charts in docs/.

  npm run bench -- [flags]                 the standard: less than 10 minutes
  npm run bench -- --compare RUN RUN       what changed from one run to another, and what is chance

How much
  --quick            a first look in less than 60 s: fewer clients and rounds, a shortened idle room
  --full             everything, with more rounds, in less than 45 minutes
  --scenarios LIST   which to run: ${wrapList(scenarios)}
                     (default: ${USUAL_SCENARIOS.default.join(',')};
                     quick: ${USUAL_SCENARIOS.quick.join(',')}; full: all)
  --transports LIST  which to measure: ${transports.join(',')} (default: all)
  --rounds N         rounds of all transports (default ${numbersText(({ rounds }) => rounds)};
                     from 5 on with 95 % intervals)

The room, in steady
  --clients N        clients of each transport (default ${numbersText(({ clients }) => clients)})
  --rate N           messages a second (default ${MESSAGES_PER_SECOND})
  --arrivals KIND    poisson: at random times; periodic: at equal distances (default poisson)
  --text-bytes N     length of a message's text, ${TEXT_BYTES_RANGE[0]} to ${TEXT_BYTES_RANGE[1]} (default ${TEXT_BYTES})
  --duration S       seconds measured per round and transport (default ${numbersText(({ durationSeconds }) => durationSeconds)})
  --interval MS      milliseconds from one short poll to the next, in all scenarios (default ${POLL_INTERVAL_MS})
  --max-clients N    where capacity ends (default ${MAX_CLIENTS})
  --seed N           repeats a run's schedule and phases (default ${SEED})

Where
  --target URL       a lab deployed elsewhere, instead of one that the bench starts. Its own figures come from its
                     /v1/stats; scenarios that must start, delay or kill a server are left out
  --workers N        processes that hold the clients (default: the cores but one, at most ${MAX_USUAL_WORKERS}; here ${usualWorkers()})

What comes out
  --out DIR          where run.json, run.csv, summary.md and report.html go (default results/<id of the run>)
  --json FILE        run.json to that file too; - is the standard output, which then has nothing else on it
  --no-docs          leave docs/ as it is; it is drawn only from runs in results/
  --fail-on GATE     fail where the condition holds; may be repeated
  --baseline RUN     the run that "baseline" means in a gate: a folder, a run.json, or an id in results/
                     (default: the one that docs/ shows)
  --help             this text

${gateHelp}
Exit codes: 0 all well; 1 a ledger did not close (a message was lost, repeated or reordered), a scenario failed, or a
gate did not hold; 2 a flag was wrong; 130 interrupted (what was finished is kept).
`;
}

function wrapList(names: readonly string[]): string {
  const half = Math.ceil(names.length / 2);
  return `${names.slice(0, half).join(',')},\n                     ${names.slice(half).join(',')}`;
}

const TEXT_OPTION = { type: 'string' } as const;
const SWITCH = { type: 'boolean' } as const;

/** All flags, as `parseArgs` takes them. */
export const FLAGS = {
  quick: SWITCH,
  full: SWITCH,
  scenarios: TEXT_OPTION,
  transports: TEXT_OPTION,
  clients: TEXT_OPTION,
  rate: TEXT_OPTION,
  arrivals: TEXT_OPTION,
  'text-bytes': TEXT_OPTION,
  duration: TEXT_OPTION,
  rounds: TEXT_OPTION,
  interval: TEXT_OPTION,
  'max-clients': TEXT_OPTION,
  workers: TEXT_OPTION,
  target: TEXT_OPTION,
  seed: TEXT_OPTION,
  out: TEXT_OPTION,
  json: TEXT_OPTION,
  'fail-on': { type: 'string', multiple: true },
  baseline: TEXT_OPTION,
  compare: SWITCH,
  'no-docs': SWITCH,
  help: { type: 'boolean', short: 'h' },
} as const;

/** @param gateHelp explains the gates' grammar, as a part of the help. */
export function parseFlags(argv: readonly string[], choices: Choices, gateHelp: string): ParsedFlags {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: FLAGS,
      strict: true,
      allowPositionals: true,
    });
    if (values.help === true) return { kind: 'help', text: help(choices, gateHelp) };
    if (values.compare === true) return { kind: 'compare', runs: twoRuns(positionals, values) };
    if (positionals.length > 0) throw new FlagError(`'${positionals[0]}' is no flag`);
    if (values.quick === true && values.full === true) throw new FlagError('--quick and --full exclude each other');
    const size: RunSize = values.quick === true ? 'quick' : values.full === true ? 'full' : 'default';
    const numbers = NUMBERS[size];
    const settings: BenchSettings = {
      size,
      transports: chosen('--transports', values.transports, choices.transports, choices.transports),
      scenarios: chosen('--scenarios', values.scenarios, choices.scenarios, USUAL_SCENARIOS[size]),
      clients: wholeNumber('--clients', values.clients, numbers.clients, 1, 10_000),
      messagesPerSecond: someNumber('--rate', values.rate, MESSAGES_PER_SECOND, 0.1, 10_000),
      arrivals: arrivals(values.arrivals),
      textBytes: wholeNumber('--text-bytes', values['text-bytes'], TEXT_BYTES, ...TEXT_BYTES_RANGE),
      durationMs: someNumber('--duration', values.duration, numbers.durationSeconds, 0.5, 3600) * 1000,
      rounds: wholeNumber('--rounds', values.rounds, numbers.rounds, 1, 100),
      pollIntervalMs: wholeNumber('--interval', values.interval, POLL_INTERVAL_MS, 10, 60_000),
      maxClients: wholeNumber('--max-clients', values['max-clients'], MAX_CLIENTS, 1, 1_000_000),
      workers: wholeNumber('--workers', values.workers, usualWorkers(), 1, 64),
      target: values.target === undefined ? null : originOf(values.target),
      seed: wholeNumber('--seed', values.seed, SEED, 0, 1_000_000),
    };
    refuseLockedPhases(settings);
    return {
      kind: 'run',
      options: {
        settings,
        out: pathOf('--out', values.out),
        docs: values['no-docs'] !== true,
        json: pathOf('--json', values.json),
        failOn: values['fail-on'] ?? [],
        baseline: baselineOf(values.baseline, values['fail-on'] ?? []),
      },
    };
  } catch (error) {
    if (error instanceof FlagError || isParseArgsError(error)) return { kind: 'error', message: error.message };
    throw error;
  }
}

function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function twoRuns(positionals: readonly string[], flags: object): readonly [string, string] {
  const [a, b] = positionals;
  if (a === undefined || b === undefined || positionals.length !== 2) {
    throw new FlagError('--compare takes two runs: folders, run.json files, or ids in results/');
  }
  const other = Object.keys(flags).find((flag) => flag !== 'compare');
  if (other !== undefined) throw new FlagError(`--compare measures nothing, so --${other} has no meaning beside it`);
  return [readUserPath('--compare', a), readUserPath('--compare', b)];
}

function baselineOf(value: string | undefined, gates: readonly string[]): string | null {
  if (value === undefined) return null;
  if (gates.some((gate) => /\bbaseline\b/.test(gate))) return readUserPath('--baseline', value);
  throw new FlagError(
    `--baseline ${value} has no meaning without a gate that compares with it, such as ` +
      "--fail-on 'websocket.steady.p99 > 1.2x baseline'",
  );
}

function pathOf(flag: string, value: string | undefined): string | null {
  return value === undefined ? null : readUserPath(flag, value);
}

function readUserPath(flag: string, value: string): string {
  try {
    return readPath(value);
  } catch (error) {
    if (error instanceof PathError) throw new FlagError(`${flag}: '${value}' ${error.message}`);
    throw error;
  }
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0') {
    throw new FlagError(`--target: '${text}' is no http:// or https:// address`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new FlagError(`--target: a name and a password mean nothing to a lab; give the origin alone: ${url.origin}`);
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new FlagError(`--target: '${text}' has a path; give the origin alone: ${url.origin}`);
  }
  return url.origin;
}

function arrivals(value: string | undefined): Arrivals {
  if (value === undefined || value === 'poisson') return 'poisson';
  if (value === 'periodic') return value;
  throw new FlagError(`--arrivals: '${value}' is none of poisson, periodic`);
}

/** Arrivals that keep step with the polls meet each client at one and the same wait: the mean would be chance. */
function refuseLockedPhases({ arrivals: kind, messagesPerSecond, pollIntervalMs }: BenchSettings): void {
  if (kind !== 'periodic') return;
  const perInterval = (messagesPerSecond * pollIntervalMs) / 1000;
  const nearest = Math.round(perInterval);
  if (nearest === 0 || Math.abs(perInterval - nearest) > 0.01 * nearest) return;
  throw new FlagError(
    `--arrivals periodic: ${messagesPerSecond} messages a second keep step with polls every ${pollIntervalMs} ms, so ` +
      `that each client would always wait equally long. Choose --rate ${tidyRate(messagesPerSecond * 1.07)}, or poisson`,
  );
}

function tidyRate(rate: number): number {
  return Number(rate.toPrecision(3));
}

function chosen(flag: string, value: string | undefined, from: readonly string[], absent: readonly string[]): string[] {
  if (value === undefined) return [...absent];
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
