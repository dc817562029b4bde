// What the four sessions say: their states, and what they deliver.
import { parseCursor } from '../../../server/protocol/cursor.ts';
import type { Message } from '../../../server/protocol/messages.ts';
import type { SessionNote } from './frame-messages.ts';
import {
  type Delivery,
  keep,
  keepMark,
  type LaneRecord,
  type LaneState,
  MOST_KEPT,
  type OutageMark,
  type RaceRecord,
} from './record.ts';

const STATES = { closed: 'closed', connecting: 'connecting', connected: 'open', waiting: 'waiting' } as const;

export function createSessions(record: RaceRecord, toPage: (serverAt: number) => number | null) {
  /** When the newest messages were stored. */
  const storedAt = new Map<number, number>();
  /** Deliveries that were told before the server's word that their message is stored. */
  const early = new Map<number, LaneRecord[]>();

  function stateOf(lane: LaneRecord, at: number, note: Extract<SessionNote, { kind: 'status' }>): void {
    const { status, cursor } = note;
    const state: LaneState = STATES[status.state];
    const before = lane.state;
    lane.state = state;
    lane.retryAt = status.retryAt ?? null;
    if (state !== 'open') lane.lostAt = null;
    // Without a cursor it begins anew.
    if (cursor === null) lane.position = null;
    lane.position ??= seqOf(cursor);
    const outage = openOutage(record, lane);
    if (state === 'open' && before !== 'open') {
      lane.heardAt = at;
      if (outage === undefined) return;
      lane.reconnects += 1;
      outage.resumedAt = at;
      outage.from = lane.position;
      outage.retryAt = null;
      outage.caughtUp = Math.max(0, record.head - (lane.position ?? record.head));
    } else if (outage !== undefined) outage.retryAt = lane.retryAt;
    else if (before === 'open' && state !== 'closed') {
      const why = status.lastEnd?.detail ?? 'the connection was lost';
      keepMark(record, {
        kind: 'outage',
        lane: lane.name,
        at,
        retryAt: lane.retryAt,
        why,
        resumedAt: null,
        from: null,
        caughtUp: 0,
      });
    }
  }

  /** Without a trace a message is known when the first lane has it, and it brings the time when it was stored. */
  function untraced(message: Message): void {
    const at = toPage(message.at);
    if (at === null || storedAt.has(message.seq)) return;
    keep(record.stored, { message, at });
    remember(message.seq, at);
  }

  function remember(seq: number, at: number): void {
    storedAt.set(seq, at);
    const [oldest] = storedAt.keys();
    if (storedAt.size > MOST_KEPT && oldest !== undefined) storedAt.delete(oldest);
  }

  function delivered(lane: LaneRecord, at: number, message: Message): void {
    const { seq } = message;
    if (!record.traced) untraced(message);
    const { position } = lane;
    if (position !== null && seq <= position) lane.duplicated += 1;
    if (position !== null && seq > position + 1) lane.missing += seq - position - 1;
    lane.position = Math.max(position ?? 0, seq);
    record.head = Math.max(record.head, seq);
    const outage = lastOutage(record, lane);
    const caughtUp =
      outage !== undefined && outage.from !== null && seq > outage.from && seq <= outage.from + outage.caughtUp;
    const delivery = deliveryOf(seq, at, storedAt.get(seq) ?? null, caughtUp);
    lane.delivered += 1;
    lane.last = delivery;
    lane.heardAt = at;
    keep(lane.deliveries, delivery);
    if (record.traced && delivery.storedAt === null) early.set(seq, [...(early.get(seq) ?? []), lane]);
    markArrival(record, lane, seq, at);
  }

  return {
    noted(lane: LaneRecord, at: number, note: SessionNote): void {
      if (note.kind === 'status') stateOf(lane, at, note);
      else if (note.kind === 'delivery') delivered(lane, at, note.message);
      else if (note.kind === 'pulse') lane.lostAt = note.lostAt;
      else if (note.kind === 'reset') lane.position = seqOf(note.reset.cursor);
    },

    stored(seq: number, at: number): void {
      remember(seq, at);
      for (const lane of early.get(seq) ?? []) {
        const index = lane.deliveries.findIndex((delivery) => delivery.seq === seq);
        const told = lane.deliveries[index];
        if (told === undefined) continue;
        const delivery = deliveryOf(seq, told.arrivedAt, at, told.caughtUp);
        lane.deliveries[index] = delivery;
        if (lane.last?.seq === seq) lane.last = delivery;
      }
      early.delete(seq);
    },
  };
}

function deliveryOf(seq: number, arrivedAt: number, storedAt: number | null, caughtUp: boolean): Delivery {
  // The estimate of the two clocks' difference can be off by the time that an exchange took on loopback.
  const latencyMs = storedAt === null ? null : Math.max(0, arrivedAt - storedAt);
  return { seq, storedAt, arrivedAt, latencyMs, caughtUp };
}

/** The event that carried the message to the client: its arrival is the session's. */
function markArrival(record: RaceRecord, lane: LaneRecord, seq: number, at: number): void {
  const event = record.marks.findLast((mark) => mark.kind === 'event' && mark.lane === lane.name && mark.seq === seq);
  if (event?.kind === 'event') event.arrivedAt = at;
}

function lastOutage(record: RaceRecord, lane: LaneRecord): OutageMark | undefined {
  return record.marks.findLast((mark): mark is OutageMark => mark.kind === 'outage' && mark.lane === lane.name);
}

function openOutage(record: RaceRecord, lane: LaneRecord): OutageMark | undefined {
  const last = lastOutage(record, lane);
  return last?.resumedAt === null ? last : undefined;
}

function seqOf(cursor: string | null): number | null {
  return cursor === null ? null : (parseCursor(cursor)?.seq ?? null);
}
