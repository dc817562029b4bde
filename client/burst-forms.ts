// What the model of each transport predicts, in closed form, for one client and messages that come in bursts: so many,
// `spacing` apart, and the next burst `period` after the beginning of this one. Times are in the caller's unit.
import {
  longPollingPeriodicLatency,
  longPollingPeriodicRequestRate,
  shortPollingLatency,
  shortPollingRequestRate,
} from './closed-forms.ts';

export interface Bursts {
  /** Messages of a burst; at least one. */
  readonly messages: number;
  /** From one message of a burst to the next. */
  readonly spacing: number;
  readonly period: number;
}

/** What a burst meets on one transport. */
export interface BurstForm {
  /** Mean latency of each message of a burst, in their order. */
  readonly latencies: readonly number[];
  readonly mean: number;
  /** Requests per unit of time that read; what is sent is no part of it. */
  readonly requestRate: number;
  /** The share of them that is answered with nothing. */
  readonly emptyShare: number;
}

function formOf(latencies: readonly number[], requestRate: number, emptyShare: number): BurstForm {
  const mean = latencies.reduce((sum, one) => sum + one, 0) / latencies.length;
  return { latencies, mean, requestRate, emptyShare };
}

function places({ messages }: Bursts): number[] {
  return Array.from({ length: messages }, (_, place) => place);
}

function spanOf({ messages, spacing }: Bursts): number {
  return (messages - 1) * spacing;
}

/** On a stream nothing waits, and nothing is asked for. */
export function streamBursts(bursts: Bursts, model: { readonly oneWayDelay: number }): BurstForm {
  return formOf(
    places(bursts).map(() => model.oneWayDelay),
    0,
    0,
  );
}

/** Short polling: bursts that keep no step with the polls ({@link phasesOf}) come at any moment between two of them. */
export function shortPollingBursts(
  bursts: Bursts,
  model: { readonly pollInterval: number; readonly oneWayDelay: number },
): BurstForm {
  const { pollInterval } = model;
  const { mean } = shortPollingLatency(model);
  // A burst that is closer than the polls is parted by those that fall within its span.
  const answers = bursts.spacing < pollInterval ? 1 + spanOf(bursts) / pollInterval : bursts.messages;
  return formOf(
    places(bursts).map(() => mean),
    shortPollingRequestRate({ pollInterval }),
    Math.max(0, 1 - (answers * pollInterval) / bursts.period),
  );
}

/** How many moments between two polls bursts come at; more are as good as any. */
const MOST_PHASES = 4;
/** Two moments are one where they differ by less than this share of the interval. */
const SAME_PHASE = 0.02;

/**
 * @returns at how many different moments between two polls the bursts come, where these are so few that the wait depends
 *   on when both began, and no mean can be told; null where they are many.
 */
export function phasesOf(period: number, pollInterval: number): number | null {
  for (let phases = 1; phases <= MOST_PHASES; phases += 1) {
    const intervals = (phases * period) / pollInterval;
    // Bursts that are quicker than the polls fill the whole interval.
    if (intervals >= 1 - SAME_PHASE && Math.abs(intervals - Math.round(intervals)) < SAME_PHASE) return phases;
  }
  return null;
}

export interface LongPollingBurstModel {
  readonly hold: number;
  /** From the server's sending of a response to the arrival of the client's next request. */
  readonly gap: number;
  readonly oneWayDelay: number;
}

/**
 * Long polling: the first message of a burst finds a request that waits, and uses it up. The next requests come a gap
 * after one another for as long as the burst lasts, and what is stored meanwhile waits for them: the second message of a
 * pair pays the gap minus the spacing. Where one burst follows another so closely that no request ever waits, it is as
 * with a message every `period / messages`. A burst that meets the gap after an empty answer is left out of account.
 */
export function longPollingBursts(bursts: Bursts, model: LongPollingBurstModel): BurstForm {
  const { messages, spacing, period } = bursts;
  const { hold, gap, oneWayDelay: d } = model;
  // With a message in each gap the answers keep to it; otherwise each message has an answer of its own.
  const answeredAt = (at: number) => (spacing < gap ? Math.ceil(at / gap) * gap : at);
  const lastAnswer = answeredAt(spanOf(bursts));
  if (period < lastAnswer + gap) {
    const steady = { period: period / messages, gap, oneWayDelay: d };
    const { mean } = longPollingPeriodicLatency(steady);
    return formOf(
      places(bursts).map(() => mean),
      longPollingPeriodicRequestRate(steady),
      0,
    );
  }
  const answers = spacing < gap ? 1 + Math.round(lastAnswer / gap) : messages;
  const empty = Math.floor((period - lastAnswer) / (hold + gap));
  return formOf(
    places(bursts).map((place) => d + answeredAt(place * spacing) - place * spacing),
    (answers + empty) / period,
    empty / (answers + empty),
  );
}
