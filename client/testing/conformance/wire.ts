// Conformance: what the network may do to bytes.
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../transports/transport.ts';
import { createPublisher, eventually, type StartLab, visit } from '../lab.ts';
import { AWKWARD_TEXTS } from '../samples.ts';
import { startRelay } from '../tcp-relay.ts';

export function describeWire(transport: Transport, startLab: StartLab): void {
  describe('the wire', () => {
    test('may be cut into single bytes', async () => {
      const lab = await startLab();
      const relay = await startRelay(lab.url, { byteByByte: true });
      const visitor = visit(relay.url, transport);
      const publisher = await createPublisher(lab.url);
      await eventually(() => visitor.session.status.state).toBe('connected');
      for (const text of AWKWARD_TEXTS) await publisher.publish(text);
      await eventually(() => visitor.texts).toEqual(AWKWARD_TEXTS);
      visitor.session.send('and back: ä "漢字"\n\u0000');
      await eventually(() => visitor.texts.at(-1)).toBe('and back: ä "漢字"\n\u0000');
      expect(visitor.statuses.map(({ state }) => state)).toEqual(['connecting', 'connected']);
    });

    // A poll is given up when its hold and 10 s have passed: too long to wait for here.
    if (transport.pace !== 'stream') return;

    test('is heard as often as a client asks', async () => {
      const lab = await startLab({ heartbeatMs: 3_600_000 });
      const relay = await startRelay(lab.url);
      const publisher = await createPublisher(lab.url);
      const visitor = visit(relay.url, transport, { heartbeatSeconds: 1 });
      await publisher.publish('before');
      await eventually(() => visitor.texts).toEqual(['before']);
      relay.freeze();
      await publisher.publish('meanwhile');
      await eventually(() => visitor.texts).toEqual(['before', 'meanwhile']);
    });

    test('may fall silent: that is noticed by the missing heartbeats', async () => {
      const lab = await startLab({ heartbeatMs: 100 });
      const relay = await startRelay(lab.url);
      const publisher = await createPublisher(lab.url);
      const visitor = visit(relay.url, transport);
      await publisher.publish('before');
      await eventually(() => visitor.texts).toEqual(['before']);
      relay.freeze();
      await publisher.publish('meanwhile');
      await eventually(() => visitor.texts).toEqual(['before', 'meanwhile']);
      expect(visitor.session.status.lastEnd?.reason).toBe('lost');
      expect(relay.connections).toBeGreaterThanOrEqual(2);
    });
  });
}
