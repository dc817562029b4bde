// What the process itself costs: CPU, memory, and how late its event loop runs.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Stats } from '../protocol/messages.ts';

/** Milliseconds between two looks at the event loop; they are part of what the histogram measures, and taken off. */
const RESOLUTION_MS = 20;
/** Milliseconds after which the delays start anew, so that they tell of now and not of the start-up. */
const WINDOW_MS = 10_000;

export interface ProcessStats {
  read(): Stats['process'];
  stop(): void;
}

export function watchProcess(): ProcessStats {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const delays = () => ({ p50: delayMs(histogram.percentile(50)), p99: delayMs(histogram.percentile(99)) });
  let last: ReturnType<typeof delays> | null = null;
  const timer = setInterval(() => {
    last = delays();
    histogram.reset();
  }, WINDOW_MS).unref();

  return {
    read: () => {
      const cpu = process.cpuUsage();
      const memory = process.memoryUsage();
      return {
        cpuUserUs: cpu.user,
        cpuSystemUs: cpu.system,
        rssBytes: memory.rss,
        heapUsedBytes: memory.heapUsed,
        eventLoopDelayMs: last ?? delays(),
      };
    },
    stop: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

function delayMs(nanoseconds: number): number {
  return Math.max(0, Math.round((nanoseconds / 1e6 - RESOLUTION_MS) * 1000) / 1000);
}
