import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { othersShare, readUse, useOf } from './others.ts';

const stat = (...times: readonly number[]) => `cpu  ${times.join(' ')}\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 9 9\n`;
const one = (pid: number, parent: number, name: string, ...ticks: readonly number[]) =>
  `${pid} (${name}) S ${parent} 5 5 0 -1 4194304 80 0 0 0 ${ticks.join(' ')} 20 0 1 0 77 1000 50\n`;

describe('what the processors did for others', () => {
  it('is all but what this process and its descendants did, ended ones too', () => {
    const processes = [
      one(12, 11, 'server', 3, 4, 0, 0),
      one(10, 1, 'a (b) c', 1, 2, 30, 40),
      one(11, 10, 'loader', 100, 200, 0, 0),
      one(99, 1, 'other', 5000, 0, 0, 0),
    ];
    // user, nice, system, idle, iowait, irq, softirq, stolen, guest, guest_nice
    const use = useOf(stat(6000, 10, 300, 9000, 50, 3, 400, 7, 11, 12), processes, 10);
    expect(use).toEqual({ unclaimed: 5937, seen: 5007, total: 15_770 });
  });

  it('is their share of all processors’ time between two looks, by whichever count missed less of it', () => {
    const before = { unclaimed: 1000, seen: 400, total: 10_000 };
    expect(othersShare(before, { unclaimed: 1400, seen: 410, total: 14_000 })).toBe(0.1);
    expect(othersShare(before, { unclaimed: 980, seen: 600, total: 14_000 })).toBe(0.05);
    expect(othersShare(before, { unclaimed: 990, seen: 390, total: 14_000 })).toBe(0);
  });

  it('is not known where the system does not tell it', () => {
    expect(useOf('nothing', [], 1)).toBe(null);
    expect(othersShare(null, { unclaimed: 1, seen: 1, total: 1 })).toBe(null);
    const use = { unclaimed: 1, seen: 1, total: 1 };
    expect(othersShare(use, use)).toBe(null);
  });

  it.runIf(process.platform === 'linux')('is not what a child did that has ended', () => {
    // By the processor's own time, so that a busy machine only makes it take longer.
    const work = () => spawnSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 3e5);']);
    const childrenOf = (processes: readonly string[]) => useOf(stat(0, 0, 0, 0, 0, 0, 0, 0), processes, process.pid);
    const own = () => childrenOf([readFileSync('/proc/self/stat', 'utf8')])?.unclaimed ?? 0;
    const before = own();
    work();
    expect(own() - before).toBeLessThanOrEqual(-29);
    expect(readUse()?.seen).toBeGreaterThan(0);
  });
});
