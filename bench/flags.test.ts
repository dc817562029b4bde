import { describe, expect, it } from 'vitest';
import { FlagError } from '../server/command/settings.ts';
import { benchHelp, readBenchFlags } from './flags.ts';
import { CLAIM_NUMBERS } from './run/claims.ts';
import { USUAL_SCENARIOS } from './scenarios/index.ts';

const choices = { transports: ['short-polling', 'sse'], scenarios: ['steady', 'idle'] };
const parse = (...argv: string[]) => readBenchFlags(argv, choices);

describe('the flags', () => {
  it('choose the standard by default', () => {
    expect(parse()).toMatchObject({
      kind: 'run',
      options: {
        settings: {
          size: 'default',
          transports: choices.transports,
          scenarios: ['calibration', 'steady', 'rtt', 'fanout', 'idle'],
          rounds: 5,
          pollIntervalMs: 1000,
          target: null,
        },
        ...{ out: null, docs: true, json: null, failOn: [], baseline: null },
      },
    });
  });

  it('give a quick and a full run other defaults, which other flags still change', () => {
    expect(parse('--quick', '--clients', '7')).toMatchObject({
      options: { settings: { size: 'quick', clients: 7, rounds: 1, scenarios: ['steady', 'rtt', 'idle'] } },
    });
    expect(parse('--full', '--rounds', '9')).toMatchObject({
      options: { settings: { size: 'full', rounds: 9, scenarios: USUAL_SCENARIOS.full } },
    });
  });

  it('choose published claims for folklore, all of them by default', () => {
    const of = (...argv: string[]) => readBenchFlags(argv, { ...choices, scenarios: ['steady', 'folklore'] });
    expect(of('--scenarios', 'folklore', '--claims', '14,5')).toMatchObject({
      options: { settings: { scenarios: ['folklore'], claims: [5, 14] } },
    });
    expect(parse()).toMatchObject({ options: { settings: { claims: CLAIM_NUMBERS } } });
    expect(() => of('--scenarios', 'folklore', '--claims', '15')).toThrow(
      /--claims must be some of 1, .*, 14, not "15"/,
    );
  });

  it('run capacity, nodes and folklore by name only', () => {
    const usual = Object.values(USUAL_SCENARIOS).flat();
    for (const name of ['capacity', 'nodes', 'folklore']) expect(usual).not.toContain(name);
  });

  it('take gates as often as they are given, and two runs to compare', () => {
    expect(parse('--fail-on', 'a > 1', '--fail-on', 'b > 2x baseline', '--baseline', 'old')).toMatchObject({
      options: { failOn: ['a > 1', 'b > 2x baseline'], baseline: 'old' },
    });
    expect(parse('--compare', 'one', 'two')).toEqual({ kind: 'compare', runs: ['one', 'two'] });
  });

  it('wait for a quiet machine only where that is asked for', () => {
    expect(parse()).toMatchObject({ options: { quietLimitMs: 0 } });
    expect(parse('--wait-for-quiet', '600')).toMatchObject({ options: { quietLimitMs: 600_000 } });
    expect(() => parse('--wait-for-quiet', '9')).toThrow('give at least that many, or 0');
    expect(() => parse('--wait-for-quiet', '1e9')).toThrow('whole number from 0 to 86400');
  });

  it('take a target as an origin', () => {
    expect(parse('--target', 'https://lab.example:8443/')).toMatchObject({
      options: { settings: { target: 'https://lab.example:8443' } },
    });
  });

  it('let periodic arrivals be, unless they keep step with the polls', () => {
    expect(parse('--arrivals', 'periodic', '--rate', '4.7')).toMatchObject({
      options: { settings: { arrivals: 'periodic' } },
    });
    expect(parse('--arrivals', 'periodic', '--rate', '0.4')).toMatchObject({ kind: 'run' });
  });

  it('keep the list’s order, whatever order was asked for', () => {
    expect(parse('--transports', 'sse, short-polling')).toMatchObject({
      options: { settings: { transports: ['short-polling', 'sse'] } },
    });
  });

  it.each([
    [['--wat'], /Unknown option '--wat'/],
    [['stray'], /'stray' is no flag/],
    [['--quick', '--full'], /exclude each other/],
    [['--compare', 'one'], /takes two runs/],
    [['--compare', 'one', 'two', '--json', '-'], /--json has no meaning/],
    [['--compare', '~one/run', 'two'], /begins with ~/],
    [['--target', 'lab'], /--target must be an http.*not "lab"/],
    [['--target', 'http://lab/room'], /has a path; give the origin alone: http:\/\/lab$/],
    [['--arrivals', 'never'], /must be poisson or periodic/],
    [['--arrivals', 'periodic', '--rate', '5'], /keep step with polls every 1000 ms.*--rate 5\.35/],
    [['--text-bytes', '10'], /--text-bytes must be a whole number from 40 to 4096, not "10"/],
    [['--max-clients', '0'], /--max-clients must be.*"0"/],
    [['--workers', '65'], /--workers must be.*"65"/],
    [['--clients', 'many'], /--clients must be a whole number.*"many"/],
    [['--clients', '1.5'], /--clients must be a whole number.*"1.5"/],
    [['--rate', '0'], /--rate must be a number from 0.1 to 10000, not "0"/],
    [['--clients'], /--clients/],
    [['--transports', 'sse,smoke'], /--transports must be some of short-polling, sse, not "sse,smoke"/],
    [['--claims', '3'], /--claims has no meaning without --scenarios folklore/],
    [['--scenarios', ''], /--scenarios must be some of steady, idle, not ""/],
  ])('%j is an error that says why', (argv, message) => {
    expect(() => parse(...argv)).toThrow(FlagError);
    expect(() => parse(...argv)).toThrow(message);
  });

  it('--help names every flag and fits 120 columns', () => {
    expect(parse('--help')).toBe('help');
    const help = benchHelp(choices, 'Gates\n  ...\n');
    const flags = [...help.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, flag]) => flag);
    expect(flags).toEqual(expect.arrayContaining(['quick', 'text-bytes', 'fail-on', 'docs', 'compare', 'help']));
    expect(help.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});
