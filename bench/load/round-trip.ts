// The round trip of an empty request, on a connection that is open: the gap that a long poll leaves.
import { formatCursor } from '../../server/protocol/cursor.ts';
import { transportPath } from '../../server/protocol/routes.ts';
import { monotonicClock as clock } from './clock.ts';
import { createHttpCaller } from './http-caller.ts';
import type { Lab } from './lab-server.ts';

const ROUND_TRIPS = 31;
/** Far away, fewer are enough: chance is small beside the distance. */
const MAX_MS = 3000;

/** @returns the path of a short poll that finds nothing, as long as nothing is published. */
export async function emptyPollPath(lab: Lab): Promise<string> {
  const { room } = await lab.stats();
  return `${transportPath('short-polling')}?cursor=${formatCursor(room.epoch, room.head)}`;
}

/**
 * @param origin where the lab is to be reached; default: directly.
 * @returns the median in ms.
 */
export async function measureRoundTripMs(lab: Lab, origin: string = lab.origin): Promise<number> {
  const path = await emptyPollPath(lab);
  const http = createHttpCaller(origin, 1);
  try {
    await http.call('GET', path);
    const times: number[] = [];
    const until = clock.now() + MAX_MS;
    while (times.length < ROUND_TRIPS && (times.length === 0 || clock.now() < until)) {
      const start = clock.now();
      await http.call('GET', path);
      times.push(clock.now() - start);
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number;
  } finally {
    http.close();
  }
}
