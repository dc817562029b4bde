// What is told beside a picture of before is of before.
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './race-settings.ts';
import { recordAt } from './record-at.ts';
import { pairRace } from './testing/told-race.ts';
import { laneSentence } from './words/lane-sentence.ts';

describe('a record as of a moment', () => {
  it('counts what had arrived by then', () => {
    const { record } = pairRace();
    const counted = (time: number) =>
      [...recordAt(record, time).lanes.values()].map(({ delivered, last, position }) => [
        delivered,
        last?.seq ?? null,
        position,
      ]);
    expect(counted(1060)).toEqual([
      [0, null, 0],
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(recordAt(record, 1010).head).toBe(1);
    expect(recordAt(record, 900).head).toBe(0);
    expect(counted(5000)).toEqual(
      [...record.lanes.values()].map(({ delivered, position }) => [delivered, 2, position]),
    );
  });

  it('knows of an outage and of an answer only what was known', () => {
    const race = pairRace();
    race.state('sse', 1700, 'waiting', 'epoch.2', 1900);
    race.state('sse', 1900, 'connected', 'epoch.2');
    race.request('long-polling', 2000, 1, { kind: 'request', method: 'GET', path: '/v1/long-polling?wait=30' });
    race.request('long-polling', 2300, 1, { kind: 'head', status: 204 });
    const [then, later] = [recordAt(race.record, 1800), recordAt(race.record, 2100)];
    expect([then.lanes.get('sse')?.state, then.lanes.get('sse')?.reconnects]).toEqual(['waiting', 0]);
    expect([later.lanes.get('sse')?.state, later.lanes.get('sse')?.reconnects]).toEqual(['open', 1]);
    const [before, asked] = [then.lanes.get('long-polling'), later.lanes.get('long-polling')];
    expect([before?.requests, asked?.requests, asked?.emptyPolls]).toEqual([0, 1, 0]);
    expect(race.lane('long-polling').emptyPolls).toBe(1);
  });

  it('is what the lanes’ sentences are made from', () => {
    const { record } = pairRace();
    const then = recordAt(record, 1300);
    const lane = then.lanes.get('short-polling');
    if (lane === undefined) throw new Error('there is no such lane');
    expect(laneSentence(then, lane, DEFAULT_SETTINGS, 1300).strong).toBe('2 messages are already waiting.');
  });
});
