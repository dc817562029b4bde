// The catalogue of published claims that `folklore` repeats: which there are, and the figures that each is judged by.
import type { FigureUnit } from './format.ts';

export interface ClaimFigure {
  /** What it is, for people. */
  readonly label: string;
  /** As in the catalogue of lanes' figures; `%` is a share in percent. */
  readonly unit: FigureUnit | '%' | 'GB' | 'Mbit/s';
}

/** One that is a count, a rate or a ratio, which has no unit. */
const plain = (label: string): ClaimFigure => ({ label, unit: '1' });
const bytes = (label: string): ClaimFigure => ({ label, unit: 'B' });
const percent = (label: string): ClaimFigure => ({ label, unit: '%' });

const LOST = 'messages lost without resuming';
const KEPT = 'messages lost with resuming';

/** By the claim's number, which never changes; the figures in the order in which they are told. */
export const CLAIM_FIGURES = {
  1: {
    pollBytes: bytes('an empty poll with its answer, by the bench'),
    browserPollBytes: bytes('an empty poll with its answer, by Chromium'),
    silentTimes: plain('bytes of short polling, times WebSocket’s, in silence'),
    busyTimes: plain('bytes of short polling, times WebSocket’s, at ten messages a second'),
    meanTimes: plain('mean latency of long polling, times WebSocket’s'),
    p95Times: plain('95th percentile of the latency of long polling, times WebSocket’s'),
  },
  2: {
    rareMeanTransits: plain('mean latency in transits, at one message a second'),
    busyMeanTransits: plain('mean latency in transits, at ten messages a second'),
    busyMaxTransits: plain('longest latency in transits, at ten messages a second'),
  },
  3: {
    requestsPerSecond: plain('polls a second'),
    pollBytes: bytes('an empty poll with its answer, by the bench'),
    browserPollBytes: bytes('an empty poll with its answer, by Chromium'),
    megabits: { label: 'polls and their answers, by the bench', unit: 'Mbit/s' },
  },
  4: {
    http1Streams: plain('streams over HTTP/1.1'),
    http2Streams: plain('streams over HTTP/2 where the server names no number'),
    http2StreamsAllowed: plain('streams over HTTP/2 where the server allows 250'),
  },
  5: {
    times20: plain('mean latency of SSE, times WebSocket’s, at 20 ms of round trip'),
    times100: plain('mean latency of SSE, times WebSocket’s, at 100 ms of round trip'),
  },
  6: {
    sseBytes: bytes('memory of one idle SSE stream'),
    websocketBytes: bytes('memory of one idle WebSocket'),
    websocketTimes: plain('memory of WebSocket, times that of SSE'),
  },
  7: {
    websocketBytes: bytes('memory of one idle WebSocket'),
    cpuUsPerDelivery: { label: 'CPU time for one delivery', unit: 'us' },
    deliveriesPerCoreSecond: plain('deliveries for a second of one core'),
  },
  8: {
    websocketLost: percent(`WebSocket: ${LOST}`),
    sseLost: percent(`SSE: ${LOST}`),
    longPollingLost: percent(`long polling: ${LOST}`),
    shortPollingLost: percent(`short polling: ${LOST}`),
    websocketKept: percent(`WebSocket: ${KEPT}`),
    sseKept: percent(`SSE: ${KEPT}`),
    longPollingKept: percent(`long polling: ${KEPT}`),
    shortPollingKept: percent(`short polling: ${KEPT}`),
  },
  9: {
    cpuUsPerDelivery: { label: 'CPU time for one delivery', unit: 'us' },
    lastReceiverUs: { label: 'until the last client has it, mean', unit: 'us' },
  },
  10: {
    websocketBytes: bytes('memory of one idle WebSocket'),
    gigabytes: { label: 'memory of two million, with 4 kB each for the kernel', unit: 'GB' },
  },
  11: {
    heartbeatBytesPerHour: bytes('heartbeats of one silent stream in an hour'),
    cutWith: percent('streams cut with a sign of life every 15 s'),
    cutWithout: percent('streams cut with a sign of life every 60 s'),
  },
  12: {
    websocketUs: { label: 'median latency of WebSocket', unit: 'us' },
    sseUs: { label: 'median latency of SSE', unit: 'us' },
    latencyTimes: plain('median latency of SSE, times WebSocket’s'),
    cpuTimes: plain('CPU time for one delivery by SSE, times WebSocket’s'),
  },
  13: {
    emptyRare: percent('empty polls at 0.03 messages per poll'),
    emptyOften: percent('empty polls at one message per poll'),
    predictedRare: percent('e^(−λT) at 0.03 messages per poll'),
    predictedOften: percent('e^(−λT) at one message per poll'),
    belowTimes: plain('mean latency of long polling, times WebSocket’s, messages rarer than round trips'),
    aboveTimes: plain('mean latency of long polling, times WebSocket’s, several messages in a round trip'),
  },
  14: {
    webSockets: plain('WebSockets'),
  },
} as const satisfies Readonly<Record<number, Readonly<Record<string, ClaimFigure>>>>;

export type ClaimNumber = keyof typeof CLAIM_FIGURES;
export type ClaimFigureName<Claim extends ClaimNumber> = keyof (typeof CLAIM_FIGURES)[Claim] & string;

/** In order. */
export const CLAIM_NUMBERS = Object.keys(CLAIM_FIGURES).map(Number) as readonly ClaimNumber[];

/** @returns what a figure of a claim is; undefined where the catalogue has none of that name, as of an older bench. */
export function claimFigure(claim: number, name: string): ClaimFigure | undefined {
  const figures: Readonly<Record<number, Readonly<Record<string, ClaimFigure>>>> = CLAIM_FIGURES;
  return figures[claim]?.[name];
}
