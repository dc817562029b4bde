// What the kernel keeps for all of the machine: its own objects (sockets among them) and what waits in TCP's buffers.
import { readFileSync } from 'node:fs';

/** TCP's buffers are counted in pages. */
const PAGE_BYTES = 4096;
const KIB = 1024;

/** @returns the bytes; null where the texts do not tell them. */
export function kernelBytesOf(meminfo: string, sockstat: string): number | null {
  const slab = /^Slab:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  const pages = /^TCP: .*\bmem (\d+)$/m.exec(sockstat)?.[1];
  return slab === undefined || pages === undefined ? null : Number(slab) * KIB + Number(pages) * PAGE_BYTES;
}

/** @returns the bytes; null where the system does not tell them: only Linux does, in /proc. */
export function readKernelBytes(): number | null {
  try {
    return kernelBytesOf(readFileSync('/proc/meminfo', 'utf8'), readFileSync('/proc/net/sockstat', 'utf8'));
  } catch {
    // Another system than Linux, or one that hides it.
    return null;
  }
}
