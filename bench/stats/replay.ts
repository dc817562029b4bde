// A replay: the very schedule of a round, message by message, through the model of each transport. Unlike a closed form
// it needs no arrivals of a certain kind, and what chance did to this schedule it does to the prediction too.
import { createLatencyRecorder, type LatencyRecorder, type LatencySummary } from './latency.ts';

/** One round. All times in ms, those without another origin from the beginning of its schedule. */
export interface ReplayRound {
  /** Intended send times of all messages that were stored, those before the measured window too, in order. */
  readonly offsetsMs: readonly number[];
  /** Messages intended in [fromMs, toMs) are measured. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Requests and answers from `fromMs` to here are counted; Infinity: until nothing moves any more. */
  readonly countedToMs: number;
  readonly clients: number;
  /** From a message's intended time until it is stored. */
  readonly publishDelayMs: number;
  /** From a message's intended time to its receipt by a client where nothing waits and nobody else is served. */
  readonly oneWayDelayMs: number;
  /** From the server's sending of an answer to the arrival of the client's next request. */
  readonly gapMs: number;
  /** Server time for one message to all clients, who are served one after the other. */
  readonly fanOutMs: number;
  /** Messages in one answer, at the most. */
  readonly pageMessages: number;
}

/** A request and its answer, of one client or alike of several. */
export interface Exchange {
  readonly clients: number;
  /** Messages that the client had before, counted from the beginning of the schedule. */
  readonly had: number;
  /** Messages in the answer; 0: it was empty. */
  readonly messages: number;
  /** Whether there were more than fit into the answer. */
  readonly more: boolean;
  /** Whether the request came, and whether the answer went, in the counted time. */
  readonly asked: boolean;
  readonly answered: boolean;
}

export interface Replay {
  /** Of the measured messages, in µs; null where there is none. */
  readonly latency: LatencySummary | null;
  /** Those asked or answered in the counted time. */
  readonly exchanges: readonly Exchange[];
}

/** @returns requests that the server counts, from all clients. */
export function requestsOf({ exchanges }: Replay): number {
  return exchanges.reduce((sum, { asked, clients }) => sum + (asked ? clients : 0), 0);
}

/** @returns deliveries that the server counts, to all clients; of a stream, which has no exchanges, none. */
export function deliveriesOf({ exchanges }: Replay): number {
  return exchanges.reduce((sum, { answered, clients, messages }) => sum + (answered ? clients * messages : 0), 0);
}

/** A stream's message waits for nothing but its turn. */
export function replayStream(round: ReplayRound): Replay {
  const latencies = createLatencyRecorder();
  for (const offset of round.offsetsMs) if (isMeasured(round, offset)) recordInTurn(round, latencies, 0);
  return { latency: latencies.summary(), exchanges: [] };
}

export interface ShortPolls {
  readonly pollIntervalMs: number;
  /** When a poll of each client arrives at the server: any of its polls. */
  readonly phasesMs: readonly number[];
}

/**
 * Each client asks every `pollIntervalMs`, but not while an answer to it is under way; an answer that could not hold
 * everything is followed by another request at once. Clients are not served together, so nobody waits for another.
 */
export function replayShortPolling(round: ReplayRound, { pollIntervalMs, phasesMs }: ShortPolls): Replay {
  const latencies = createLatencyRecorder();
  const exchanges: Exchange[] = [];
  for (const phase of phasesMs) {
    const reader = createReader(round, 1, exchanges, (waitedMs) => latencies.record(round.oneWayDelayMs + waitedMs));
    let slot = phase - Math.floor(phase / pollIntervalMs) * pollIntervalMs;
    while (!reader.isOver(slot)) {
      let arrivedAt = slot;
      while (reader.answer(arrivedAt, arrivedAt)) arrivedAt += round.gapMs;
      const busyMs = arrivedAt + round.gapMs - slot;
      slot += pollIntervalMs * Math.max(1, Math.ceil(busyMs / pollIntervalMs));
    }
  }
  return { latency: latencies.summary(), exchanges };
}

/**
 * Request by request: held until there is a message or the hold is over; and a gap until the next. All clients do the
 * same at the same time, because the same messages answer them all.
 */
export function replayLongPolling(round: ReplayRound, { holdMs }: { readonly holdMs: number }): Replay {
  const latencies = createLatencyRecorder();
  const exchanges: Exchange[] = [];
  const reader = createReader(round, round.clients, exchanges, (waitedMs) => recordInTurn(round, latencies, waitedMs));
  let arrivedAt = 0;
  while (!reader.isOver(arrivedAt)) {
    const answeredAt = Math.max(arrivedAt, Math.min(reader.nextStoredMs(), arrivedAt + holdMs));
    reader.answer(arrivedAt, answeredAt);
    arrivedAt = answeredAt + round.gapMs;
  }
  reader.ask(arrivedAt);
  return { latency: latencies.summary(), exchanges };
}

/** Reads the messages in order, for some clients who do the same. */
interface ReplayReader {
  /** Whether everything was read, and what comes now is not counted. */
  isOver(now: number): boolean;
  /** @returns when the first message that was not read yet is stored; Infinity where there is none. */
  nextStoredMs(): number;
  /** Answers with what is stored by then. @returns whether that was not all. */
  answer(arrivedAt: number, answeredAt: number): boolean;
  /** A request whose answer is of no interest any more. */
  ask(arrivedAt: number): void;
}

/** @param record told how long each measured message waited for a request, in ms. */
function createReader(
  round: ReplayRound,
  clients: number,
  exchanges: Exchange[],
  record: (waitedMs: number) => void,
): ReplayReader {
  const { offsetsMs, fromMs, countedToMs, publishDelayMs, pageMessages } = round;
  let had = 0;
  const nextStoredMs = () => (offsetsMs[had] ?? Number.POSITIVE_INFINITY) + publishDelayMs;
  const isCounted = (at: number) => at >= fromMs && at < countedToMs;
  const note = (exchange: Exchange) => {
    if (exchange.asked || exchange.answered) exchanges.push(exchange);
  };
  return {
    isOver: (now) => had === offsetsMs.length && (now >= countedToMs || countedToMs === Number.POSITIVE_INFINITY),
    nextStoredMs,
    answer: (arrivedAt, answeredAt) => {
      const before = had;
      for (; had - before < pageMessages && nextStoredMs() <= answeredAt; had += 1) {
        if (isMeasured(round, offsetsMs[had] as number)) record(answeredAt - nextStoredMs());
      }
      const more = nextStoredMs() <= answeredAt;
      const [asked, answered] = [isCounted(arrivedAt), isCounted(answeredAt)];
      note({ clients, had: before, messages: had - before, more, asked, answered });
      return more;
    },
    ask: (arrivedAt) => note({ clients, had, messages: 0, more: false, asked: isCounted(arrivedAt), answered: false }),
  };
}

function isMeasured({ fromMs, toMs }: ReplayRound, offset: number): boolean {
  return offset >= fromMs && offset < toMs;
}

/** Each client has a place in the order in which the server serves them, and waits for those before it. */
function recordInTurn(round: ReplayRound, latencies: LatencyRecorder, waitedMs: number): void {
  const { clients, oneWayDelayMs, fanOutMs } = round;
  for (let place = 0; place < clients; place += 1) {
    latencies.record(oneWayDelayMs + waitedMs + (fanOutMs * (place + 0.5)) / clients);
  }
}
