// The gap of long polling: from an answer until the next question has arrived, nobody asks.
import type { ExchangeMark, Mark } from '../record.ts';
import { serverRail } from './geometry.ts';
import type { LaneDrawing } from './lane-drawing.ts';

/** A poll that the server keeps for longer is held, in ms: an answer at once takes less. */
const HELD_MS = 20;
const BRACKET_PX = 6;

/** @returns whether the server keeps, or kept, the poll waiting for a message. */
export function isHeld(mark: ExchangeMark, time: number): boolean {
  return mark.reachedAt !== null && Math.min(mark.answeredAt ?? time, time) - mark.reachedAt > HELD_MS;
}

/** @returns the times in which nobody asked, of a lane whose polls are held; `to` is null while nobody does. */
export function gapsOf(marks: readonly Mark[]): { readonly from: number; readonly to: number | null }[] {
  const polls = marks.filter((mark): mark is ExchangeMark => mark.kind === 'exchange' && mark.purpose === 'poll');
  return polls.flatMap((poll, index) => {
    if (poll.answeredAt === null || !poll.target.includes('wait=')) return [];
    const next = polls[index + 1];
    // Where the connection broke in between, it is an outage, and drawn as such.
    if (poll.failed || next?.failed === true) return [];
    return [{ from: poll.answeredAt, to: next?.reachedAt ?? null }];
  });
}

export function drawGaps({ pen, places, lane, palette }: LaneDrawing, marks: readonly Mark[]): void {
  const rail = serverRail(lane);
  for (const gap of gapsOf(marks)) {
    const end = Math.min(gap.to ?? places.time, places.time);
    if (end < places.from || gap.from > places.time) continue;
    const [left, right] = [places.x(gap.from), places.x(end)];
    const top = rail - BRACKET_PX - 4;
    pen.bar(left, rail - 4, Math.max(1, right - left), 8, palette.warn, 0.3);
    const bracket = [
      { x: left, y: rail + 5 },
      { x: left, y: top },
      { x: right, y: top },
      { x: right, y: rail + 5 },
    ];
    pen.path(bracket, palette.warn, 1.75);
  }
}
