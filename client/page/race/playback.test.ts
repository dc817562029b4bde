// Which moment is shown: live, in slow motion, paused, or stepped to.
import { describe, expect, it } from 'vitest';
import { createPlayback, eventsOf, SLOWER } from './playback.ts';
import { pairRace } from './testing/told-race.ts';

const ROUND_TRIP_MS = 100;

describe('the playback', () => {
  it('is shortly behind now, so that both sides have told, and stands while it is paused', () => {
    const { record } = pairRace();
    const playback = createPlayback();
    const first = playback.timeAt(5000, record, ROUND_TRIP_MS);
    expect(first).toBeLessThanOrEqual(5000 - ROUND_TRIP_MS / 2);
    expect(playback.timeAt(5100, record, ROUND_TRIP_MS)).toBe(first + 100);
    playback.pause(true);
    expect(playback.timeAt(9000, record, ROUND_TRIP_MS)).toBe(first + 100);
    playback.pause(false);
    expect(playback.timeAt(9000, record, ROUND_TRIP_MS)).toBe(first + 4000);
  });

  it('shows the newest messages slowly, from before they were stored until all have them, again and again', () => {
    const { record } = pairRace();
    const playback = createPlayback();
    playback.setSpeed('slow');
    const from = playback.timeAt(5000, record, ROUND_TRIP_MS);
    expect(from).toBeLessThan(1000);
    expect(playback.timeAt(5000 + 100 * SLOWER, record, ROUND_TRIP_MS)).toBeCloseTo(from + 100);
    expect(playback.timeAt(5000 + 600 * SLOWER, record, ROUND_TRIP_MS)).toBeCloseTo(from + 600);
    expect(playback.timeAt(5000 + 2000 * SLOWER, record, ROUND_TRIP_MS)).toBe(from);
  });

  it('steps from event to event, there and back, and stops at the ends', () => {
    const { record } = pairRace();
    const playback = createPlayback(1040);
    const times = [...new Set(eventsOf(record))];
    const seen: number[] = [];
    for (let step = 0; step < 20; step += 1) {
      playback.step(1, record);
      seen.push(playback.timeAt(9000, record, ROUND_TRIP_MS));
    }
    expect([...new Set(seen)]).toEqual(times.filter((at) => at > 1040));
    expect(playback.paused).toBe(true);
    playback.step(-1, record);
    expect(playback.timeAt(9000, record, ROUND_TRIP_MS)).toBe(times.at(-2));
  });
});
