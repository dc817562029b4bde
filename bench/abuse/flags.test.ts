import { describe, expect, it } from 'vitest';
import { FlagError } from '../../server/command/settings.ts';
import { abuseHelp, readAbuseFlags } from './flags.ts';

const ATTACKS = ['unread pages', 'pings'];

describe('flags', () => {
  it('default to all attacks for a short while, and store nothing', () => {
    expect(readAbuseFlags([], ATTACKS)).toEqual({
      durationMs: 20_000,
      seed: 1,
      websocketEngine: 'ws',
      address: '127.0.0.2',
      only: null,
      save: false,
    });
  });

  it('say how long, what, from where, on which engine', () => {
    const argv = ['--seconds', '600', '--seed', '9', '--attack', 'pings', '--address', '127.0.0.9'];
    const expected = { durationMs: 600_000, seed: 9, websocketEngine: 'by-hand', address: '127.0.0.9', only: 'pings' };
    expect(readAbuseFlags([...argv, '--websocket-engine', 'by-hand'], ATTACKS)).toMatchObject(expected);
    expect(readAbuseFlags(['--save'], ATTACKS)).toMatchObject({ save: true, only: null });
  });

  it.each([
    [['--seconds', '0'], '--seconds must be a number from 1'],
    [['--attack', 'tickling'], '--attack must be unread pages or pings'],
    [['--attack', 'pings', '--save'], '--save wants all attacks'],
    [['--address', '127.0.0.1'], 'such as 127.0.0.2'],
    [['--address', '10.0.0.1'], 'another loopback address'],
    [['--websocket-engine', 'both'], 'ws or by-hand'],
    [['--colour'], '--colour'],
  ])('%j is an error that says what would be right', (argv, message) => {
    expect(() => readAbuseFlags(argv, ATTACKS)).toThrow(FlagError);
    expect(() => readAbuseFlags(argv, ATTACKS)).toThrow(message);
  });

  it('has a help text that names every flag and every attack', () => {
    expect(readAbuseFlags(['--help'], ATTACKS)).toBe('help');
    for (const word of '--seconds --seed --attack --websocket-engine --address --save pings'.split(' ')) {
      expect(abuseHelp(ATTACKS)).toContain(word);
    }
  });
});
