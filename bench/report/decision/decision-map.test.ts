import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../server/protocol/seeded-random.ts';
import type { AreaView } from '../views.ts';
import { decide } from './decide.ts';
import { decisionMap, mapFinding } from './decision-map.ts';
import { COSTS, SITUATION } from './testing/sample-costs.ts';

const HERE = { clients: 1000, roundTripMs: 50, sendsPerSecond: 0 };

describe('the map', () => {
  const map = decisionMap(COSTS, HERE);

  it('covers the plane, each place once', () => {
    for (const [index] of map.xs.entries()) {
      const edges = map.areas.map(({ lower, upper }) => [lower[index], upper[index]]);
      expect(edges[0]?.[0]).toBe(map.y.min);
      expect(edges.at(-1)?.[1]).toBe(map.y.max);
      for (const [place, [from]] of edges.slice(1).entries()) expect(from).toBe(edges[place]?.[1]);
    }
  });

  it('says what the rule says', () => {
    const random = seededRandom(3);
    const isAt = (area: AreaView, index: number, y: number) =>
      (area.lower[index] ?? 0) < y && y < (area.upper[index] ?? 0);
    for (let i = 0; i < 300; i += 1) {
      const index = Math.floor(random() * map.xs.length);
      const bearableMs = 10 * 10 ** (4 * random());
      const area = map.areas.find((one) => isAt(one, index, bearableMs));
      const messagesPerSecond = map.xs[index] ?? 1;
      const options = decide(COSTS, { ...SITUATION, ...HERE, messagesPerSecond, bearableMs });
      const taken = options.find(({ verdict }) => verdict === 'take')?.transport;
      const longPollingWillDo = options.some(
        ({ transport, verdict }) => transport === 'long-polling' && verdict === 'will-do',
      );
      const expected =
        taken === undefined
          ? 'out of reach'
          : taken === 'short-polling'
            ? 'short polling will do'
            : longPollingWillDo
              ? 'SSE or WebSocket, or long polling'
              : 'SSE or WebSocket';
      expect(area?.label, `${messagesPerSecond}/s, ${bearableMs} ms`).toBe(expected);
    }
  });

  it('is WebSocket’s where clients send often', () => {
    const { areas, y } = decisionMap(COSTS, { ...HERE, sendsPerSecond: 5 });
    const rarely = areas.filter(({ label }) => label.startsWith('WebSocket')).map(({ upper }) => upper[0]);
    expect(Math.max(...rarely.map(Number))).toBe(y.max);
  });

  it('has its finding in a sentence', () => {
    expect(mapFinding(map, HERE)).toMatch(
      /^Where messages are rare and may come [\d.]+ s late, short polling will do; else take SSE or WebSocket; long polling keeps up to about [\d.]+ messages a minute$/,
    );
    const senders = { ...HERE, sendsPerSecond: 5 };
    expect(mapFinding(decisionMap(COSTS, senders), senders)).toMatch(/^Take WebSocket/);
  });
});
