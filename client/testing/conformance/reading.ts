// Conformance: each message once, in order, nothing missing, wherever a reader begins.
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../transports/transport.ts';
import { createPublisher, eventually, numbers, readEpoch, type StartLab, visit } from '../lab.ts';
import { AWKWARD_TEXTS } from '../samples.ts';

export function describeReading(transport: Transport, startLab: StartLab): void {
  describe('reading', () => {
    test('begins with the history and goes on live, without a gap in between', async () => {
      const lab = await startLab();
      const publisher = await createPublisher(lab.url);
      await publisher.publishMany(30);
      const live = publisher.publishMany(60, (index) => `live ${index}`);
      const visitor = visit(lab.url, transport, { history: 10 });
      await live;
      await eventually(() => visitor.seqs.at(-1)).toBe(90);
      const [first = 0] = visitor.seqs;
      expect(first).toBeGreaterThanOrEqual(21);
      expect(visitor.seqs).toEqual(numbers(first, 90));
    });

    test('catches up with more than one page', async () => {
      const lab = await startLab();
      const publisher = await createPublisher(lab.url);
      const texts = await publisher.publishMany(230);
      const visitor = visit(lab.url, transport, { cursor: `${await readEpoch(lab.url)}.0` });
      await eventually(() => visitor.seqs.length).toBeGreaterThanOrEqual(230);
      expect(visitor.texts).toEqual(texts);
      expect(visitor.resets).toEqual([]);
    });

    test('resumes from its cursor, and misses nothing that came while it was away', async () => {
      const lab = await startLab();
      const publisher = await createPublisher(lab.url);
      const visitor = visit(lab.url, transport);
      const told: string[] = [];
      for (let round = 1; round <= 3; round += 1) {
        told.push(...(await publisher.publishMany(4, (index) => `${round}: ${index}`)));
        await eventually(() => visitor.texts).toEqual(told);
        visitor.session.disconnect();
        told.push(...(await publisher.publishMany(3, (index) => `${round}: ${index} while away`)));
        visitor.session.connect();
      }
      await eventually(() => visitor.texts).toEqual(told);
      expect(visitor.session.cursor).toBe(`${await readEpoch(lab.url)}.21`);
    });

    test('knows soon that it is connected, also where there is nothing to read', async () => {
      const lab = await startLab();
      const visitor = visit(lab.url, transport, { cursor: `${await readEpoch(lab.url)}.0` });
      await eventually(() => visitor.session.status.state).toBe('connected');
    });

    test('misses none of two messages that come between two reads', async () => {
      const lab = await startLab();
      const publisher = await createPublisher(lab.url);
      const published: Promise<unknown>[] = [];
      const rounds = 8;
      const visitor = visit(lab.url, transport, {
        onMessages(texts) {
          // Before the answer is dealt with, and so before the next read begins.
          for (const text of texts) {
            const round = Number(/^open (\d+)$/.exec(text)?.[1] ?? rounds);
            if (round === rounds) continue;
            published.push(publisher.publish(`fill ${round}`), publisher.publish(`open ${round + 1}`));
          }
        },
      });
      await eventually(() => visitor.session.status.state).toBe('connected');
      await publisher.publish('open 0');
      await eventually(() => visitor.texts.at(-1)).toBe(`open ${rounds}`);
      await Promise.all(published);
      expect(visitor.seqs).toEqual(numbers(1, 2 * rounds + 1));
    });
  });

  describe('sending', () => {
    test('stores each text once, in the order of sending, and says by which transport it came', async () => {
      const lab = await startLab();
      const vias = new Set<string>();
      const texts = numbers(1, 30).map((number) => `mine ${number}`);
      const visitor = visit(lab.url, transport);
      const other = visit(lab.url, transport, {
        clientId: 'other',
        listener: {
          messages(messages) {
            for (const { via } of messages) vias.add(via);
          },
        },
      });
      await eventually(() => other.session.status.state).toBe('connected');
      for (const text of texts) visitor.session.send(text);
      await eventually(() => visitor.texts).toEqual(texts);
      await eventually(() => visitor.session.outbox).toEqual([]);
      await eventually(() => [...vias]).toEqual([transport.name]);
      expect(visitor.entries.filter(({ state }) => state === 'stored').map(({ text }) => text)).toEqual(texts);
    });

    test('carries newlines, quotes, U+0000 and all of Unicode both ways', async () => {
      const lab = await startLab();
      const visitor = visit(lab.url, transport);
      const longest = '\u0000'.repeat(4096);
      for (const text of [...AWKWARD_TEXTS, longest]) visitor.session.send(text);
      await eventually(() => visitor.texts).toEqual([...AWKWARD_TEXTS, longest]);
      const late = visit(lab.url, transport, { clientId: 'late' });
      await eventually(() => late.texts).toEqual([...AWKWARD_TEXTS, longest]);
    });
  });
}
