import { describe, expect, it } from 'vitest';
import { parseChaosFlags } from './flags.ts';

const TRANSPORTS = ['sse', 'websocket'];

function settings(...argv: string[]) {
  const parsed = parseChaosFlags(argv, TRANSPORTS);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.settings;
}

describe('flags', () => {
  it('default to a minute on a durable store, with all transports and both engines', () => {
    expect(settings()).toEqual({
      durationMs: 60_000,
      seed: 1,
      store: 'sqlite',
      transports: TRANSPORTS,
      webSocketEngines: ['ws', 'by-hand'],
    });
  });

  it('say how long, from which seed, on what', () => {
    const argv = ['--minutes', '2.5', '--seed', '9', '--store', 'memory', '--transport', 'sse'];
    expect(settings(...argv, '--websocket-engine', 'by-hand')).toEqual({
      durationMs: 150_000,
      seed: 9,
      store: 'memory',
      transports: ['sse'],
      webSocketEngines: ['by-hand'],
    });
    expect(settings('--seconds', '12').durationMs).toBe(12_000);
  });

  it.each([
    [['--minutes', '0'], "--minutes: '0' is not a number from"],
    [['--minutes', '1', '--seconds', '5'], 'give one'],
    [['--seed', '1.5'], "--seed: '1.5' is not a number"],
    [['--store', 'redis'], 'none of sqlite, memory'],
    [['--transport', 'pigeon'], "--transport: 'pigeon' is none of sse, websocket"],
    [['--websocket-engine', 'wss'], 'none of both, ws, by-hand'],
    [['--colour'], '--colour'],
  ])('%j is an error that says what would be right', (argv, message) => {
    expect(parseChaosFlags(argv, TRANSPORTS)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining(message),
    });
  });

  it('has a help text that names every flag', () => {
    const parsed = parseChaosFlags(['--help'], TRANSPORTS);
    expect(parsed.kind).toBe('help');
    for (const flag of ['minutes', 'seconds', 'seed', 'store', 'transport', 'websocket-engine']) {
      expect(parsed).toMatchObject({ text: expect.stringContaining(`--${flag} `) });
    }
  });
});
