// Draws the marks of one lane. Each kind is told by its shape; colours only help.
import type { EventMark, ExchangeMark, FrameMark, LaneRecord, Mark, OutageMark, SocketMark } from '../record.ts';
import { drawGaps, isHeld } from './draw-gaps.ts';
import { clientRail, serverRail } from './geometry.ts';
import type { LaneDrawing } from './lane-drawing.ts';
import { type Point, wayUntil } from './strokes.ts';

const UNKNOWN = [3, 4];
const BAR_PX = 8;
const DOTTED = [1, 4];
/** Between the two lines of a WebSocket's rails, in px. */
const DOUBLE_PX = 4;

export function drawLane(drawing: LaneDrawing, marks: readonly Mark[], lane: LaneRecord | undefined): void {
  const { places } = drawing;
  const seen = marks.filter((mark) => mark.at <= places.time);
  for (const mark of seen) {
    if (mark.kind === 'exchange') drawExchange(drawing, mark);
    else if (mark.kind === 'socket') drawSocket(drawing, mark);
  }
  if (lane !== undefined) drawGaps(drawing, seen);
  for (const mark of seen) {
    if (mark.kind === 'event') drawEvent(drawing, mark);
    else if (mark.kind === 'frame') drawFrame(drawing, mark);
    else if (mark.kind === 'outage') drawOutage(drawing, mark);
  }
  if (lane === undefined) return;
  for (const { arrivedAt } of lane.deliveries) {
    if (arrivedAt < places.from || arrivedAt > places.time) continue;
    const at = { x: places.x(arrivedAt), y: clientRail(drawing.lane) };
    drawing.pen.ring(at, 4.5, drawing.palette.ground, drawing.colour, 1.5);
  }
}

/** The way from one rail to the other, as far as it has been gone. */
function drawWay(
  { pen, places, lane }: LaneDrawing,
  from: number,
  to: number,
  direction: 'up' | 'down',
  look: { readonly colour: string; readonly width: number; readonly tail?: boolean; readonly dash?: readonly number[] },
): Point | null {
  const [server, client] = [serverRail(lane), clientRail(lane)];
  const start = { x: places.x(from), y: direction === 'up' ? client : server, at: from };
  const end = { x: places.x(to), y: direction === 'up' ? server : client, at: to };
  const reached = wayUntil(start, end, places.time);
  if (reached === null) return null;
  pen.line(start, reached, look.colour, look.width, look.dash ?? []);
  if (look.tail === true) pen.disc(start, 2.5, look.colour);
  return reached;
}

/** The square root of the bytes, so that areas can be compared. */
function thickness(bytes: number): number {
  return Math.min(7, Math.max(1.5, Math.sqrt(bytes) / 7));
}

function drawExchange(drawing: LaneDrawing, mark: ExchangeMark): void {
  const { pen, places, lane, palette, colour, traced } = drawing;
  const isEmpty = mark.purpose === 'poll' && mark.status === 204;
  const ink = isEmpty || mark.purpose === 'other' ? palette.faint : colour;
  const over = mark.doneAt ?? mark.headAt;
  if (over !== null && over < places.from && mark.purpose !== 'stream') return;
  if (!traced || mark.reachedAt === null) {
    drawUnknown(drawing, mark, ink);
    return;
  }

  drawWay(drawing, mark.at, mark.reachedAt, 'up', { colour: ink, width: 1.25, tail: true });
  const answered = mark.answeredAt ?? places.time;
  const rail = serverRail(lane);
  if (mark.purpose === 'poll' && isHeld(mark, places.time)) {
    const left = Math.max(-BAR_PX, places.x(mark.reachedAt));
    const until = Math.min(answered, places.time);
    pen.hatched(left, rail - BAR_PX / 2, places.x(until) - left, BAR_PX, isEmpty ? palette.faint : colour);
  } else if (mark.purpose === 'stream' && mark.answeredAt !== null) {
    const left = Math.max(-BAR_PX, places.x(mark.answeredAt));
    const until = Math.min(mark.endedAt ?? mark.doneAt ?? places.time, places.time);
    pen.bar(left, rail - BAR_PX / 2, places.x(until) - left, BAR_PX, colour);
  }
  if (mark.answeredAt === null) return;
  const arrived = mark.purpose === 'stream' ? mark.headAt : (mark.headAt ?? mark.doneAt);
  if (arrived === null) {
    // It went, and nobody knows whether it will come.
    if (places.time > mark.answeredAt) drawStub(drawing, mark.answeredAt, 'down', ink);
    return;
  }
  drawWay(drawing, mark.answeredAt, arrived, 'down', {
    colour: ink,
    width: isEmpty ? 1.25 : thickness(mark.bytesDown),
  });
  if (mark.purpose !== 'stream') return;
  const client = clientRail(lane);
  const left = Math.max(0, places.x(arrived));
  pen.line(
    { x: left, y: client },
    { x: places.x(Math.min(mark.doneAt ?? places.time, places.time)), y: client },
    colour,
    2,
  );
}

/** Where the server's side is not known: from sending to answer, dashed; what never came ends in a cross. */
function drawUnknown(drawing: LaneDrawing, mark: ExchangeMark, ink: string): void {
  const { pen, places, lane } = drawing;
  const [server, client] = [serverRail(lane), clientRail(lane)];
  const end = mark.purpose === 'stream' ? mark.doneAt : (mark.headAt ?? mark.doneAt);
  const until = Math.min(end ?? places.time, places.time);
  const from = { x: places.x(mark.at), y: client };
  pen.disc(from, 2.5, ink);
  if (drawing.traced || mark.failed) {
    const tip = drawStub(drawing, mark.at, 'up', ink);
    if (mark.failed && mark.doneAt !== null && mark.doneAt <= places.time) pen.cross(tip, 4, drawing.palette.bad);
    return;
  }
  const run = Math.min(14, (places.x(until) - from.x) / 2);
  const to = { x: places.x(until), y: client };
  const top = [from, { x: from.x + run, y: server }, { x: to.x - run, y: server }];
  const isOver = end !== null && end <= places.time && mark.purpose !== 'stream';
  pen.path(isOver ? [...top, to] : top, ink, 1.25, UNKNOWN);
}

