import { describe, expect, it } from 'vitest';
import { parseFlags } from './flags.ts';

const choices = { transports: ['short-polling', 'sse'], scenarios: ['steady', 'idle'] };
const parse = (...argv: string[]) => parseFlags(argv, choices);

describe('the flags', () => {
  it('choose everything by default', () => {
    expect(parse()).toMatchObject({
      kind: 'run',
      options: { settings: { quick: false, ...choices, pollIntervalMs: 1000 }, out: null, docs: true },
    });
  });

  it('give a quick run smaller defaults, which other flags still change', () => {
    expect(parse('--quick', '--clients', '7')).toMatchObject({
      options: { settings: { quick: true, clients: 7, rounds: 1 } },
    });
  });

  it('keep the list’s order, whatever order was asked for', () => {
    expect(parse('--transports', 'sse, short-polling')).toMatchObject({
      options: { settings: { transports: ['short-polling', 'sse'] } },
    });
  });

  it.each([
    [['--wat'], /Unknown option '--wat'/],
    [['stray'], /stray/],
    [['--clients', 'many'], /--clients: 'many' is not a number/],
    [['--clients', '1.5'], /--clients: '1.5' is not a whole number/],
    [['--rate', '0'], /--rate: '0'/],
    [['--clients'], /--clients/],
    [['--transports', 'sse,smoke'], /--transports: 'smoke' is none of short-polling, sse/],
    [['--scenarios', ''], /--scenarios: '' is none of steady, idle/],
  ])('%j is an error that says why', (argv, message) => {
    const parsed = parse(...argv);
    expect(parsed.kind).toBe('error');
    expect(parsed.kind === 'error' && parsed.message).toMatch(message);
  });

  it('--help names every flag and fits 120 columns', () => {
    const parsed = parse('--help');
    const text = parsed.kind === 'help' ? parsed.text : '';
    for (const flag of ['--quick', '--rate', '--interval', '--out', '--no-docs', '--seed']) {
      expect(text).toContain(flag);
    }
    expect(text.split('\n').every((line) => line.length <= 120)).toBe(true);
  });
});
