// The bench watches itself: when it is the bottleneck, its figures say nothing about a transport.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { percent } from '../run/format.ts';
import type { LoaderFigures } from '../run/run-file.ts';
import { createLatencyRecorder } from '../stats/latency.ts';
import { median } from '../stats/median.ts';
import { tidy } from '../stats/over-rounds.ts';

/** How busy one process was. */
export type EventLoopFigures = Pick<LoaderFigures, 'eventLoopDelayMs' | 'utilisation'>;

export interface LoopWatch {
  /** Ends the watch. */
  stop(): EventLoopFigures;
}

export interface LoaderWatch {
  /** Takes how late a message was sent, in ms. */
  lag(ms: number): void;
  /** Ends the watch. */
  stop(): LoaderFigures;
}

/** The monitor's own timer, in ms; what it reports is the delay on top of it. */
const RESOLUTION_MS = 10;

/** Watches this process's event loop from now on. */
export function watchEventLoop(): LoopWatch {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const before = performance.eventLoopUtilization();
  delay.enable();
  const delayMs = (percentile: number) => tidy(Math.max(0, delay.percentile(percentile) / 1e6 - RESOLUTION_MS));
  return {
    stop: () => {
      delay.disable();
      const { utilization } = performance.eventLoopUtilization(before);
      return { eventLoopDelayMs: { p50: delayMs(50), p99: delayMs(99) }, utilisation: tidy(utilization) };
    },
  };
}

/** Watches this process's event loop and how late its messages are sent. */
export function watchLoader(): LoaderWatch {
  const loop = watchEventLoop();
  const lags = createLatencyRecorder();
  return {
    lag: lags.record,
    stop: () => {
      const lag = lags.summary();
      return {
        pacingLagMs: { p50: (lag?.p50 ?? 0) / 1000, p99: (lag?.p99 ?? 0) / 1000, max: (lag?.max ?? 0) / 1000 },
        ...loop.stop(),
      };
    },
  };
}

/** @returns the worst of several processes in each figure. */
export function worstLoop(processes: readonly EventLoopFigures[]): EventLoopFigures {
  const worst = (figure: (one: EventLoopFigures) => number) => Math.max(0, ...processes.map(figure));
  return {
    eventLoopDelayMs: {
      p50: worst((one) => one.eventLoopDelayMs.p50),
      p99: worst((one) => one.eventLoopDelayMs.p99),
    },
    utilisation: worst((one) => one.utilisation),
  };
}

/** @returns for each figure the median of the rounds: one bad moment spoils a round, not a lane. */
export function medianLoader(rounds: readonly LoaderFigures[]): LoaderFigures {
  const middle = (figure: (round: LoaderFigures) => number) => median(rounds.map(figure));
  return {
    pacingLagMs: {
      p50: middle((round) => round.pacingLagMs.p50),
      p99: middle((round) => round.pacingLagMs.p99),
      max: middle((round) => round.pacingLagMs.max),
    },
    eventLoopDelayMs: {
      p50: middle((round) => round.eventLoopDelayMs.p50),
      p99: middle((round) => round.eventLoopDelayMs.p99),
    },
    utilisation: middle((round) => round.utilisation),
  };
}

/** Beyond these the bench delays what it measures. */
const LIMITS = { pacingLagP99Ms: 10, eventLoopDelayP99Ms: 25, utilisation: 0.85 };

/** @returns a warning with its reason and a remedy, for each way in which the bench was the bottleneck. */
export function loaderWarnings(loader: LoaderFigures): string[] {
  const reasons: string[] = [];
  if (loader.utilisation > LIMITS.utilisation) {
    reasons.push(`its event loop was busy ${percent(loader.utilisation)} of the time`);
  }
  if (loader.eventLoopDelayMs.p99 > LIMITS.eventLoopDelayP99Ms) {
    reasons.push(`its event loop was up to ${loader.eventLoopDelayMs.p99.toFixed(1)} ms late (p99)`);
  }
  if (loader.pacingLagMs.p99 > LIMITS.pacingLagP99Ms) {
    reasons.push(`messages were sent up to ${loader.pacingLagMs.p99.toFixed(1)} ms late (p99)`);
  }
  if (reasons.length === 0) return [];
  return [
    `The bench itself was the limit: ${reasons.join(', ')}. These figures say little about the transport; ` +
      'use fewer --clients, a lower --rate, or a quieter machine.',
  ];
}
