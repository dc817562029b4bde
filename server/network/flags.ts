// The proxy's command line.
import { addressProblem } from '../command/addresses.ts';
import {
  FlagError,
  HELP_LINE,
  integer,
  limit,
  optional,
  readSettings,
  type Setting,
  settingsHelp,
  text,
} from '../command/settings.ts';
import { describeIssue } from '../http/schema-problem.ts';
import { type Impairments, impairmentsSchema } from './impairments.ts';
import { createQueueBudget, MOST_QUEUED_BYTES } from './pipe.ts';
import type { ProxyOptions } from './proxy.ts';

const MOST = 2 ** 32 - 1;

const target: Setting<ProxyOptions['target']> = {
  default: { host: '127.0.0.1', port: 8080 },
  shape: 'HOST:PORT',
  help: 'where connections go; an IPv6 address in brackets',
  parse: (value) => {
    const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/\s[\]]+)):(\d{1,5})$/.exec(value) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined || port === undefined || Number(port) < 1 || Number(port) > 65_535) {
      throw new FlagError('must be HOST:PORT, such as 127.0.0.1:8080');
    }
    return { host, port: Number(port) };
  },
};

const impairments: Setting<Impairments> = {
  default: {},
  shape: 'JSON',
  help:
    'what to do to connections from the start\n' +
    `      e.g. '{"serverToClient": {"delayMs": 50, "jitterMs": 5}}'; docs/network.md has them all`,
  shown: '{}: nothing',
  parse: (value) => {
    const given = impairmentsSchema.safeParse(jsonOf(value));
    if (!given.success) throw new FlagError(`must be right: ${describeIssue(given.error)}`);
    return given.data;
  },
};

function jsonOf(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new FlagError('must be JSON, such as {"serverToClient": {"delayMs": 50}}');
  }
}

const SETTINGS = {
  target: optional(target, 'none: it must be given'),
  port: integer(0, 0, 65_535, 'TCP port to listen on; 0: a free one'),
  host: text('127.0.0.1', 'ADDRESS', 'address to bind to; anything but loopback lets others in', addressProblem),
  seed: integer(1, 0, MOST, 'what is left to chance is drawn from this'),
  queueBytes: integer(MOST_QUEUED_BYTES, 0, MOST, 'bytes that may wait in all connections together'),
  maxConnections: limit(0, 'connections at a time; one more is ended at once'),
  impairments,
} as const;

export const HELP: string = [
  'The impairment proxy: passes TCP connections on to a target, delayed, throttled, cut or held as it is told.',
  '',
  'Usage: node dist/server/network/main.js --target HOST:PORT [flags]',
  '',
  settingsHelp(SETTINGS, false),
  HELP_LINE,
  'Where it is started with an IPC channel it is steered by messages (server/network/control.ts), and ends with its parent.',
  '',
].join('\n');

/** @returns what to start, or `'help'`. @throws FlagError */
export function readFlags(args: readonly string[]): ProxyOptions | 'help' {
  const given = readSettings(SETTINGS, args);
  if (given === 'help') return given;
  const { target: place, queueBytes, ...rest } = given.values;
  if (place === null) throw new FlagError('--target is missing: give HOST:PORT');
  return { ...rest, target: place, budget: createQueueBudget(queueBytes) };
}
