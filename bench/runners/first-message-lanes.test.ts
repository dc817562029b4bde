import { expect, it } from 'vitest';
import { mapLatencies } from '../../client/closed-forms.ts';
import { distancesOf } from './distances.ts';
import { type FirstMessageRound, firstMessageResult } from './first-message-lanes.ts';

const distances = distancesOf([0, 100], null);

function round(place: number, rest: Partial<FirstMessageRound> = {}): FirstMessageRound {
  return {
    transport: 'sse',
    distance: distances[place] as (typeof distances)[number],
    roundTripMs: 101,
    openings: 10,
    latency: mapLatencies(() => 202_000),
    answered: 10,
    costs: { requests: 10, bytesIn: 1000, bytesOut: 3000 },
    loader: { pacingLagMs: { p50: 0, p99: 0, max: 0 }, eventLoopDelayMs: { p50: 0, p99: 0 }, utilisation: 0 },
    failures: [],
    ...rest,
  };
}

it('a lane tells what an opening took and cost', () => {
  const { lanes } = firstMessageResult([{ name: 'sse' }], distances, [round(0), round(0), round(1)]);
  expect(lanes.map((lane) => [lane.case, lane.rounds])).toEqual([
    ['0 ms', 2],
    ['100 ms', 1],
  ]);
  expect(lanes[0]).toMatchObject({
    expected: 20,
    delivered: 20,
    missing: 0,
    requests: 20,
    requestsPerDelivery: { value: 1 },
    bytesPerDelivery: { value: 400 },
    latencyUs: { p50: { value: 202_000 } },
    warnings: [],
  });
});

it('predicts two round trips, of which only the second keeps the server busy', () => {
  const { lanes } = firstMessageResult([{ name: 'sse' }], distances, [round(0), round(1)]);
  expect(lanes.map(({ predicted }) => predicted?.latencyUs?.mean)).toEqual([undefined, 201_000]);
});

it('an opening without its message is missing, and the lane says why', () => {
  const some = round(0, { answered: 9, failures: ['opening 3: lost: gone'] });
  const [lane] = firstMessageResult([{ name: 'sse' }], distances, [some]).lanes;
  expect(lane).toMatchObject({ expected: 10, delivered: 9, missing: 1, warnings: ['opening 3: lost: gone'] });
  expect(lane?.requestsPerDelivery?.value).toBeCloseTo(10 / 9, 3);
});

it('there is no latency where nothing came', () => {
  const none = round(0, { answered: 0, latency: null });
  expect(firstMessageResult([{ name: 'sse' }], distances, [none]).lanes[0]?.latencyUs).toBeUndefined();
});
