// The bench's flags: what they mean, their defaults, and what follows from them together.
import { cpus } from 'node:os';
import {
  choice,
  decimal,
  each,
  FlagError,
  HELP_LINE,
  integer,
  optional,
  path,
  pathOf,
  readSettings,
  settingsHelp,
  some,
  text,
  toggle,
} from '../server/command/settings.ts';
import { LOOK_MS, QUIET_LOOKS } from './quiet.ts';
import { CLAIM_NUMBERS, type ClaimNumber } from './run/claims.ts';
import { BY_NAME_ONLY, USUAL_SCENARIOS } from './scenarios/index.ts';
import type { BenchSettings, RunSize } from './scenarios/scenario.ts';

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
  /** How long a quiet machine is waited for at the most, in ms; 0: not at all. */
  readonly quietLimitMs: number;
  /** The run that `baseline` means in them. */
  readonly baseline: string | null;
}

/** What exists to choose from. */
export interface Choices {
  readonly transports: readonly string[];
  readonly scenarios: readonly string[];
}

export type BenchCommand =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'compare'; readonly runs: readonly [string, string] };

interface Numbers {
  readonly clients: number;
  readonly durationSeconds: number;
  readonly rounds: number;
}

const NUMBERS: Readonly<Record<RunSize, Numbers>> = {
  quick: { clients: 25, durationSeconds: 2, rounds: 1 },
  default: { clients: 50, durationSeconds: 4, rounds: 5 },
  full: { clients: 50, durationSeconds: 5, rounds: 5 },
};
const MESSAGES_PER_SECOND = 5;
/** A short chat message. */
const TEXT_BYTES = 100;
/** As long as a message's text may be; the index and the time of sending stand at its beginning. */
const TEXT_BYTES_RANGE = [40, 4096] as const;
const POLL_INTERVAL_MS = 1000;
const MAX_CLIENTS = 10_000;
const QUIET_SECONDS = (QUIET_LOOKS * LOOK_MS) / 1000;
/** One core is the server's. */
const MAX_USUAL_WORKERS = 4;

function usualWorkers(): number {
  return Math.min(MAX_USUAL_WORKERS, Math.max(1, cpus().length - 1));
}

function numbersText(of: (numbers: Numbers) => number): string {
  return `${of(NUMBERS.default)}; quick ${of(NUMBERS.quick)}, full ${of(NUMBERS.full)}`;
}

/** @returns the settings, by what they are about. */
function groupsOf({ transports, scenarios }: Choices) {
  const { default: usual, quick } = USUAL_SCENARIOS;
  const half = Math.ceil(scenarios.length / 2);
  const names = `${scenarios.slice(0, half).join(',')},\n      ${scenarios.slice(half).join(',')}`;
  return {
    'How much': {
      quick: toggle(false, 'a first look in less than 60 s: fewer clients and rounds, a shortened idle room'),
      full: toggle(false, 'everything, with more rounds, in about an hour'),
      scenarios: optional(
        some(scenarios, `which to run: ${names}`),
        `${usual.join(',')};\n      quick: ${quick.join(',')}; full: all but ${BY_NAME_ONLY.join(', ')}`,
      ),
      claims: optional(
        some(
          CLAIM_NUMBERS.map(String),
          'which of the published claims folklore repeats, by their numbers in docs/folklore.md',
        ),
        'all',
      ),
      transports: some(transports, `which to measure: ${transports.join(',')}`),
      rounds: optional(
        integer(0, 1, 100, 'rounds of all transports; from 5 on with 95 % intervals'),
        numbersText(({ rounds }) => rounds),
      ),
    },
    'The room, in steady': {
      clients: optional(
        integer(0, 1, 10_000, 'clients of each transport'),
        numbersText(({ clients }) => clients),
      ),
      rate: decimal(MESSAGES_PER_SECOND, 0.1, 10_000, 'messages a second'),
      arrivals: choice('poisson', ['poisson', 'periodic'], 'poisson: at random times; periodic: at equal distances'),
      textBytes: integer(
        TEXT_BYTES,
        ...TEXT_BYTES_RANGE,
        `length of a message’s text, ${TEXT_BYTES_RANGE.join(' to ')}`,
      ),
      duration: optional(
        decimal(0, 0.5, 3600, 'seconds measured per round and transport'),
        numbersText(({ durationSeconds }) => durationSeconds),
      ),
      interval: integer(POLL_INTERVAL_MS, 10, 60_000, 'ms from one short poll to the next, in all scenarios'),
      browserHeads: toggle(
        true,
        'tell bytes with the heads of a browser’s requests too, beside those of a minimal client (--no-browser-heads: not)',
      ),
      maxClients: integer(MAX_CLIENTS, 1, 1_000_000, 'where capacity ends'),
      seed: integer(1, 0, 1_000_000, 'repeats a run’s schedule and phases'),
    },
    Where: {
      target: optional(
        text(
          '',
          'URL',
          'a lab deployed elsewhere, instead of one that the bench starts. Its own figures come from its /v1/stats;\n' +
            '      scenarios that must start, delay or kill a server are left out',
        ),
        'none',
      ),
      waitForQuiet: integer(
        0,
        0,
        86_400,
        'wait for a quiet machine, for so many seconds at the most: one whose processors had less than 5 % to do in each\n' +
          '      of ten seconds. Then it begins all the same, with a warning; 0: it begins at once',
      ),
      workers: optional(
        integer(0, 1, 64, 'processes that hold the clients'),
        `the cores but one, at most ${MAX_USUAL_WORKERS}; here ${usualWorkers()}`,
      ),
    },
    'What comes out': {
      out: optional(
        path('', 'DIR', 'where run.json, run.csv, summary.md and report.html go'),
        'results/<id of the run>',
      ),
      json: optional(
        path('', 'FILE', 'run.json to that file too; - is the standard output, which then has nothing else on it'),
        'none',
      ),
      docs: toggle(true, 'draw docs/ anew, from runs in results/ alone (--no-docs: leave it as it is)'),
      failOn: each('GATE', 'fail where the condition holds'),
      baseline: optional(
        text('', 'RUN', 'the run that "baseline" means in a gate: a folder, a run.json, or an id in results/'),
        'the one that docs/ shows',
      ),
      compare: toggle(false, 'measure nothing, and say of the two runs that follow what changed, and what is chance'),
    },
  };
}

