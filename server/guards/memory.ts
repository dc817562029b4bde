// Whether the process has memory for more connections.
import { getHeapStatistics } from 'node:v8';

/** Milliseconds that one reading holds. */
const READING_MS = 500;
/** Of the heap that Node allows itself; beyond all of it the process would end. */
const MOST_OF_HEAP = 0.9;

export interface MemoryGuard {
  /** Whether so much is in use that new connections are refused. */
  isOver(): boolean;
}

/** `maxBytes`: heap and buffers together; 0: only the end of the heap counts. */
export function createMemoryGuard(maxBytes: number): MemoryGuard {
  let readAt = Number.NEGATIVE_INFINITY;
  let over = false;
  return {
    isOver: () => {
      const now = performance.now();
      if (now - readAt < READING_MS) return over;
      readAt = now;
      const { used_heap_size: heap, external_memory: buffers, heap_size_limit: most } = getHeapStatistics();
      over = (maxBytes > 0 && heap + buffers > maxBytes) || heap > most * MOST_OF_HEAP;
      return over;
    },
  };
}
