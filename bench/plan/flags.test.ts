import { describe, expect, it } from 'vitest';
import { FlagError } from '../../server/command/settings.ts';
import { planHelp, readPlanFlags } from './flags.ts';

function options(...argv: string[]) {
  const read = readPlanFlags(argv);
  if (read === 'help') throw new Error(read);
  return read;
}

describe('the flags of a plan', () => {
  it('default to a room of the lab’s own clients, on one server', () => {
    expect(options()).toEqual({
      plan: {
        room: {
          clients: 1000,
          messagesPerSecond: 1,
          textBytes: 100,
          pollIntervalMs: 1000,
          holdMs: 30_000,
          heartbeatMs: 15_000,
          headBytes: null,
          roundTripMs: 0,
        },
        users: 1000,
        roomSize: 1000,
        node: { coreShare: 0.5, connections: 20_000, memoryBytes: 1e9 },
      },
      run: null,
      json: false,
    });
  });

  it('say the room, the users and the nodes', () => {
    const room = ['--clients', '500', '--rate', '20', '--interval', '2000', '--hold', '20', '--text-bytes', '50'];
    const { plan, run, json } = options(
      ...[...room, '--heartbeat', '5', '--head-bytes', '800', '--round-trip', '50', '--run', 'mine', '--json'],
      ...['--users', '100000000', '--room-size', '10'],
      ...['--node-cpu', '70', '--node-connections', '5000', '--node-memory', '2000'],
    );
    expect(plan.room).toEqual({
      clients: 500,
      messagesPerSecond: 20,
      textBytes: 50,
      pollIntervalMs: 2000,
      holdMs: 20_000,
      heartbeatMs: 5000,
      headBytes: 800,
      roundTripMs: 50,
    });
    expect([plan.users, plan.roomSize]).toEqual([100_000_000, 10]);
    expect(plan.node).toEqual({ coreShare: 0.7, connections: 5000, memoryBytes: 2e9 });
    expect([run, json]).toEqual(['mine', true]);
  });

  it('take the one room for all where nobody says more', () => {
    expect(options('--clients', '7').plan).toMatchObject({ users: 7, roomSize: 7 });
    expect(options('--room-size', '9').plan).toMatchObject({ room: { clients: 9 }, users: 9 });
    expect(options('--users', '5000').plan).toMatchObject({ room: { clients: 1000 }, users: 5000, roomSize: 1000 });
  });

  it.each([
    ['--clients', '0', 'must be a whole number from 1'],
    ['--users', '100000001', 'to 100000000'],
    ['--rate', 'fast', 'must be a number from 0'],
    ['--hold', '61', 'from 1 to 60'],
    ['--text-bytes', '4097', 'from 1 to 4096'],
    ['--head-bytes', '10', 'from 50 to 65536'],
    ['--node-cpu', '101', 'from 1 to 100'],
    ['--users', '999', '--users must be at least one room of them, 1000'],
    ['--speed', '1', "Unknown option '--speed'"],
  ])('refuse %s %s', (flag, value, reason) => {
    expect(() => options(flag, value)).toThrow(FlagError);
    expect(() => options(flag, value)).toThrow(reason);
  });

  it('are all in the help, with units and defaults, in lines that fit', () => {
    const help = planHelp();
    expect(readPlanFlags(['--help'])).toBe('help');
    for (const flag of [
      'clients',
      'rate',
      'interval',
      'hold',
      'heartbeat',
      'users',
      'room-size',
      'node-memory',
      'run',
    ]) {
      expect(help).toContain(`--${flag} `);
    }
    expect(help).toContain('ms from one short poll to the next\n      default 1000');
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