function settingsOf(choices: Choices) {
  const groups = groupsOf(choices);
  return { ...groups['How much'], ...groups['The room, in steady'], ...groups.Where, ...groups['What comes out'] };
}

/** @param gateHelp explains the gates' grammar. */
export function benchHelp(choices: Choices, gateHelp: string): string {
  const groups = Object.entries(groupsOf(choices)).map(([title, group]) => `${title}\n${settingsHelp(group, false)}\n`);
  return `Measures the lab's transports on this machine, checks itself, and draws the charts in docs/.

  npm run bench -- [flags]                 the standard: less than 10 minutes
  npm run bench -- --compare RUN RUN       what changed from one run to another, and what is chance

${groups.join('\n')}${HELP_LINE}
${gateHelp}
Exit codes: 0 all well; 1 a ledger did not close (a message was lost, repeated or reordered), a scenario failed, or a
gate did not hold; 2 a flag was wrong; 130 interrupted (what was finished is kept).
`;
}

/** @returns what to do, or `'help'`. @throws FlagError */
export function readBenchFlags(args: readonly string[], choices: Choices): BenchCommand | 'help' {
  const given = readSettings(settingsOf(choices), args, { takesOthers: true });
  if (given === 'help') return given;
  const { values, flags, others } = given;
  if (values.compare) return { kind: 'compare', runs: twoRuns(others, flags) };
  if (others.length > 0) throw new FlagError(`'${others[0]}' is no flag`);
  if (values.quick && values.full) throw new FlagError('--quick and --full exclude each other');
  const size: RunSize = values.quick ? 'quick' : values.full ? 'full' : 'default';
  const numbers = NUMBERS[size];
  const scenarios = values.scenarios ?? USUAL_SCENARIOS[size];
  const settings: BenchSettings = {
    size,
    transports: values.transports,
    scenarios,
    clients: values.clients ?? numbers.clients,
    messagesPerSecond: values.rate,
    arrivals: values.arrivals,
    textBytes: values.textBytes,
    durationMs: (values.duration ?? numbers.durationSeconds) * 1000,
    rounds: values.rounds ?? numbers.rounds,
    pollIntervalMs: values.interval,
    claims: claimsOf(values.claims, scenarios),
    browserHeads: values.browserHeads,
    maxClients: values.maxClients,
    workers: values.workers ?? usualWorkers(),
    target: values.target === null ? null : originOf(values.target),
    seed: values.seed,
  };
  refuseLockedPhases(settings);
  if (values.waitForQuiet > 0 && values.waitForQuiet < QUIET_SECONDS) {
    throw new FlagError(`--wait-for-quiet waits for ${QUIET_SECONDS} quiet seconds, so give at least that many, or 0`);
  }
  const { out, docs, json, failOn } = values;
  return {
    kind: 'run',
    options: {
      ...{ settings, out, docs, json, failOn, baseline: baselineOf(values.baseline, failOn) },
      quietLimitMs: values.waitForQuiet * 1000,
    },
  };
}

function claimsOf(chosen: readonly string[] | null, scenarios: readonly string[]): readonly ClaimNumber[] {
  if (chosen === null) return CLAIM_NUMBERS;
  if (!scenarios.includes('folklore')) throw new FlagError('--claims has no meaning without --scenarios folklore');
  return CLAIM_NUMBERS.filter((claim) => chosen.includes(String(claim)));
}

function originOf(target: string): string {
  const url = URL.canParse(target) ? new URL(target) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0') {
    throw new FlagError(`--target must be an http:// or https:// address, not "${target}"`);
  }
  if (url.username !== '' || url.password !== '') {
    // Not repeated: it is a secret.
    throw new FlagError(`--target: a name and a password mean nothing to a lab; give the origin alone: ${url.origin}`);
  }
  if (url.pathname === '/' && url.search === '' && url.hash === '') return url.origin;
  throw new FlagError(`--target "${target}" has a path; give the origin alone: ${url.origin}`);
}

function twoRuns([a, b, ...more]: readonly string[], flags: readonly string[]): readonly [string, string] {
  if (a === undefined || b === undefined || more.length > 0) {
    throw new FlagError('--compare takes two runs: folders, run.json files, or ids in results/');
  }
  const other = flags.find((flag) => flag !== 'compare');
  if (other !== undefined) throw new FlagError(`--compare measures nothing, so --${other} has no meaning beside it`);
  return [pathOf(a), pathOf(b)];
}

function baselineOf(value: string | null, gates: readonly string[]): string | null {
  if (value === null) return null;
  if (gates.some((gate) => /\bbaseline\b/.test(gate))) return pathOf(value);
  throw new FlagError(
    `--baseline ${value} has no meaning without a gate that compares with it, such as ` +
      "--fail-on 'websocket.steady.p99 > 1.2x baseline'",
  );
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
