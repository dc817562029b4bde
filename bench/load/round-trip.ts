// The round trip of an empty request, on a connection that is open: the gap that a long poll leaves.
import { formatCursor } from '../../server/protocol/cursor.ts';
import { transportPath } from '../../server/protocol/routes.ts';
import { median } from '../stats/median.ts';
import { monotonicClock as clock } from './clock.ts';
import { createHttpCaller } from './http-caller.ts';
import type { LabUnderTest } from './server-under-test.ts';

const ROUND_TRIPS = 31;
/** Far away, fewer are enough: chance is small beside the distance. */
const MAX_MS = 3000;

/** @returns the path of a short poll that finds nothing, as long as nothing is published. */
export async function emptyPollPath(lab: LabUnderTest): Promise<string> {
  const { room } = await lab.stats();
  return `${transportPath('short-polling')}?cursor=${formatCursor(room.epoch, room.head)}`;
}

/** @returns the median in ms, over the network where one lies before the lab. */
export async function measureRoundTripMs(lab: LabUnderTest): Promise<number> {
  const path = await emptyPollPath(lab);
  const http = createHttpCaller(lab.origin, 1);
  try {
    await http.call('GET', path);
    const times: number[] = [];
    const until = clock.now() + MAX_MS;
    while (times.length < ROUND_TRIPS && (times.length === 0 || clock.now() < until)) {
      const start = clock.now();
      await http.call('GET', path);
      times.push(clock.now() - start);
    }
    return median(times);
  } finally {
    http.close();
  }
}
