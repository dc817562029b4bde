import { describe, expect, it } from 'vitest';
import { parseAbuseFlags } from './flags.ts';

const ATTACKS = ['unread pages', 'pings'];

describe('flags', () => {
  it('default to all attacks for a short while, and store nothing', () => {
    expect(parseAbuseFlags([], ATTACKS)).toEqual({
      kind: 'run',
      settings: {
        durationMs: 20_000,
        seed: 1,
        websocketEngine: 'ws',
        address: '127.0.0.2',
        only: null,
        save: false,
      },
    });
  });

  it('say how long, what, from where, on which engine', () => {
    const argv = ['--seconds', '600', '--seed', '9', '--attack', 'pings', '--address', '127.0.0.9'];
    expect(parseAbuseFlags([...argv, '--websocket-engine', 'by-hand'], ATTACKS)).toMatchObject({
      settings: { durationMs: 600_000, seed: 9, websocketEngine: 'by-hand', address: '127.0.0.9', only: 'pings' },
    });
  });

  it.each([
    [['--seconds', '0'], "--seconds: '0' is not a number from"],
    [['--attack', 'tickling'], "--attack: 'tickling' is none of unread pages, pings"],
    [['--attack', 'pings', '--save'], '--save wants all attacks'],
    [['--address', '127.0.0.1'], 'such as 127.0.0.2'],
    [['--address', '10.0.0.1'], 'not another loopback address'],
    [['--websocket-engine', 'both'], 'none of ws, by-hand'],
    [['--colour'], '--colour'],
  ])('%j is an error that says what would be right', (argv, message) => {
    expect(parseAbuseFlags(argv, ATTACKS)).toMatchObject({ kind: 'error', message: expect.stringContaining(message) });
  });

  it('has a help text that names every flag and every attack', () => {
    const parsed = parseAbuseFlags(['--help'], ATTACKS);
    for (const word of '--seconds --seed --attack --websocket-engine --address --save pings'.split(' ')) {
      expect(parsed).toMatchObject({ kind: 'help', text: expect.stringContaining(`${word}`) });
    }
  });
});
