// What lies under the pointer on the stage: the mark that is drawn nearest, or, of an arrival, what brought it.
import type { Delivery, Mark, RaceRecord } from '../record.ts';
import { clientRail, type Places, type StageLane, serverRail } from './geometry.ts';
import { type Point, wayUntil } from './strokes.ts';

/** How near the pointer must be, in px. */
const NEAR_PX = 14;
/** The arrivals' labels hang so far below the client's rail, in px. */
const LABELS_PX = 34;
/** What lasts runs under all that comes through it, and counts as so much farther away, in px. */
const UNDER_PX = 5;

/** @returns the mark whose bytes a click there would show, as drawn at the places' moment; null: nothing is there. */
export function markAt(record: RaceRecord, places: Places, lane: StageLane, pointer: Point): Mark | null {
  const marks = record.marks.filter((mark) => mark.lane === lane.name && mark.at <= places.time);
  const arrival = arrivalAt(record.lanes.get(lane.name)?.deliveries ?? [], places, lane, pointer);
  let best = arrival === null ? null : broughtBy(marks, arrival);
  if (best !== null) return best;
  let least = NEAR_PX;
  for (const mark of marks) {
    const distance = distanceTo(mark, places, lane, pointer);
    // Of two at the same place the later one lies on top.
    if (distance > least) continue;
    least = distance;
    best = mark;
  }
  return best;
}

function arrivalAt(deliveries: readonly Delivery[], { x, time }: Places, lane: StageLane, pointer: Point) {
  let best: Delivery | null = null;
  let least = NEAR_PX;
  const below = pointer.y - clientRail(lane);
  const off = below < 0 ? -below : Math.max(0, below - LABELS_PX);
  for (const delivery of deliveries) {
    const distance = Math.hypot(x(delivery.arrivedAt) - pointer.x, off);
    if (delivery.arrivedAt > time || distance > least) continue;
    least = distance;
    best = delivery;
  }
  return best;
}

/** The answer, the event or the frame that carried the message. */
function broughtBy(marks: readonly Mark[], { seq, arrivedAt }: Delivery): Mark | null {
  const carrier = marks.findLast((mark) => {
    if (mark.kind === 'exchange') return mark.purpose === 'poll' && mark.seqs.includes(seq);
    if (mark.kind === 'frame') return mark.direction === 'down' && mark.what === 'message' && mark.seq === seq;
    return mark.kind === 'event' && mark.seq === seq;
  });
  if (carrier !== undefined) return carrier;
  // Without the server's side: the last answer before it that was not empty.
  const answer = marks.findLast(
    (mark) =>
      mark.kind === 'exchange' &&
      mark.purpose === 'poll' &&
      mark.status === 200 &&
      (mark.headAt ?? Number.POSITIVE_INFINITY) <= arrivedAt,
  );
  return answer ?? null;
}

function distanceTo(mark: Mark, places: Places, lane: StageLane, pointer: Point): number {
  const [server, client] = [serverRail(lane), clientRail(lane)];
  const distances = [Number.POSITIVE_INFINITY];
  const line = (fromAt: number, fromY: number, toAt: number, toY: number, farther = 0) => {
    const from = { x: places.x(fromAt), y: fromY, at: fromAt };
    const end = wayUntil(from, { x: places.x(toAt), y: toY, at: toAt }, places.time);
    if (end !== null) distances.push(distanceToLine(pointer, from, end) + farther);
  };
  const way = (from: number | null, fromY: number, to: number | null, toY: number) => {
    if (from !== null) line(from, fromY, to ?? from, to === null ? fromY : toY);
  };
  const rail = (from: number | null, to: number | null, y: number) => {
    if (from !== null) line(from, y, to ?? places.time, y, UNDER_PX);
  };
  if (mark.kind === 'exchange') {
    way(mark.at, client, mark.reachedAt, server);
    way(mark.answeredAt, server, mark.headAt ?? mark.doneAt, client);
    if (mark.reachedAt === null) way(mark.headAt, client, null, client);
    if (mark.purpose === 'stream') {
      rail(mark.answeredAt, mark.endedAt ?? mark.doneAt, server);
      rail(mark.headAt, mark.doneAt, client);
    } else if (mark.purpose === 'poll') rail(mark.reachedAt, mark.answeredAt ?? mark.doneAt, server);
  } else if (mark.kind === 'event') way(mark.at, server, mark.arrivedAt, client);
  else if (mark.kind === 'socket') {
    way(mark.at, client, mark.acceptedAt, server);
    way(mark.acceptedAt, server, mark.openAt, client);
    rail(mark.acceptedAt, mark.closedAt, server);
    rail(mark.openAt, mark.closedAt, client);
  } else if (mark.kind === 'frame') {
    const { serverAt, clientAt } = mark;
    if (serverAt === null) way(clientAt, client, null, client);
    else if (mark.direction === 'down' || clientAt === null) way(serverAt, server, clientAt, client);
    else way(clientAt, client, serverAt, server);
  }
  return Math.min(...distances);
}

function distanceToLine({ x, y }: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(x - (from.x + part * dx), y - (from.y + part * dy));
}
