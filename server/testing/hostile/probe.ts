// Loaded into the server's own process before it, to tell a test what is left there: `--import` this, with a channel.
// It answers every message, after collecting what is garbage (`--expose-gc`).
import { setImmediate } from 'node:timers/promises';

export interface Probed {
  /** As of getActiveResourcesInfo, sorted. */
  readonly resources: readonly string[];
  readonly heapUsedBytes: number;
  readonly bufferBytes: number;
  /** What every object has inherited and should not. */
  readonly polluted: readonly string[];
}

function inherited(): string[] {
  const names: string[] = [];
  for (const name in {}) names.push(name);
  return names;
}

process.on('message', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const probed: Probed = {
    resources: process.getActiveResourcesInfo().toSorted(),
    heapUsedBytes: heapUsed,
    bufferBytes: arrayBuffers,
    polluted: inherited(),
  };
  process.send?.(probed);
});
// The listener alone must not keep the process alive.
process.channel?.unref();
