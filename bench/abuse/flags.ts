// The flags of `npm run abuse`.
import {
  choice,
  decimal,
  FlagError,
  HELP_LINE,
  integer,
  optional,
  readSettings,
  settingsHelp,
  text,
  toggle,
} from '../../server/command/settings.ts';
import { WEBSOCKET_ENGINES } from '../chaos/flags.ts';

export interface AbuseSettings {
  /** How long all attacks go on. */
  readonly durationMs: number;
  readonly seed: number;
  readonly websocketEngine: (typeof WEBSOCKET_ENGINES)[number];
  /** Where the attacks come from; bystanders are at 127.0.0.1. */
  readonly address: string;
  /** The one attack to play; null: all at once. */
  readonly only: string | null;
  /** Whether the run is written to results/abuse.json. */
  readonly save: boolean;
}

const MOST_SECONDS = 24 * 3600;
const MOST_SEED = 2 ** 32 - 1;

function addressProblem(value: string): string | null {
  const isOther = /^127(\.\d{1,3}){3}$/.test(value) && value !== '127.0.0.1';
  return isOther ? null : 'must be another loopback address than 127.0.0.1, such as 127.0.0.2';
}

const settingsOf = (attacks: readonly string[]) => ({
  seconds: decimal(20, 1, MOST_SECONDS, 'seconds that the attacks go on'),
  seed: integer(1, 0, MOST_SEED, 'repeats what attackers draw, though not the machine’s timing'),
  attack: optional(choice('', attacks, 'only this one'), 'all at once'),
  websocketEngine: choice('ws', WEBSOCKET_ENGINES, 'implementation of WebSocket'),
  address: text(
    '127.0.0.2',
    'ADDRESS',
    'where attacks come from; bystanders are at 127.0.0.1. On macOS it must be made: sudo ifconfig lo0 alias 127.0.0.2',
    addressProblem,
  ),
  save: toggle(false, 'write the run to results/abuse.json, from which npm run docs draws a table'),
});

/** @param attacks the names of those that there are. */
export function abuseHelp(attacks: readonly string[]): string {
  return `Does to a server of its own whatever one address can do to it, all at once, and says what that cost: the memory that it
held at most, how long anybody waited, and whether a bystander lost a message.

  npm run abuse -- [flags]

${settingsHelp(settingsOf(attacks), false)}
${HELP_LINE}
Exit codes: 0 every promise was kept; 1 a bystander lost a message, the server ended or held too much; 2 a flag was
wrong; 130 interrupted.
`;
}

/** @param attacks the names of those that there are. @returns what to play, or `'help'`. @throws FlagError */
export function readAbuseFlags(args: readonly string[], attacks: readonly string[]): AbuseSettings | 'help' {
  const given = readSettings(settingsOf(attacks), args);
  if (given === 'help') return given;
  const { seconds, attack, ...rest } = given.values;
  if (rest.save && attack !== null) throw new FlagError('--save wants all attacks: leave --attack out');
  return { ...rest, durationMs: seconds * 1000, only: attack };
}
