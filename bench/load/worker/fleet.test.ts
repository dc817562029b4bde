import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { monotonicClock as clock } from '../clock.ts';
import { createPublisher, freshTag, type Publisher } from '../publisher.ts';
import { type LabUnderTest, startLab } from '../server-under-test.ts';
import { type Crowd, type CrowdOptions, type Fleet, mergeReports, startFleet } from './fleet.ts';

let lab: LabUnderTest;
let fleet: Fleet;
const publishers: Publisher[] = [];

beforeAll(async () => {
  lab = await startLab();
  fleet = startFleet(2);
});

afterEach(() => {
  for (const publisher of publishers.splice(0)) publisher.close();
});

afterAll(async () => {
  await fleet.stop();
  await lab.stop();
});

function crowdOf(clients: number, rest: Partial<CrowdOptions> = {}): Promise<Crowd> {
  return fleet.openCrowd({
    transport: 'websocket',
    origin: lab.origin,
    clientIdPrefix: 'test',
    phasesMs: Array.from({ length: clients }, () => 0),
    pollIntervalMs: 1000,
    waitSeconds: 30,
    tag: 'none',
    ...rest,
  });
}

async function everybodyHas(crowd: Crowd, seq: number): Promise<void> {
  while (!(await crowd.hasAll(seq))) await clock.sleepUntil(clock.now() + 5, new AbortController().signal);
}

describe('a crowd', () => {
  it('is spread over all workers, and every client gets every message once', async () => {
    const tag = freshTag();
    const crowd = await crowdOf(5, { tag });
    const publisher = await createPublisher(lab.origin, { textBytes: 60, tag });
    publishers.push(publisher);
    const now = clock.now();
    await crowd.measure(now, now + 1000);
    // The first lies before the window, the last behind it.
    for (const [index, offset] of [-1, 0, 999, 1000].entries()) publisher.publish({ index, intendedAt: now + offset });
    await publisher.settled();
    await everybodyHas(crowd, publisher.lastSeq);
    const reports = await crowd.report(publisher.lastSeq);
    expect(reports.map(({ ledger }) => ledger.expected)).toEqual([12, 8]);
    const merged = mergeReports(reports);
    expect(merged.ledger).toEqual({ expected: 20, delivered: 20, missing: 0, duplicated: 0, outOfOrder: 0 });
    expect(merged.deliveries).toBe(10);
    expect(merged.failures).toEqual([]);
    expect(merged.latency?.max).toBeGreaterThan(0);
    expect(publisher.stored.get(2)).toMatchObject({ id: `${tag}-2`, via: 'http' });
    await crowd.close();
  });

  it('does not count the messages of others', async () => {
    const crowd = await crowdOf(1, { tag: freshTag() });
    const publisher = await createPublisher(lab.origin, { textBytes: 60, tag: freshTag() });
    publishers.push(publisher);
    await crowd.measure(0, Number.MAX_SAFE_INTEGER);
    publisher.publish({ index: 0, intendedAt: clock.now() });
    await publisher.settled();
    await everybodyHas(crowd, publisher.lastSeq);
    const merged = mergeReports(await crowd.report(publisher.lastSeq));
    expect(merged).toMatchObject({ deliveries: 0, latency: null, lastReceiver: null, ledger: { delivered: 1 } });
    await crowd.close();
  });

  it('that can’t be opened is refused with the reason', async () => {
    await expect(crowdOf(3, { transport: 'carrier-pigeon' })).rejects.toThrow('there is no transport carrier-pigeon');
    await expect(crowdOf(3, { origin: 'http://127.0.0.1:9' })).rejects.toThrow('websocket client');
  });

  it('says of a watch how busy the busiest worker was', async () => {
    const unwatch = await fleet.watch();
    const { utilisation } = await unwatch();
    expect(utilisation).toBeGreaterThanOrEqual(0);
    expect(utilisation).toBeLessThanOrEqual(1);
  });
});

it('the last receiver of a message is the last of all workers’', () => {
  const report = (lastReceivers: [number, number][]) => ({
    ledger: { expected: 0, delivered: 0, missing: 0, duplicated: 0, outOfOrder: 0 },
    deliveries: 0,
    latencies: { histogram: '', sumUs: 0, maxUs: 0 },
    lastReceivers,
    failures: [],
  });
  const merged = mergeReports([
    report([
      [0, 5],
      [1, 2],
    ]),
    report([
      [0, 3],
      [1, 9],
    ]),
  ]);
  expect(merged.lastReceiver).toMatchObject({ mean: 7000, max: 9000 });
});

it('a worker that dies is noticed, and nobody waits for it', async () => {
  const doomed = startFleet(1);
  const crowd = await doomed.openCrowd({
    transport: 'sse',
    origin: lab.origin,
    clientIdPrefix: 'doomed',
    phasesMs: [0],
    pollIntervalMs: 1000,
    waitSeconds: 30,
    tag: 'none',
  });
  process.kill(doomed.pids[0] as number, 'SIGKILL');
  await expect(doomed.ended).rejects.toThrow('a worker of the bench ended with SIGKILL');
  await expect(crowd.hasAll(1)).rejects.toThrow('ended with SIGKILL');
  await crowd.close();
  await doomed.stop();
});
