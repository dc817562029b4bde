import { describe, expect, it } from 'vitest';
import { FlagError } from '../command/settings.ts';
import { HELP, readFlags } from './flags.ts';

describe('flags of the proxy', () => {
  it('need only a target', () => {
    expect(readFlags(['--target', '127.0.0.1:8080'])).toEqual({
      target: { host: '127.0.0.1', port: 8080 },
      host: '127.0.0.1',
      port: 0,
      seed: 1,
      budget: { cost: 0, most: 134_217_728 },
      maxConnections: 0,
      impairments: {},
    });
  });

  it('are all read', () => {
    const flags = ['--target=[::1]:80', '--host', '::1', '--port', '9000', '--seed', '42', '--queue-bytes', '7'];
    flags.push('--max-connections', '8');
    expect(readFlags([...flags, '--impairments', '{"serverToClient":{"delayMs":2.5}}'])).toEqual({
      target: { host: '::1', port: 80 },
      host: '::1',
      port: 9000,
      seed: 42,
      budget: { cost: 0, most: 7 },
      maxConnections: 8,
      impairments: { serverToClient: { delayMs: 2.5 } },
    });
  });

  it('are all in the help', () => {
    expect(readFlags(['-h'])).toBe('help');
    const flags = '--target --host --port --seed --queue-bytes --max-connections --impairments --help';
    for (const flag of flags.split(' ')) expect(HELP).toContain(flag);
  });

  it.each([
    [[], '--target is missing'],
    [['--target', '8080'], '--target must be HOST:PORT'],
    [['--target', 'lab:0'], '--target must be HOST:PORT'],
    [['--target', 'http://lab:80'], '--target must be HOST:PORT'],
    [['--target', 'lab:80', '--host', ''], '--host must not be empty'],
    [['--target', 'lab:80', '--host', '[::1]'], 'no brackets'],
    [['--target', 'lab:80', '--port', '65536'], '--port must be a whole number from 0 to 65535'],
    [['--target', 'lab:80', '--seed', '-1'], '--seed'],
    [['--target', 'lab:80', '--impairments', 'slow'], '--impairments must be JSON'],
    [
      ['--target', 'lab:80', '--impairments', '{"refuse":1}'],
      '--impairments must be right: "refuse": must be true or false',
    ],
    [['--target', 'lab:80', '--delay', '5'], '--delay'],
    [['--target', 'lab:80', 'more'], 'more'],
  ])('are refused with what would be right: %j', (args, right) => {
    expect(() => readFlags(args)).toThrow(FlagError);
    expect(() => readFlags(args)).toThrow(right);
  });
});
