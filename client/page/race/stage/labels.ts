// The stage's texts at one moment, and where they stand: a pure function, as the drawing is. They are elements above it.
import { formatCountdown, formatLatency } from '../../format.ts';
import { arrivalsOf } from '../arrivals.ts';
import { type Band, type Delivery, isOpen, type LaneRecord, type OutageMark, type RaceRecord } from '../record.ts';
import { isCrowded, spanMs, spansOf, spanText } from './crowded-labels.ts';
import { gapsOf } from './draw-gaps.ts';
import { clientRail, type Places, placesAt, roomLine, type StageLane, type StageSize, serverRail } from './geometry.ts';

export interface Label {
  readonly kind: 'tick' | 'message' | 'arrival' | 'gap' | 'outage' | 'resumed' | 'band';
  readonly text: string;
  /** The middle, in px. */
  readonly x: number;
  readonly y: number;
  /** The lane whose colour it has. */
  readonly lane?: string;
  /** The last of the four to get the message. */
  readonly last?: true;
}

const CHARACTER_PX = 6.6;
const PADDING_PX = 8;
const ROW_PX = 15;
/** Arrivals closer than this share a label where there is no row for each, in px. */
const SHARED_PX = 24;
/** Messages that stand closer than this share a label, in px. */
const CLOSE_PX = 16;
/** Lanes lower than this have one row of labels. */
const LOW_LANE_PX = 80;
const TICK_MS = 1000;
const TICK_Y = 10;
/** Bands have a row of their own, between the ticks and the messages. */
const BAND_Y = 27;

const BAND_WORDS: Readonly<Record<Band['what'], string>> = {
  cut: 'cut',
  silence: 'silence',
  offline: 'offline',
  'idle cut': 'proxy cuts what is idle',
  'buffering proxy': 'proxy buffers',
  'other tabs': 'six more tabs',
};

export function labelsAt(record: RaceRecord, time: number, size: StageSize): Label[] {
  const places = placesAt(size, time);
  const labels: Label[] = [...tickLabels(places), ...bandLabels(places, record), ...messageLabels(places, record)];
  const crowded = isCrowded(places, record);
  for (const lane of size.lanes) {
    const known = record.lanes.get(lane.name);
    if (known === undefined) continue;
    labels.push(...(crowded ? spanLabels(places, lane, known) : arrivalLabels(places, lane, known, record)));
    labels.push(...gapLabels(places, lane, record, crowded ? spanMs(places) : 0));
    labels.push(...outageLabels(places, lane, record));
  }
  return labels.filter(({ x }) => x > 0 && x < size.width);
}

function widthOf(text: string): number {
  return text.length * CHARACTER_PX + PADDING_PX;
}

function tickLabels({ from, time, x, nowX }: Places): Label[] {
  const labels: Label[] = [];
  for (let at = Math.ceil(from / TICK_MS) * TICK_MS; at <= time; at += TICK_MS) {
    const second = String((at / TICK_MS) % 60).padStart(2, '0');
    // The word "now" stands there.
    if (nowX - x(at) > 40) labels.push({ kind: 'tick', text: `:${second}`, x: x(at), y: TICK_Y });
  }
  return [...labels, { kind: 'tick', text: 'now', x: nowX, y: TICK_Y }];
}

function bandLabels({ x, from, time }: Places, { bands }: RaceRecord): Label[] {
  const seen = bands.filter((band) => band.from <= time && (band.to ?? time) >= from);
  let taken = 0;
  return seen.map(({ what, from: began, to }) => {
    const text = BAND_WORDS[what];
    const half = widthOf(text) / 2;
    const middle = (Math.max(0, x(began)) + x(Math.min(to ?? time, time))) / 2;
    const place = Math.max(middle, taken + half);
    taken = place + half;
    return { kind: 'band', text, x: place, y: BAND_Y };
  });
}

function messageLabels({ x, from, time, size }: Places, { stored }: RaceRecord): Label[] {
  const groups: { first: number; last: number; left: number; right: number }[] = [];
  for (const { at, message } of stored) {
    if (at < from || at > time) continue;
    const left = x(at);
    const group = groups.at(-1);
    if (group !== undefined && left - group.right < CLOSE_PX) {
      group.last = message.seq;
      group.right = left;
    } else groups.push({ first: message.seq, last: message.seq, left, right: left });
  }
  return groups.map(({ first, last, left, right }) => {
    const between = last - first === 1 ? ', ' : '–';
    const text = first === last ? String(first) : `${first}${between}${last}`;
    return { kind: 'message', text, x: (left + right) / 2, y: roomLine(size) - 17 };
  });
}

