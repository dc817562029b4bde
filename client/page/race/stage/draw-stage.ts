// Draws a race at one moment: a pure function of the record, the time and the size. Texts are not drawn: see labels.ts.
import type { Band, RaceRecord } from '../record.ts';
import { isCrowded } from './crowded-labels.ts';
import { drawLane } from './draw-lane.ts';
import { clientRail, type Places, placesAt, roomLine, type StageSize, serverRail } from './geometry.ts';
import type { Palette } from './palette.ts';
import { createPen, type Pen } from './strokes.ts';

const TICK_MS = 1000;
/** A cut is a moment; so wide that it is seen, in px. */
const LEAST_BAND_PX = 4;
const DIAMOND_PX = 9;
/** Of many, so small that one sees between them. */
const SMALL_DIAMOND_PX = 4;

/** What lasts must not hide what goes on in it. */
const BAND_ALPHA: Readonly<Record<Band['what'], number>> = {
  cut: 0.35,
  silence: 0.22,
  offline: 0.22,
  'idle cut': 0.1,
  'buffering proxy': 0.1,
  'other tabs': 0.1,
};

export interface StageLook {
  readonly palette: Palette;
  /** The lane that is looked at, or null. */
  readonly selected: string | null;
}

export function drawStage(
  context: CanvasRenderingContext2D,
  record: RaceRecord,
  time: number,
  size: StageSize,
  { palette, selected }: StageLook,
): void {
  const pen = createPen(context);
  const places = placesAt(size, time);
  context.clearRect(0, 0, size.width, size.height);
  for (const lane of size.lanes) {
    if (lane.name === selected) {
      pen.bar(0, lane.top, size.width, lane.height, palette.lanes.get(lane.name) ?? palette.line, 0.08);
    }
  }
  for (const band of record.bands) drawBand(pen, places, band, palette);
  drawAxis(pen, places, palette);
  drawRoom(pen, places, record, palette);
  for (const lane of size.lanes) {
    const colour = palette.lanes.get(lane.name) ?? palette.ink;
    drawRails(pen, places, lane, record.traced, palette);
    const marks = record.marks.filter((mark) => mark.lane === lane.name);
    drawLane({ pen, places, lane, palette, colour, traced: record.traced }, marks, record.lanes.get(lane.name));
  }
  pen.line({ x: places.nowX, y: 0 }, { x: places.nowX, y: size.height }, palette.ink, 1);
}

function drawBand(pen: Pen, { size, x, time, from }: Places, { from: began, to, what }: Band, palette: Palette): void {
  const end = Math.min(to ?? time, time);
  if (end < from || began > time) return;
  const left = Math.max(0, x(began));
  const width = Math.max(LEAST_BAND_PX, x(end) - left);
  pen.bar(left, 0, width, size.height, what === 'cut' ? palette.bad : palette.band, BAND_ALPHA[what]);
  if (began >= from) pen.line({ x: left, y: 0 }, { x: left, y: size.height }, palette.bad, 1, [2, 3]);
  if (to !== null && to <= time) {
    pen.line({ x: left + width, y: 0 }, { x: left + width, y: size.height }, palette.bad, 1, [2, 3]);
  }
}

function drawAxis(pen: Pen, { from, time, x, size }: Places, palette: Palette): void {
  for (let at = Math.ceil(from / TICK_MS) * TICK_MS; at <= time; at += TICK_MS) {
    pen.line({ x: x(at), y: 0 }, { x: x(at), y: size.height }, palette.line, 1, [1, 5]);
    pen.line({ x: x(at), y: 0 }, { x: x(at), y: 5 }, palette.faint, 1);
  }
}

function drawRoom(pen: Pen, places: Places, record: RaceRecord, palette: Palette): void {
  const { x, from, time, size, nowX } = places;
  const y = roomLine(size);
  pen.line({ x: 0, y }, { x: nowX, y }, palette.faint, 1);
  const seen = record.stored.filter(({ at }) => at >= from && at <= time);
  // What stands right of these lines is waiting. Where there are many, they must not hide what they cross.
  const crowded = isCrowded(places, record);
  const half = crowded ? SMALL_DIAMOND_PX : DIAMOND_PX;
  pen.context.globalAlpha = crowded ? 0.3 : 1;
  for (const { at } of seen) pen.line({ x: x(at), y }, { x: x(at), y: size.height }, palette.faint, 1);
  pen.context.globalAlpha = 1;
  for (const { at } of seen) {
    const left = x(at);
    const diamond = [
      { x: left, y: y - half },
      { x: left + half, y },
      { x: left, y: y + half },
      { x: left - half, y },
    ];
    pen.outline(diamond, palette.ink, palette.ground, 1.5);
  }
}

function drawRails(
  pen: Pen,
  { nowX }: Places,
  lane: StageSize['lanes'][number],
  traced: boolean,
  palette: Palette,
): void {
  const [server, client] = [serverRail(lane), clientRail(lane)];
  pen.line({ x: 0, y: server }, { x: nowX, y: server }, palette.line, 1.5, traced ? [] : [4, 5]);
  pen.line({ x: 0, y: client }, { x: nowX, y: client }, palette.line, 1.5);
}
