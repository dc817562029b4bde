// Conformance: a log that several servers share, in a Redis that comes back with all it had, or with less.
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../transports/transport.ts';
import { createPublisher, eventually, readEpoch, type TestLab, visit } from '../lab.ts';

export interface SharedLog {
  /** Another server of the same room. */
  startNode(): Promise<TestLab>;
  /** What is stored by now outlives `restart`; what comes later may not. */
  save(): Promise<void>;
  /** Kills Redis, and starts it again: with what was saved only where it is `forgetful`. */
  restart(): Promise<void>;
}

/** Resolves with a log of its own. */
export type StartLog = (forgetful: boolean) => Promise<SharedLog>;

export function describeRollback(transport: Transport, startLog: StartLog): void {
  describe('a log of several servers', () => {
    test('is read on at any of them from the same cursor', async () => {
      const log = await startLog(false);
      const [one, other] = [await log.startNode(), await log.startNode()];
      const publisher = await createPublisher(one.url);
      const visitor = visit(other.url, transport);
      await publisher.publishMany(2);
      await eventually(() => visitor.seqs.at(-1)).toBe(2);
      const { cursor } = visitor.session;
      visitor.leave();
      await publisher.publish('meanwhile');
      const again = visit(one.url, transport, cursor === null ? {} : { cursor });
      await eventually(() => again.texts).toEqual(['meanwhile']);
      expect(again.resets).toEqual([]);
    });

    test('that comes back with all it had resets nobody, and each position goes on by a newer name', async () => {
      const log = await startLog(false);
      const lab = await log.startNode();
      const publisher = await createPublisher(lab.url);
      const texts = [...(await publisher.publishMany(3))];
      const visitor = visit(lab.url, transport, { waitSeconds: 1 });
      await eventually(() => visitor.texts).toEqual(texts);
      const before = visitor.session.cursor;
      for (let life = 1; life <= 2; life += 1) {
        await log.restart();
        visitor.session.send(`of life ${life}`);
        texts.push(`of life ${life}`);
        await eventually(() => visitor.texts).toEqual(texts);
      }
      await eventually(async () => visitor.session.cursor === `${await readEpoch(lab.url)}.5`).toBe(true);
      expect(visitor.session.cursor).not.toBe(before?.replace('.3', '.5'));
      expect(visitor.resets).toEqual([]);
      const old = visit(lab.url, transport, before === null ? {} : { cursor: before, clientId: 'old' });
      await eventually(() => old.texts).toEqual(['of life 1', 'of life 2']);
      expect(old.resets).toEqual([]);
    });

    test('that comes back with less resets who has read what is lost, and only them', async () => {
      const log = await startLog(true);
      const lab = await log.startNode();
      const publisher = await createPublisher(lab.url);
      const kept = await publisher.publishMany(3, (index) => `kept ${index}`);
      const behind = visit(lab.url, transport, { clientId: 'behind' });
      await eventually(() => behind.texts).toEqual(kept);
      behind.session.disconnect();
      await log.save();
      const visitor = visit(lab.url, transport, { waitSeconds: 1 });
      await publisher.publishMany(2, (index) => `lost ${index}`);
      await eventually(() => visitor.texts).toEqual([...kept, 'lost 1', 'lost 2']);
      await log.restart();
      await eventually(() => visitor.resets).toEqual(['rolled-back']);
      await eventually(() => visitor.texts).toEqual(kept);
      // As many as were lost: by seqs alone they would look known.
      for (const text of ['new 1', 'new 2', 'new 3']) visitor.session.send(text);
      behind.session.connect();
      await eventually(() => visitor.texts).toEqual([...kept, 'new 1', 'new 2', 'new 3']);
      await eventually(() => behind.texts).toEqual([...kept, 'new 1', 'new 2', 'new 3']);
      expect([visitor.resets, behind.resets]).toEqual([['rolled-back'], []]);
    });
  });
}
