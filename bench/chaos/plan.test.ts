import { describe, expect, it } from 'vitest';
import { TEXT_BYTES } from '../../server/protocol/limits.ts';
import { utf8Length } from '../../server/protocol/utf8.ts';
import { bursts, clientFaults, createActors, serverFaults, WEATHERS, weathers } from './plan.ts';

const TRANSPORTS = ['short-polling', 'long-polling', 'sse', 'websocket'];
const MINUTE_MS = 60_000;

/** What a stream gives in its first `count` items. */
function first<T>(stream: Iterable<T>, count: number): T[] {
  const items: T[] = [];
  for (const item of stream) {
    items.push(item);
    if (items.length === count) break;
  }
  return items;
}

function planOf(seed: number) {
  const nextActor = createActors(seed);
  return [
    first(serverFaults(nextActor(), 1), 50),
    first(weathers(nextActor(), 1), 50),
    first(clientFaults(nextActor(), TRANSPORTS, 1), 50),
    first(bursts(nextActor(), 500), 50),
  ];
}

describe('a plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(7)).not.toEqual(planOf(8));
  });

  it('gives each actor a stream of its own, whatever the others draw', () => {
    const [busy, idle] = [createActors(3), createActors(3)];
    first(weathers(busy(), 1), 100);
    idle();
    expect(first(weathers(busy(), 1), 20)).toEqual(first(weathers(idle(), 1), 20));
  });

  it('kills and restarts the server at least once in twelve seconds, in the mean', () => {
    const faults = first(serverFaults(createActors(1)(), 1), 500);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['kill', 'restart']));
    const totalMs = faults.reduce((sum, { afterMs, downMs }) => sum + afterMs + downMs, 0);
    expect(totalMs / faults.length).toBeLessThan(12_000);
    // Ten minutes on each of three seeds are to have a hundred kills; starting takes time too.
    const kills = faults.filter(({ kind }) => kind === 'kill').length;
    expect((kills / totalMs) * 30 * MINUTE_MS).toBeGreaterThan(130);
  });

  it('has every kind of weather, and each is over some time', () => {
    const spells = first(weathers(createActors(1)(), 1), 500);
    expect(new Set(spells.map(({ kind }) => kind))).toEqual(new Set(WEATHERS));
    expect(Math.max(...spells.map(({ lastsMs }) => lastsMs))).toBeLessThan(30_000);
    // Connections are cut all the while, also in fair weather.
    for (const { impairments } of spells) expect(impairments.cutMeanMs).toBeGreaterThan(0);
  });

  it('switches, stalls and sends clients away; with one transport it does not switch', () => {
    const kinds = (transports: readonly string[]) =>
      new Set(first(clientFaults(createActors(1)(), transports, 1), 200).map(({ kind }) => kind));
    expect(kinds(TRANSPORTS)).toEqual(new Set(['switch', 'stall', 'absence']));
    expect(kinds(['sse'])).toEqual(new Set(['stall', 'absence']));
  });

  it('is in a hurry where it is told to', () => {
    const nextActor = createActors(1);
    const [calm] = first(serverFaults(nextActor(), 1), 1);
    const [hurried] = first(serverFaults(createActors(1)(), 0.25), 1);
    expect(hurried?.afterMs).toBeCloseTo((calm?.afterMs ?? 0) / 4);
  });

  it('sends texts that fit into a message, from the shortest to long ones', () => {
    const texts = first(bursts(createActors(1)(), 500), 2000).flatMap((burst) => burst.texts);
    const sizes = texts.map((text) => Buffer.byteLength(text));
    expect(Math.min(...sizes)).toBe(0);
    expect(Math.max(...sizes)).toBeGreaterThan(TEXT_BYTES / 2);
    // Room for what makes each text unique.
    expect(Math.max(...sizes)).toBeLessThan(TEXT_BYTES - 100);
    expect(texts.every((text) => utf8Length(text) !== null)).toBe(true);
  });
});
