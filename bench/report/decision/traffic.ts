// What each client of a transport asks for in a room, by the transport's pace: the closed forms, in seconds.
import {
  longPollingEmptyShare,
  longPollingLatency,
  longPollingRequestRate,
  mapLatencies,
  type PredictedLatency,
  shortPollingEmptyShare,
  shortPollingLatency,
  shortPollingRequestRate,
} from '../../../client/closed-forms.ts';
import type { Pace } from '../../../server/protocol/pace.ts';

/** A room, and how its clients are set. */
export interface Room {
  /** Each client gets each of them. */
  readonly messagesPerSecond: number;
  readonly clients: number;
  readonly roundTripMs: number;
  /** Of short polling. */
  readonly pollIntervalMs: number;
  /** Of long polling. */
  readonly holdMs: number;
  /** Of the streams. */
  readonly heartbeatMs: number;
  /** Of a message's text. */
  readonly textBytes: number;
  /** Of the heads of a poll and of its empty answer together; null: those of the bench's own client. */
  readonly headBytes: number | null;
}

/** As the lab and its clients are set, where nobody says otherwise. */
export const USUAL_CLIENTS = {
  pollIntervalMs: 1000,
  holdMs: 30_000,
  heartbeatMs: 15_000,
  textBytes: 100,
  headBytes: null,
} as const;

/** Of one client. */
export interface Traffic {
  /** HTTP requests that read. */
  readonly requestsPerSecond: number;
  /** The share of them that find nothing. */
  readonly emptyShare: number;
  /** @param oneWayMs from the server to this client. */
  latency(oneWayMs: number): PredictedLatency;
}

/** @param gapMs from the server's sending of an answer to the arrival of the next request, where polls are held. */
export function trafficOf(pace: Pace, room: Room, gapMs: number): Traffic {
  const ratePerMs = room.messagesPerSecond / 1000;
  if (pace === 'clock') {
    const model = { rate: ratePerMs, pollInterval: room.pollIntervalMs };
    return {
      requestsPerSecond: shortPollingRequestRate(model) * 1000,
      emptyShare: shortPollingEmptyShare(model),
      latency: (oneWayDelay) => shortPollingLatency({ ...model, oneWayDelay }),
    };
  }
  if (pace === 'held') {
    const model = { rate: ratePerMs, gap: gapMs, hold: room.holdMs };
    return {
      requestsPerSecond: longPollingRequestRate(model) * 1000,
      emptyShare: longPollingEmptyShare(model),
      latency: (oneWayDelay) => longPollingLatency({ ...model, oneWayDelay }),
    };
  }
  return { requestsPerSecond: 0, emptyShare: 0, latency: (oneWayMs) => mapLatencies(() => oneWayMs) };
}
