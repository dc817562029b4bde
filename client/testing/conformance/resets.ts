// Conformance: a cursor that can't be continued is answered by a reset, never by a silent gap.
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../transports/transport.ts';
import { createPublisher, eventually, numbers, readEpoch, readStats, type StartLab, testEnv, visit } from '../lab.ts';
import { startRelay } from '../tcp-relay.ts';

/** Bytes from the server after which a connection is cut: from within the head to behind the history. */
const CUTS = [1, 100, 150, 200, 240, 260, 280, 300, 320, 340, 360, 380, 400, 430, 460, 500, 600, 800];

export function describeResets(transport: Transport, startLab: StartLab): void {
  describe('a reset', () => {
    test.each([
      { reason: 'epoch-changed', cursorOf: () => 'another.2' },
      { reason: 'ahead', cursorOf: (epoch: string) => `${epoch}.99` },
      { reason: 'trimmed', cursorOf: (epoch: string) => `${epoch}.2` },
    ])(
      'follows on a cursor that is $reason, then the newest history, then what is live',
      async ({ reason, cursorOf }) => {
        const lab = await startLab({ retain: 20 });
        const publisher = await createPublisher(lab.url);
        await publisher.publishMany(40);
        const visitor = visit(lab.url, transport, { cursor: cursorOf(await readEpoch(lab.url)), history: 10 });
        await eventually(() => visitor.seqs).toEqual(numbers(31, 40));
        await publisher.publish('live');
        await eventually(() => visitor.texts.at(-1)).toBe('live');
        expect(visitor.seqs).toEqual(numbers(31, 41));
        expect(visitor.resets).toEqual([reason]);
      },
    );

    test('leads into an empty room too, and what comes there arrives', async () => {
      const lab = await startLab();
      const visitor = visit(lab.url, transport, { cursor: 'another.2' });
      await eventually(() => visitor.resets).toEqual(['epoch-changed']);
      expect(visitor.session.cursor).toBe(`${await readEpoch(lab.url)}.0`);
      const publisher = await createPublisher(lab.url);
      await publisher.publish('first');
      await eventually(() => visitor.texts).toEqual(['first']);
    });

    test('is not swallowed by a connection that is cut anywhere between the first byte and the history', async () => {
      const lab = await startLab();
      const publisher = await createPublisher(lab.url);
      const texts = await publisher.publishMany(3);
      for (const cutFirstAfterBytes of CUTS) {
        const relay = await startRelay(lab.url, { cutFirstAfterBytes });
        const visitor = visit(relay.url, transport, { cursor: 'another.99' });
        await eventually(() => visitor.texts, `cut after ${cutFirstAfterBytes} bytes`).toEqual(texts);
        expect(visitor.resets, `cut after ${cutFirstAfterBytes} bytes`).toEqual(['epoch-changed']);
        visitor.leave();
      }
    });
  });

  if (transport.pace === 'stream') return;

  describe('an empty read', () => {
    const path = `/v1/${transport.name}?wait=1`;

    test('is 204 for a cursor with nothing after it, within the hold', async () => {
      const lab = await startLab();
      const env = testEnv(lab.url);
      const start = env.now();
      const { status } = await env.request({ method: 'GET', path: `${path}&cursor=${await readEpoch(lab.url)}.0` });
      expect(status).toBe(204);
      expect(env.now() - start).toBeLessThan(2500);
    });

    test('is 200 without a cursor, and on a reset', async () => {
      const lab = await startLab();
      const env = testEnv(lab.url);
      expect((await env.request({ method: 'GET', path })).status).toBe(200);
      expect((await env.request({ method: 'GET', path: `${path}&cursor=another.2` })).status).toBe(200);
    });

    test('keeps a reader connected, who goes on reading', async () => {
      const lab = await startLab();
      const visitor = visit(lab.url, transport, { waitSeconds: 1 });
      const requests = async () => (await readStats(lab.url)).transports[transport.name]?.requests ?? 0;
      await eventually(requests).toBeGreaterThanOrEqual(4);
      expect(visitor.statuses.map(({ state }) => state)).toEqual(['connecting', 'connected']);
    });
  });
}
