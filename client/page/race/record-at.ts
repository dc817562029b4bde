// A record as it was at a moment of before, as far as is known: what is told of a stopped picture is told of its moment.
import { type LaneRecord, type LaneState, type Mark, MOST_KEPT, type OutageMark, type RaceRecord } from './record.ts';

/** Counters of bytes, of what is missing and of what came twice are those of now: no moment is kept of them. */
export function recordAt(record: RaceRecord, time: number): RaceRecord {
  const stored = record.stored.filter(({ at }) => at <= time);
  const marks = record.marks.filter(({ at }) => at <= time).map((mark) => markAsOf(mark, time));
  const lanes = [...record.lanes].map(([name, lane]): [string, LaneRecord] => [
    name,
    laneAsOf(record, marks, lane, time),
  ]);
  // What is older than all that is kept is not known any more; the room had at least what its oldest kept message follows.
  const oldest = record.stored[0]?.message.seq ?? record.head + 1;
  return { ...record, stored, marks, lanes: new Map(lanes), head: stored.at(-1)?.message.seq ?? oldest - 1 };
}

function laneAsOf(record: RaceRecord, marks: readonly Mark[], lane: LaneRecord, time: number): LaneRecord {
  const later = record.marks.filter((mark) => mark.lane === lane.name && mark.at > time);
  const deliveries = lane.deliveries.filter(({ arrivedAt }) => arrivedAt <= time);
  const own = marks.filter((mark) => mark.lane === lane.name);
  const outage = own.findLast((mark): mark is OutageMark => mark.kind === 'outage' && mark.resumedAt === null);
  const polls = record.marks.filter(
    (mark) => mark.kind === 'exchange' && mark.lane === lane.name && mark.purpose === 'poll',
  );
  const answeredLater = polls.filter(
    (mark) => mark.kind === 'exchange' && mark.status === 204 && (mark.headAt ?? 0) > time,
  );
  const resumedLater = record.marks.filter(
    (mark) => mark.kind === 'outage' && mark.lane === lane.name && (mark.resumedAt ?? 0) > time,
  );
  const last = deliveries.at(-1) ?? null;
  const first = lane.deliveries[0];
  return {
    ...lane,
    state: stateAsOf(record, lane, time, outage),
    retryAt: outage?.retryAt ?? null,
    delivered: lane.delivered - (lane.deliveries.length - deliveries.length),
    last,
    requests: lane.requests - later.filter(({ kind }) => kind === 'exchange' || kind === 'socket').length,
    polls: lane.polls - polls.filter(({ at }) => at > time).length,
    emptyPolls: lane.emptyPolls - answeredLater.length,
    reconnects: lane.reconnects - resumedLater.length,
    position: last?.seq ?? (first === undefined ? lane.position : first.seq - 1),
    // Signs of life are not kept.
    heardAt: null,
    lostAt: null,
    deliveries,
  };
}

function stateAsOf(record: RaceRecord, lane: LaneRecord, time: number, outage: OutageMark | undefined): LaneState {
  if (outage !== undefined) return 'waiting';
  const all = record.marks.filter((mark) => mark.lane === lane.name);
  // It has not had a connection yet.
  if (lane.state !== 'open' && all.every(({ kind }) => kind !== 'outage')) return lane.state;
  const hasBegun = record.marks.length >= MOST_KEPT || all.length === 0 || all.some(({ at }) => at <= time);
  return hasBegun ? 'open' : 'connecting';
}

/** What came after the moment is not known yet. */
function markAsOf(mark: Mark, time: number): Mark {
  const known = (at: number | null) => (at === null || at > time ? null : at);
  switch (mark.kind) {
    case 'exchange':
      return {
        ...mark,
        reachedAt: known(mark.reachedAt),
        answeredAt: known(mark.answeredAt),
        endedAt: known(mark.endedAt),
        headAt: known(mark.headAt),
        doneAt: known(mark.doneAt),
      };
    case 'socket':
      return {
        ...mark,
        acceptedAt: known(mark.acceptedAt),
        openAt: known(mark.openAt),
        closedAt: known(mark.closedAt),
      };
    case 'outage':
      return { ...mark, resumedAt: known(mark.resumedAt) };
    default:
      return mark;
  }
}
