import { describe, expect, it } from 'vitest';
import { FlagError } from '../../server/command/settings.ts';
import { chaosHelp, readChaosFlags } from './flags.ts';

const TRANSPORTS = ['sse', 'websocket'];

function settings(...argv: string[]) {
  const settings = readChaosFlags(argv, TRANSPORTS);
  if (settings === 'help') throw new Error(settings);
  return settings;
}

describe('flags', () => {
  it('default to a minute on a durable store, with all transports and both engines', () => {
    expect(settings()).toEqual({
      durationMs: 60_000,
      seed: 1,
      store: 'sqlite',
      crowd: 1,
      kills: 0,
      redisKills: 0,
      nodes: 1,
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
      crowd: 1,
      kills: 0,
      redisKills: 0,
      nodes: 1,
      transports: ['sse'],
      webSocketEngines: ['by-hand'],
    });
    expect(settings('--seconds', '12').durationMs).toBe(12_000);
    expect(settings('--store', 'redis')).toMatchObject({ store: 'redis', nodes: 3 });
    expect(settings('--store', 'redis', '--nodes', '5').nodes).toBe(5);
    expect(settings('--crowd', '12').crowd).toBe(12);
    expect(settings('--kills', '20').kills).toBe(20);
    expect(settings('--store', 'redis', '--redis-kills', '10').redisKills).toBe(10);
  });

  it.each([
    [['--minutes', '0'], '--minutes must be a number from'],
    [['--minutes', '1', '--seconds', '5'], 'give one'],
    [['--seed', '1.5'], '--seed must be a whole number from 0 to 4294967295, not "1.5"'],
    [['--store', 'file'], '--store must be sqlite or memory or redis'],
    [['--nodes', '2'], '--nodes is for --store redis'],
    [['--redis-kills', '1'], '--redis-kills is for --store redis'],
    [['--transport', 'pigeon'], '--transport must be sse or websocket, not "pigeon"'],
    [['--websocket-engine', 'wss'], 'must be both or ws or by-hand'],
    [['--colour'], '--colour'],
  ])('%j is an error that says what would be right', (argv, message) => {
    expect(() => settings(...argv)).toThrow(FlagError);
    expect(() => settings(...argv)).toThrow(message);
  });

  it('has a help text that names every flag', () => {
    expect(readChaosFlags(['--help'], TRANSPORTS)).toBe('help');
    for (const flag of [
      'minutes',
      'seconds',
      'seed',
      'store',
      'crowd',
      'kills',
      'redis-kills',
      'nodes',
      'transport',
      'websocket-engine',
    ]) {
      expect(chaosHelp(TRANSPORTS)).toContain(`--${flag} `);
    }
  });
});
