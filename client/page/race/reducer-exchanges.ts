// Requests and their answers, from both sides: the client's note and the server's exchange are paired by lane, method and
// target, in order.
import type { RequestNote } from './frame-messages.ts';
import type { TraceEvent } from './lease.ts';
import { type EventMark, type ExchangeMark, keepMark, type LaneRecord, laneOf, type RaceRecord } from './record.ts';

/** Characters of a request or an answer that are kept to be looked at. */
const KEPT_CHARACTERS = 4096;
/** What two clocks may differ by, though one moment was after the other. */
const CLOCK_SLACK_MS = 20;
/** Exchanges whose other half may still come. */
const MOST_WAITING = 64;
const PUBLISH_PATH = '/v1/messages';
const STREAM_PATH = '/v1/sse';
const POLL_PATH = /^\/v1\/(?:short|long)-polling$/;

type Told<Type extends TraceEvent['type']> = Extract<TraceEvent, { type: Type }>;

export function createExchanges(record: RaceRecord) {
  /** By the frame's number, until they are done. */
  const byNote = new Map<number, ExchangeMark>();
  /** By the trace's number, until they have ended. */
  const byTrace = new Map<number, ExchangeMark>();
  /** Those that only one side has told of so far. */
  const unpaired: ExchangeMark[] = [];
  /** Told by the server before the client's note of it was here. */
  const early: { readonly lane: LaneRecord; readonly event: Told<'request'>; mark?: ExchangeMark }[] = [];

  function pair(mark: ExchangeMark, event: Told<'request'>): void {
    mark.reachedAt = event.at;
    mark.bytesUp = event.bytes;
    mark.requestText = event.text.slice(0, KEPT_CHARACTERS);
    byTrace.set(event.exchange, mark);
  }

  function isOne(mark: ExchangeMark, lane: LaneRecord, event: Told<'request'>): boolean {
    return (
      mark.lane === lane.name &&
      mark.method === event.method &&
      mark.target === event.target &&
      mark.at <= event.at + CLOCK_SLACK_MS
    );
  }

  return {
    noted(lane: LaneRecord, at: number, number: number, note: RequestNote): void {
      if (note.kind === 'request') {
        const mark = createExchange(lane.name, at, note.method, note.path);
        lane.requests += 1;
        if (mark.purpose === 'poll') lane.polls += 1;
        byNote.set(number, mark);
        keepMark(record, mark);
        const index = early.findIndex(({ event }) => isOne(mark, lane, event));
        const [first] = index < 0 ? [] : early.splice(index, 1);
        if (first === undefined) bound(unpaired, mark);
        else pair(mark, first.event);
        return;
      }
      const mark = byNote.get(number);
      if (mark === undefined) return;
      if (note.kind === 'head') {
        mark.headAt = at;
        mark.status = note.status;
        if (mark.purpose === 'poll' && note.status === 204) lane.emptyPolls += 1;
      }
      // Where there is no body, nobody reads it to its end.
      if (note.kind === 'done' || (note.kind === 'head' && note.status === 204)) {
        mark.doneAt = at;
        mark.failed = note.kind === 'done' && note.failed;
        byNote.delete(number);
        remove(unpaired, mark);
      }
      if (!(note.kind === 'done' && note.failed)) lane.heardAt = at;
    },

    reached(event: Told<'request'>): void {
      const lane = laneOf(record, event.target);
      if (lane === undefined) return;
      lane.bytesUp += event.bytes;
      const mark = unpaired.find((waiting) => isOne(waiting, lane, event));
      if (mark === undefined) {
        bound(early, { lane, event });
        return;
      }
      remove(unpaired, mark);
      pair(mark, event);
    },

    answered(event: Told<'response'>): void {
      const mark = byTrace.get(event.exchange);
      if (mark === undefined) return;
      const lane = record.lanes.get(mark.lane);
      if (lane !== undefined) lane.bytesDown += event.bytes;
      const seqs = seqsIn(event.text);
      mark.bytesDown += event.bytes;
      if (mark.purpose !== 'stream' || mark.answeredAt === null) {
        mark.answerText = (mark.answerText + event.text).slice(0, KEPT_CHARACTERS);
      }
      mark.answeredAt ??= event.at;
      if (mark.purpose === 'poll') mark.seqs.push(...seqs);
      if (mark.purpose !== 'stream') return;
      const what = /^event: ?(\w+)/m.exec(event.text)?.[1] ?? (seqs.length > 0 ? 'message' : 'bytes');
      const heartbeat = /"heartbeatMs":(\d+)/.exec(event.text)?.[1];
      if (lane !== undefined && heartbeat !== undefined) lane.heartbeatMs = Number(heartbeat);
      const drop = (seq: number | null): EventMark => ({
        kind: 'event',
        lane: mark.lane,
        stream: mark,
        at: event.at,
        arrivedAt: null,
        what,
        seq,
        bytes: event.bytes,
        text: event.text.slice(0, KEPT_CHARACTERS),
      });
      if (what !== 'bytes') for (const seq of seqs.length > 0 ? seqs : [null]) keepMark(record, drop(seq));
    },

    ended({ exchange, at }: Told<'ended'>): void {
      const mark = byTrace.get(exchange);
      if (mark !== undefined) mark.endedAt = at;
      byTrace.delete(exchange);
    },
  };
}

function createExchange(lane: string, at: number, method: string, target: string): ExchangeMark {
  const [path = ''] = target.split('?');
  const reading = POLL_PATH.test(path) ? 'poll' : path === STREAM_PATH ? 'stream' : 'other';
  return {
    kind: 'exchange',
    lane,
    purpose: path === PUBLISH_PATH ? 'publish' : reading,
    method,
    target,
    at,
    reachedAt: null,
    answeredAt: null,
    endedAt: null,
    headAt: null,
    doneAt: null,
    failed: false,
    status: null,
    bytesUp: 0,
    bytesDown: 0,
    seqs: [],
    requestText: '',
    answerText: '',
  };
}

/** @returns the numbers of the messages in what was written; texts of messages can't look like that, being escaped. */
function seqsIn(text: string): number[] {
  return [...text.matchAll(/\{"seq":(\d+)/g)].map(([, seq]) => Number(seq));
}

function bound<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > MOST_WAITING) list.shift();
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