/** A way whose end is not known. @returns its tip. */
function drawStub({ pen, places, lane }: LaneDrawing, at: number, direction: 'up' | 'down', ink: string): Point {
  const [server, client] = [serverRail(lane), clientRail(lane)];
  const [start, end] = direction === 'up' ? [client, server] : [server, client];
  const from = { x: places.x(at), y: start };
  const tip = { x: from.x + 5, y: start + (end - start) * 0.6 };
  pen.line(from, tip, ink, 1.25, UNKNOWN);
  return tip;
}

function drawEvent(drawing: LaneDrawing, { at, arrivedAt, what, bytes }: EventMark): void {
  const { pen, places, lane, palette, colour } = drawing;
  if (at < places.from - places.size.windowMs) return;
  const from = { x: places.x(at), y: serverRail(lane) };
  if (what === 'ping') {
    pen.line({ x: from.x, y: from.y - 8 }, { x: from.x, y: from.y + 8 }, palette.faint, 1.5);
  } else if (arrivedAt !== null) {
    const drop = drawWay(drawing, at, arrivedAt, 'down', { colour, width: thickness(bytes) });
    if (drop !== null && places.time < arrivedAt) pen.disc(drop, 4, colour);
  } else if (what === 'message') drawStub(drawing, at, 'down', colour);
}

function drawSocket(drawing: LaneDrawing, mark: SocketMark): void {
  const { pen, places, lane, colour, traced } = drawing;
  const [server, client] = [serverRail(lane), clientRail(lane)];
  const end = Math.min(mark.closedAt ?? places.time, places.time);
  if (end < places.from) return;
  if (mark.acceptedAt === null) {
    if (traced || mark.openAt === null) drawStub(drawing, mark.at, 'up', colour);
  } else {
    // Two lines: the handshake that switches protocols.
    for (const shift of [0, 3]) {
      drawWay(drawing, mark.at + shift, mark.acceptedAt + shift, 'up', { colour, width: 1.25, tail: shift === 0 });
      if (mark.openAt === null) continue;
      drawWay(drawing, mark.acceptedAt + shift, mark.openAt + shift, 'down', { colour, width: 1.25 });
    }
  }
  const rails = [
    [server, mark.acceptedAt],
    [client, mark.openAt],
  ] as const;
  for (const [y, since] of rails) {
    if (since === null || since > places.time) continue;
    for (const shift of [-DOUBLE_PX / 2, DOUBLE_PX / 2]) {
      const from = { x: Math.max(0, places.x(since)), y: y + shift };
      pen.line(from, { x: places.x(end), y: y + shift }, colour, 1.5);
    }
  }
}

function drawFrame(drawing: LaneDrawing, mark: FrameMark): void {
  const { pen, places, lane, palette, colour } = drawing;
  const { serverAt, clientAt, direction, what } = mark;
  if (mark.at < places.from - places.size.windowMs) return;
  if (serverAt !== null && clientAt !== null) {
    const [from, to] = direction === 'down' ? [serverAt, clientAt] : [clientAt, serverAt];
    const isBare = what === 'ping' || what === 'hello';
    const ink = isBare ? palette.faint : colour;
    const way = drawWay(drawing, from, to, direction, { colour: ink, width: isBare ? 1 : 3.5 });
    if (way !== null && !isBare && places.time < to) pen.bar(way.x - 4, way.y - 3, 8, 6, colour);
    return;
  }
  const at = serverAt ?? clientAt ?? mark.at;
  if (what === 'message' || what === 'receipt' || what === 'publish') {
    if (at <= places.time) drawStub(drawing, at, direction, colour);
    return;
  }
  const y = serverAt === null ? clientRail(lane) : serverRail(lane);
  const x = places.x(at);
  // Control frames, of which a script learns nothing: small open squares on the server's rail.
  const side = 3;
  const square = [
    { x: x - side, y: y - side },
    { x: x + side, y: y - side },
    { x: x + side, y: y + side },
    { x: x - side, y: y + side },
  ];
  if (at <= places.time) pen.outline(square, colour, palette.ground, 1.25);
}

function drawOutage({ pen, places, lane, palette }: LaneDrawing, mark: OutageMark): void {
  const client = clientRail(lane);
  const end = Math.min(mark.resumedAt ?? places.time, places.time);
  if (end < places.from) return;
  const [left, right] = [places.x(mark.at), places.x(end)];
  const zigzag = [0, 1, 2, 3, 4].map((step) => ({ x: left - 4 + step * 2, y: client + (step % 2 === 0 ? -7 : 7) }));
  pen.bar(left, client - 3, right - left, 6, palette.ground);
  pen.path(zigzag, palette.bad, 2);
  pen.cross({ x: left, y: serverRail(lane) }, 5, palette.bad);
  pen.line({ x: left + 8, y: client }, { x: right, y: client }, palette.bad, 2, DOTTED);
  if (mark.resumedAt === null && mark.retryAt !== null && mark.retryAt > places.time) {
    const retry = { x: places.x(mark.retryAt), y: client };
    pen.line({ x: right, y: client }, retry, palette.bad, 2, DOTTED);
    pen.ring(retry, 4, palette.bad, palette.ground);
  }
}
