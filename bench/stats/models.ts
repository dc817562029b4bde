// Which model of predictions.ts holds for which transport. Times in ms. A transport without a model gets no prediction.
import {
  longPollingLatency,
  longPollingRequestRate,
  type PredictedLatency,
  shortPollingLatency,
  shortPollingRequestRate,
  withFanOut,
} from './predictions.ts';

export interface Conditions {
  readonly pollIntervalMs: number;
  readonly holdMs: number;
  /** From a response's sending to the next request's arrival. */
  readonly gapMs: number;
  /** From publishing to receipt, where nothing waits and nobody else is served: as the streams measured it. */
  readonly oneWayDelayMs: number;
  /** Server CPU for one message to all clients: the last one to be served waits so long. */
  readonly fanOutMs: number;
  /** As achieved. */
  readonly messagesPerMs: number;
}

export interface Prediction {
  /** In ms; absent for the streams, whose latency is the delay that the other predictions are built on. */
  readonly latency?: PredictedLatency;
  /** Requests of one client. */
  readonly requestsPerMs: number;
}

type Model = (conditions: Conditions) => Prediction;

const stream: Model = () => ({ requestsPerMs: 0 });

const MODELS: ReadonlyMap<string, Model> = new Map<string, Model>([
  [
    'short-polling',
    ({ pollIntervalMs: pollInterval, oneWayDelayMs: oneWayDelay }) => ({
      latency: shortPollingLatency({ pollInterval, oneWayDelay }),
      requestsPerMs: shortPollingRequestRate({ pollInterval }),
    }),
  ],
  [
    'long-polling',
    ({ holdMs: hold, gapMs: gap, oneWayDelayMs: oneWayDelay, fanOutMs, messagesPerMs: rate }) => ({
      latency: withFanOut(longPollingLatency({ rate, gap, hold, oneWayDelay }), fanOutMs),
      requestsPerMs: longPollingRequestRate({ rate, gap, hold }),
    }),
  ],
  ['sse', stream],
  ['websocket', stream],
]);

export function predict(transport: string, conditions: Conditions): Prediction | null {
  return MODELS.get(transport)?.(conditions) ?? null;
}

/** How far a measured value may be from its prediction: a share of it, and so much in any case. */
export interface Tolerance {
  readonly share: number;
  readonly atLeast: number;
}

/** @returns a warning with reasons to look for, or null where the measured value agrees with the prediction. */
export function deviationWarning(
  what: string,
  measured: number,
  predicted: number,
  tolerance: Tolerance,
): string | null {
  const off = Math.abs(measured - predicted);
  if (off <= Math.max(tolerance.share * predicted, tolerance.atLeast)) return null;
  const ratio = predicted === 0 ? 'not the predicted 0' : `${(measured / predicted).toFixed(2)} times the predicted`;
  return `${what} is ${ratio}. Reasons to look for: a busy machine, too few rounds, or a fault in the lab.`;
}
