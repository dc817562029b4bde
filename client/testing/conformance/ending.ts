// Conformance: how it ends, and that nothing is left behind.
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../transports/transport.ts';
import { createPublisher, eventually, readStats, type StartLab, type TestLab, visit } from '../lab.ts';

const DEADLINE_MS = 10_000;

/** What keeps this process alive, seen from a timer's callback: the same way each time, so that it can be compared. */
function resources(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve(process.getActiveResourcesInfo().sort().join(' ')), 5));
}

/** The same once nothing changes any more: the test runner has short timers of its own. */
async function resourcesAtRest(): Promise<string> {
  let last = await resources();
  for (let same = 0; same < 40; same += 1) {
    const now = await resources();
    if (now !== last) same = 0;
    last = now;
  }
  return last;
}

/** Not `expect.poll`: its own timers would be among the resources. */
async function expectResources(before: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  let now = await resources();
  while (now !== before && performance.now() < deadline) now = await resources();
  expect(now).toBe(before);
}

async function expectNobody(lab: TestLab, transport: Transport): Promise<void> {
  await eventually(() => lab.connections).toBe(0);
  const counts = async () => {
    const { open, parked } = (await readStats(lab.url)).transports[transport.name] ?? {};
    return { open, parked };
  };
  await eventually(counts).toEqual({ open: 0, parked: 0 });
  await eventually(() => lab.connections).toBe(0);
}

export function describeEnding(transport: Transport, startLab: StartLab): void {
  describe('closing', () => {
    test('leaves nothing behind, on neither side', async () => {
      const lab = await startLab();
      const before = await resourcesAtRest();
      const visitor = visit(lab.url, transport);
      visitor.session.send('one');
      await eventually(() => visitor.texts).toEqual(['one']);
      await eventually(() => visitor.session.outbox).toEqual([]);
      visitor.leave();
      expect(visitor.session.status.state).toBe('closed');
      await expectNobody(lab, transport);
      await expectResources(before);
    });

    test('leaves nothing behind in the midst of connecting and of sending', async () => {
      const lab = await startLab();
      const before = await resourcesAtRest();
      for (let round = 0; round < 5; round += 1) {
        const visitor = visit(lab.url, transport, { clientId: `c${round}` });
        visitor.session.send('unsent');
        if (round > 1) await eventually(() => visitor.session.status.state).toBe('connected');
        visitor.leave();
      }
      await expectNobody(lab, transport);
      await expectResources(before);
    });

    test('hears nothing afterwards', async () => {
      const lab = await startLab();
      const publisher = await createPublisher(lab.url);
      const visitor = visit(lab.url, transport);
      const witness = visit(lab.url, transport, { clientId: 'witness' });
      await eventually(() => visitor.session.status.state).toBe('connected');
      const publishing = publisher.publishMany(20);
      await eventually(() => visitor.texts.length).toBeGreaterThan(0);
      visitor.session.disconnect();
      const heard = visitor.texts.length;
      await publishing;
      await eventually(() => witness.texts).toHaveLength(20);
      expect(visitor.texts).toHaveLength(heard);
    });
  });

  describe('a server that shuts down', () => {
    test('ends every connection, and is itself done soon', async () => {
      const lab = await startLab();
      const visitor = visit(lab.url, transport, { random: () => 0.9 });
      await eventually(() => visitor.session.status.state).toBe('connected');
      const start = performance.now();
      await lab.close();
      expect(performance.now() - start).toBeLessThan(2000);
      await eventually(() => visitor.statuses.some(({ state }) => state === 'waiting')).toBe(true);
      const [end] = visitor.statuses.flatMap(({ lastEnd }) => (lastEnd === undefined ? [] : [lastEnd.reason]));
      if (transport.pace === 'stream') expect(end).toBe('bye');
      else expect(['bye', 'refused', 'lost']).toContain(end);
    });

    test('and comes back empty is met with a reset, a new identity, and what was not yet sent', async () => {
      const lab = await startLab();
      const visitor = visit(lab.url, transport, { random: () => 0.1 });
      visitor.session.send('before');
      await eventually(() => visitor.texts).toEqual(['before']);
      const { uid } = visitor.session.joined ?? {};
      await lab.close();
      visitor.session.send('while it was away');
      await startLab({ port: Number(new URL(lab.url).port) });
      await eventually(() => visitor.texts).toEqual(['while it was away']);
      await eventually(() => visitor.session.outbox).toEqual([]);
      expect(visitor.resets).toEqual(['epoch-changed']);
      expect(visitor.session.joined?.uid).not.toBe(uid);
    });
  });
}
