// The round trip of an empty request, on a connection that is open: the gap that a long poll leaves.
import { formatCursor } from '../../server/protocol/cursor.ts';
import { transportPath } from '../../server/protocol/routes.ts';
import { monotonicClock as clock } from './clock.ts';
import { createHttpCaller } from './http-caller.ts';
import type { Lab } from './lab-server.ts';

const ROUND_TRIPS = 31;

/** @returns the path of a short poll that finds nothing, as long as nothing is published. */
export async function emptyPollPath(lab: Lab): Promise<string> {
  const { room } = await lab.stats();
  return `${transportPath('short-polling')}?cursor=${formatCursor(room.epoch, room.head)}`;
}

/** @returns the median in ms. */
export async function measureRoundTripMs(lab: Lab): Promise<number> {
  const path = await emptyPollPath(lab);
  const http = createHttpCaller(lab.origin, 1);
  try {
    const times: number[] = [];
    for (let i = 0; i < ROUND_TRIPS; i += 1) {
      const start = clock.now();
      await http.call('GET', path);
      times.push(clock.now() - start);
    }
    return times.sort((a, b) => a - b)[Math.floor(ROUND_TRIPS / 2)] as number;
  } finally {
    http.close();
  }
}
