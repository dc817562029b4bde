// How much the processors did for others while a scenario was played: measured, so that nobody need guess why rounds
// differ. Only Linux tells it, in /proc.
import { readdirSync, readFileSync } from 'node:fs';
import { tidy } from './stats/over-rounds.ts';

/** Since some beginning, in ticks of the system. Either may miss a part of what others did; neither invents any. */
export interface Use {
  /** What the processors did, by samples, less what this process and its descendants did: other containers too. */
  readonly unclaimed: number;
  /** What other processes did that can be seen from here, exactly, and what a hypervisor kept from this machine. */
  readonly seen: number;
  /** All the time that the processors had. */
  readonly total: number;
}

/**
 * @param stat the text of `/proc/stat`. @param processes the texts of `/proc/<pid>/stat`. @param self this process's id.
 * @returns null where the texts do not tell it.
 */
export function useOf(stat: string, processes: readonly string[], self: number): Use | null {
  const times = /^cpu +([\d ]+)$/m.exec(stat)?.[1]?.split(' ').map(Number).slice(0, 8);
  if (times === undefined) return null;
  // Interrupts are left out: most are of the network that the bench itself keeps busy.
  const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = times;
  const known = processes.flatMap(processOf);
  const family = new Set([self]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of known) if (family.has(parent)) family.add(pid);
  }
  const ticksOf = (isOwn: boolean) =>
    known.filter(({ pid }) => family.has(pid) === isOwn).reduce((sum, { ticks }) => sum + ticks, 0);
  return {
    unclaimed: user + nice + system + stolen - ticksOf(true),
    seen: ticksOf(false) + stolen,
    total: times.reduce((sum, one) => sum + one, 0),
  };
}

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its time and that of its children that have ended: together they lose nothing when a process ends. */
  readonly ticks: number;
}

/** @param text of `/proc/<pid>/stat`. @returns the process; none where the text is no such one. */
export function processOf(text: string): Process[] {
  // The name in parentheses may hold anything.
  const [, pid, rest = ''] = /^(\d+) \(.*\) \S (.*)$/s.exec(text) ?? [];
  const [parent, ...fields] = rest.split(' ').map(Number);
  // The parent is the fourth field, the times are the 14th to the 17th.
  return pid === undefined || parent === undefined
    ? []
    : [{ pid: Number(pid), parent, ticks: fields.slice(9, 13).reduce((sum, one) => sum + one, 0) }];
}

/** @returns null where the system does not tell it. */
export function readUse(): Use | null {
  try {
    return useOf(readFileSync('/proc/stat', 'utf8'), readProcesses(), process.pid);
  } catch {
    // Another system than Linux, or one that hides it.
    return null;
  }
}

/** @returns the text of each process's `/proc/<pid>/stat`. @throws where the system has no such folder. */
export function readProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readIfThere);
}

function readIfThere(pid: string): string[] {
  try {
    return [readFileSync(`/proc/${pid}/stat`, 'utf8')];
  } catch {
    // It has ended since.
    return [];
  }
}

/** @returns the share of all processors' time that others used between the two, at least; null where it is not known. */
export function othersShare(before: Use | null, after: Use | null): number | null {
  if (before === null || after === null || after.total <= before.total) return null;
  const ticks = Math.max(0, after.unclaimed - before.unclaimed, after.seen - before.seen);
  return tidy(ticks / (after.total - before.total));
}
