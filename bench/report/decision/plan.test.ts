import { describe, expect, it } from 'vitest';
import { isKnown, type NotKnown } from '../../stats/cost-curves.ts';
import type { Bounded } from './bounded.ts';
import { BETWEEN_RUNS, type Fleet, type Plan, planFor } from './plan.ts';
import { COSTS, flatCurves, LONG_POLLING, SHORT_POLLING, SSE } from './testing/sample-costs.ts';
import { USUAL_CLIENTS } from './traffic.ts';

const PLAN: Plan = {
  room: { ...USUAL_CLIENTS, messagesPerSecond: 2, clients: 100, roundTripMs: 0 },
  users: 1_000_000,
  roomSize: 100,
  node: { coreShare: 0.5, connections: 1e9, memoryBytes: 1e15 },
};

function fleet(transport = SSE, changes: Partial<Plan> = {}): Fleet {
  const [found] = planFor({ ...COSTS, transports: [transport] }, { ...PLAN, ...changes });
  if (found === undefined) throw new Error('no plan');
  return found.all;
}

const valueIn = (value: Bounded | NotKnown) => (isKnown<Bounded>(value) ? value.value : Number.NaN);

describe('a plan', () => {
  it('gives each node as many users as its share of a core carries', () => {
    // A user: a hundredth of 2 × (100 + 100 × 10) µs, and 2 µs for the connection.
    const perUser = (2 * (100 + 1000)) / 100 + 2;
    const { usersPerNode, nodes, limitedBy, cores } = fleet();
    expect(usersPerNode).toBe(Math.floor(0.5e6 / perUser));
    expect(valueIn(nodes)).toBe(Math.ceil(1e6 / (0.5e6 / perUser)));
    expect(valueIn(cores)).toBeCloseTo((1e6 * perUser) / 1e6, 5);
    expect(limitedBy).toBe('CPU');
  });

  it('carries the interval of the costs on to the nodes', () => {
    const { nodes } = fleet();
    if (!isKnown(nodes)) throw new Error(nodes.notKnown);
    // 5 % each way, and what differs between runs, which is more.
    expect([nodes.low, nodes.high]).toEqual([38, 62]);
    expect(nodes.low).toBeLessThan(nodes.value);
    expect(nodes.high).toBeGreaterThan(nodes.value);
  });

  it('has an interval of CPU that speaks for another hour: what rounds tell, and what differs between runs', () => {
    const [found] = planFor({ ...COSTS, transports: [SSE] }, PLAN);
    const share = found?.room.cpuShare;
    if (share === undefined || !isKnown(share)) throw new Error('no share');
    // The sample's costs are known to 5 %.
    expect(Math.log(share.value / share.low)).toBeCloseTo(Math.hypot(Math.log(0.95), BETWEEN_RUNS), 9);
    expect(Math.log(share.high / share.value)).toBeCloseTo(Math.hypot(Math.log(1.05), BETWEEN_RUNS), 9);
    expect(BETWEEN_RUNS).toBeCloseTo(0.25, 2);
  });

  it('has an interval of numbers where chance put the cost of a message, or its lower end, below 0', () => {
    for (const value of [-2000, 0, 10]) {
      const usPerMessage = flatCurves(1, 1, 0, 0).usPerMessage.map(({ x }) => ({ x, value, low: -3000, high: 20 }));
      const cpu = { ...flatCurves(1, 1, 0, 2), usPerMessage };
      const [found] = planFor({ ...COSTS, transports: [{ ...SSE, cpu }] }, PLAN);
      const share = found?.room.cpuShare;
      if (share === undefined || !isKnown(share)) throw new Error('no share');
      expect([share.low, share.value, share.high].every(Number.isFinite)).toBe(true);
      expect(share.low).toBeLessThan(share.value);
      expect(share.high).toBeGreaterThan(share.value);
    }
  });

  it('is limited by connections, or by memory, where these end first', () => {
    const few = fleet(SSE, { node: { ...PLAN.node, connections: 1000 } });
    expect([valueIn(few.nodes), few.limitedBy]).toEqual([1000, 'connections']);
    const small = fleet(SSE, { node: { ...PLAN.node, memoryBytes: 5e6 } });
    expect([valueIn(small.nodes), small.limitedBy]).toEqual([2000, 'memory']);
    expect(fleet(SSE, { users: 100 })).toMatchObject({ limitedBy: null, nodes: { value: 1, low: 1, high: 1 } });
  });

  it('is limited by a knee that was found, of which the same share is used', () => {
    const late = fleet({ ...SSE, deliveriesAtKnee: 8000 });
    // 2 deliveries a second to each.
    expect([late.usersPerNode, late.limitedBy]).toEqual([2000, 'knee']);
    expect(fleet({ ...SSE, deliveriesAtKnee: 1e9 }).limitedBy).toBe('CPU');
  });

  it('has a room that is too big for a node taken in by several, each with all of its messages', () => {
    const big: Partial<Plan> = { roomSize: 100_000, users: 100_000 };
    // 2 × 100 µs for the messages, then 20 + 2 µs for each user.
    expect(fleet(SSE, big).usersPerNode).toBe(Math.floor((0.5e6 - 200) / 22));
    expect(valueIn(fleet(SSE, big).nodes)).toBe(5);
  });

  it('says that no number of nodes takes messages that are themselves too much for one', () => {
    const loud: Partial<Plan> = { room: { ...PLAN.room, messagesPerSecond: 6000 }, roomSize: 1000 };
    expect(fleet(SSE, loud).nodes).toEqual({ notKnown: expect.stringContaining('the messages alone') });
  });

  it('reaches to a hundred million users, and each user costs no less there', () => {
    const [some, many] = [1e6, 1e8].map((users) => fleet(SSE, { users }));
    expect(valueIn(many?.nodes ?? { notKnown: '' }) / valueIn(some?.nodes ?? { notKnown: '' })).toBeCloseTo(100, -1);
    expect(many?.connections).toBe(1e8);
  });

  it('counts the requests of all users, and a connection as long as the lab keeps it', () => {
    const polls = fleet(SHORT_POLLING, { room: { ...PLAN.room, pollIntervalMs: 2000 } });
    expect([polls.requestsPerSecond, polls.connections]).toEqual([500_000, 1e6]);
    expect(fleet(SHORT_POLLING, { room: { ...PLAN.room, pollIntervalMs: 150_000 } }).connections).toBe(500_000);
    expect(fleet(LONG_POLLING).connections).toBe(1e6);
  });

  it('goes on without memory that the run did not measure, and not without CPU', () => {
    expect(isKnown(fleet(SHORT_POLLING).nodes)).toBe(true);
    const cold = fleet({ ...SSE, cpu: { notKnown: 'cold' } });
    expect([cold.nodes, cold.cores, cold.usersPerNode]).toEqual(Array(3).fill({ notKnown: 'cold' }));
    expect(cold.requestsPerSecond).toBe(0);
  });

  it('marks what a node carries beyond what was measured', () => {
    expect(fleet().extrapolated).toBe(false);
    const cpu = flatCurves(100, 10, 0, 2);
    const slow = { ...cpu, usPerDelivery: cpu.usPerDelivery.map((one, index) => ({ ...one, x: index === 0 ? 1 : 3 })) };
    expect(fleet({ ...SSE, cpu: slow }).extrapolated).toBe(true);
  });
});