function arrivalLabels(places: Places, lane: StageLane, { deliveries }: LaneRecord, record: RaceRecord): Label[] {
  const { x, time, from } = places;
  const rows = lane.height < LOW_LANE_PX ? 1 : 2;
  /** How far each row is taken. */
  const taken: number[] = new Array(rows).fill(Number.NEGATIVE_INFINITY);
  const labels: Label[] = [];
  /** Of the label before. */
  let sharing: Pick<Delivery, 'seq' | 'latencyMs'>[] = [];
  let lastRow = 0;
  for (const { seq, arrivedAt, latencyMs } of deliveries) {
    if (arrivedAt > time || arrivedAt < from - places.size.windowMs) continue;
    const text = latencyMs === null ? String(seq) : `${seq}: +${formatLatency(latencyMs)}`;
    const left = x(arrivedAt) - widthOf(text) / 2;
    const row = taken.findIndex((right) => right <= left);
    const before = labels.at(-1);
    if (row < 0) {
      // What comes shortly after, and has no row left, shares the label.
      if (before === undefined || before.x - x(arrivedAt) < -SHARED_PX) continue;
      sharing.push({ seq, latencyMs });
      const shared = sharing.length === 2 && rows === 1 ? `${before.text}, ${text}` : spanText(sharing);
      labels[labels.length - 1] = { ...before, text: shared };
      taken[lastRow] = before.x + widthOf(shared) / 2;
      continue;
    }
    sharing = [{ seq, latencyMs }];
    lastRow = row;
    taken[row] = left + widthOf(text);
    const isLast = arrivalsOf(record, seq, time).at(-1)?.lane === lane.name && isComplete(record, seq, time);
    const y = clientRail(lane) + 13 + row * ROW_PX;
    labels.push({ kind: 'arrival', text, x: x(arrivedAt), y, lane: lane.name, ...(isLast ? { last: true } : {}) });
  }
  return labels;
}

function spanLabels(places: Places, lane: StageLane, record: LaneRecord): Label[] {
  const y = clientRail(lane) + 13;
  return spansOf(places, record).map(({ text, x }) => ({ kind: 'arrival', text, x, y, lane: lane.name }));
}

function isComplete(record: RaceRecord, seq: number, time: number): boolean {
  return arrivalsOf(record, seq, time).length === record.lanes.size;
}

/** @param apartMs from one label to the next, at the least. */
function gapLabels({ x, from, time }: Places, lane: StageLane, { marks }: RaceRecord, apartMs: number): Label[] {
  const text = 'nobody asks';
  let taken = Number.NEGATIVE_INFINITY;
  const labels: Label[] = [];
  if (lane.height < LOW_LANE_PX) return labels;
  for (const gap of gapsOf(marks.filter((mark) => mark.lane === lane.name && mark.at <= time))) {
    if (gap.from > time || (gap.to ?? time) < from) continue;
    const middle = x((gap.from + Math.min(gap.to ?? time, time)) / 2);
    if (middle - widthOf(text) / 2 < taken) continue;
    taken = Math.max(middle + widthOf(text) / 2, middle + x(from + apartMs) - x(from));
    labels.push({ kind: 'gap', text, x: middle, y: serverRail(lane) - 18 });
  }
  return labels;
}

function outageLabels({ x, from, time }: Places, lane: StageLane, { marks }: RaceRecord): Label[] {
  const outages = marks.filter(
    (mark): mark is OutageMark => mark.kind === 'outage' && mark.lane === lane.name && mark.at <= time,
  );
  return outages.flatMap((outage): Label[] => {
    const y = clientRail(lane) - 13;
    const { resumedAt, retryAt, caughtUp, from: cursor } = outage;
    if (isOpen(outage) || (resumedAt ?? 0) > time) {
      const text = retryAt === null || retryAt < time ? 'tries again' : `tries in ${formatCountdown(retryAt - time)}`;
      return [{ kind: 'outage', text, x: x(Math.max(outage.at, from)) + widthOf(text) / 2 + 6, y }];
    }
    if (resumedAt === null || resumedAt < from) return [];
    const text = `from cursor ${cursor ?? '?'}: ${caughtUp === 0 ? 'nothing missed' : `${caughtUp} caught up`}`;
    return [{ kind: 'resumed', text, x: x(resumedAt) + widthOf(text) / 2 + 4, y }];
  });
}
