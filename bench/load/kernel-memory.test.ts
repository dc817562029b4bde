import { expect, it } from 'vitest';
import { kernelBytesOf } from './kernel-memory.ts';

const MEMINFO = 'MemTotal:        4027916 kB\nSlab:             300000 kB\nSReclaimable:     200000 kB\n';
const SOCKSTAT = 'sockets: used 145\nTCP: inuse 65 orphan 7 tw 1745 alloc 65 mem 10\nUDP: inuse 0 mem 5\n';

it('the kernel’s memory is that of its objects and of TCP’s buffers', () => {
  expect(kernelBytesOf(MEMINFO, SOCKSTAT)).toBe(300_000 * 1024 + 10 * 4096);
});

it('is not known where the system does not tell all of it', () => {
  expect(kernelBytesOf('', SOCKSTAT)).toBeNull();
  expect(kernelBytesOf(MEMINFO, '')).toBeNull();
});
