// The proxy's command line.
import { parseArgs } from 'node:util';
import { addressProblem } from '../command/addresses.ts';
import { describeIssue } from '../http/schema-problem.ts';
import { type Impairments, impairmentsSchema } from './impairments.ts';
import { MOST_QUEUED_BYTES } from './pipe.ts';
import type { ProxyOptions } from './proxy.ts';

/** Thrown for an unknown flag or a bad value; the message says what would be right. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

export const HELP = `The impairment proxy: passes TCP connections on to a target, delayed, throttled, cut or held as it is told.

Usage: node dist/server/network/main.js --target HOST:PORT [flags]

  --target HOST:PORT
      where connections go; an IPv6 address in brackets
  --port N
      TCP port to listen on; default 0: a free one
  --host ADDRESS
      address to bind to; default 127.0.0.1; anything but loopback lets others in
  --seed N
      what is left to chance is drawn from this; default 1
  --queue-bytes N
      bytes that may wait in all connections together; default ${MOST_QUEUED_BYTES}
  --impairments JSON
      what to do to connections from the start; default {}: nothing
      e.g. '{"serverToClient": {"delayMs": 50, "jitterMs": 5}}'; docs/network.md has them all
  --help, -h
      show this text

Where it is started with an IPC channel it is steered by messages (server/network/control.ts), and ends with its parent.
`;

/** @returns what to start, or `'help'`. @throws FlagError */
export function readFlags(args: readonly string[]): ProxyOptions | 'help' {
  const values = parse(args);
  if (values.help === true) return 'help';
  if (values.target === undefined) throw new FlagError('--target is missing: give HOST:PORT');
  return {
    target: readTarget(values.target),
    host: readHost(values.host ?? '127.0.0.1'),
    port: wholeNumber('--port', values.port ?? '0', 65_535),
    seed: wholeNumber('--seed', values.seed ?? '1', 2 ** 32 - 1),
    queueBytes: wholeNumber('--queue-bytes', values['queue-bytes'] ?? String(MOST_QUEUED_BYTES), 2 ** 32 - 1),
    impairments: readImpairments(values.impairments ?? '{}'),
  };
}

function parse(args: readonly string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({
      args: [...args],
      options: {
        target: text,
        port: text,
        host: text,
        seed: text,
        'queue-bytes': text,
        impairments: text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // parseArgs' own messages name the flag; a long hint about `--` would not help here.
    throw new FlagError(error instanceof Error ? (error.message.split('. To specify')[0] ?? '') : String(error));
  }
}

function readTarget(text: string): ProxyOptions['target'] {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:/\s[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || port === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new FlagError(`--target must be HOST:PORT, such as 127.0.0.1:8080, not "${text}"`);
  }
  return { host, port: Number(port) };
}

function readHost(text: string): string {
  const problem = addressProblem(text);
  if (problem !== null) throw new FlagError(`--host ${problem}, not "${text}"`);
  return text;
}

function wholeNumber(flag: string, text: string, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new FlagError(`${flag} must be a whole number from 0 to ${max}, not "${text}"`);
  return value;
}

function readImpairments(text: string): Impairments {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new FlagError(`--impairments must be JSON, such as {"serverToClient": {"delayMs": 50}}, not "${text}"`);
  }
  const given = impairmentsSchema.safeParse(json);
  if (!given.success) throw new FlagError(`--impairments: ${describeIssue(given.error)}`);
  return given.data;
}
