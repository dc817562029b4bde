// The picture of a race at one moment: where its labels stand, and that the drawing shows what is known, and nothing more.
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { pairRace, startRace } from '../testing/told-race.ts';
import { gapsOf } from './draw-gaps.ts';
import { drawStage } from './draw-stage.ts';
import { clientRail, placesAt, type StageSize, serverRail } from './geometry.ts';
import { labelsAt } from './labels.ts';

const LANES = ['short-polling', 'long-polling', 'sse', 'websocket'];
const SIZE: StageSize = {
  width: 1000,
  height: 484,
  roomHeight: 84,
  lanes: LANES.map((name, index) => ({ name, top: 84 + index * 100, height: 100 })),
  windowMs: 1000,
};
const PALETTE = {
  ink: '#000000',
  faint: '#777777',
  line: '#eeeeee',
  ground: '#ffffff',
  warn: '#ff0000',
  bad: '#ff00ff',
  band: '#ffff00',
  lanes: new Map(LANES.map((name) => [name, '#0000ff'])),
};
const POLL = '/v1/long-polling?cursor=epoch.0&wait=30&client=race-long-polling';

type Race = ReturnType<typeof startRace>;

function draw(race: Race, time: number): (x: number, y: number) => string {
  const context = createCanvas(SIZE.width, SIZE.height).getContext('2d');
  // It has what the drawing uses of a browser's context.
  drawStage(context as unknown as CanvasRenderingContext2D, race.record, time, SIZE, {
    palette: PALETTE,
    selected: null,
  });
  return (x, y) => Array.from(context.getImageData(Math.round(x), Math.round(y), 1, 1).data).join(' ');
}

/** A long poll that the server has held since 1,050. */
function heldPoll(): Race {
  const race = startRace();
  race.request('long-polling', 1000, 1, { kind: 'request', method: 'GET', path: POLL });
  race.trace(1050, { type: 'request', exchange: 1, method: 'GET', route: '', target: POLL, text: '', bytes: 1 });
  return race;
}

const lane = (name: string) => {
  const found = SIZE.lanes.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('the labels', () => {
  it('say each arrival at its place, with its latency; the last of the four says so', () => {
    const labels = labelsAt(pairRace().record, 1700, SIZE);
    const places = placesAt(SIZE, 1700);
    const arrivals = labels.filter(({ kind }) => kind === 'arrival');
    expect(arrivals.map(({ lane, text, last }) => [lane, text, last === true])).toEqual([
      ['short-polling', '1: +600 ms', true],
      ['short-polling', '2: +570 ms', true],
      ['long-polling', '1: +55 ms', false],
      ['long-polling', '2: +125 ms', false],
      ['sse', '1: +54 ms', false],
      ['sse', '2: +54 ms', false],
      ['websocket', '1: +53 ms', false],
      ['websocket', '2: +53 ms', false],
    ]);
    expect(arrivals[3]?.x).toBe(places.x(1155));
    expect(labels.filter(({ kind }) => kind === 'message').map(({ text }) => text)).toEqual(['1', '2']);
  });

  it('say nothing of what has not happened yet at that moment', () => {
    const labels = labelsAt(pairRace().record, 1060, SIZE).filter(({ kind }) => kind === 'arrival');
    expect(labels.map(({ lane, text }) => `${lane} ${text}`)).toEqual([
      'long-polling 1: +55 ms',
      'sse 1: +54 ms',
      'websocket 1: +53 ms',
    ]);
  });

  it('share their place where there is no room for each', () => {
    const crowded = { ...SIZE, windowMs: 20_000 };
    const words = labelsAt(pairRace().record, 5000, crowded).filter(({ kind }) => kind === 'message');
    expect(words.map(({ text }) => text)).toEqual(['1, 2']);
  });

  it('are one for what a lane catches up with at once', () => {
    const race = startRace();
    for (let seq = 1; seq <= 8; seq += 1) {
      race.stored(1000 + 80 * seq, seq);
      race.delivered('sse', 1700, seq);
    }
    const texts = (height: number) => {
      const lanes = SIZE.lanes.map((one) => ({ ...one, height }));
      const labels = labelsAt(race.record, 1800, { ...SIZE, lanes });
      return labels.filter(({ kind }) => kind === 'arrival').map(({ text }) => text);
    };
    expect(texts(100)).toEqual(['1: +620 ms', '2–8: +60 ms–540 ms']);
    expect(texts(64)).toEqual(['1–8: +60 ms–620 ms']);
  });

  it('are one for all that arrived within a second, where messages come one upon the other', () => {
    const race = startRace();
    for (let seq = 1; seq <= 40; seq += 1) {
      race.stored(1000 + 50 * seq, seq);
      race.delivered('sse', 1050 + 51 * seq, seq);
    }
    for (let seq = 1; seq <= 20; seq += 1) race.delivered('short-polling', 2010, seq);
    const labels = labelsAt(race.record, 3100, { ...SIZE, windowMs: 3000 }).filter(({ kind }) => kind === 'arrival');
    expect(labels.map(({ lane: name, text }) => `${name} ${text}`)).toEqual([
      'short-polling 1–20: +10 ms–960 ms',
      'sse 1–18: +51 ms–68 ms',
      'sse 19–38: +69 ms–88 ms',
      'sse 39–40: +89 ms–90 ms',
    ]);
  });

  it('tell of the network, and of a connection that came back', () => {
    const race = pairRace();
    race.trace(1700, { type: 'cut', connections: 2 });
    race.state('sse', 1700, 'waiting', 'epoch.2', 1900);
    expect(labelsAt(race.record, 1750, SIZE).find(({ kind }) => kind === 'outage')?.text).toBe('tries in 1 s');
    race.stored(1800, 3);
    race.state('sse', 1900, 'connected', 'epoch.2');
    const labels = labelsAt(race.record, 1950, SIZE);
    expect(labels.find(({ kind }) => kind === 'resumed')?.text).toBe('from cursor 2: 1 caught up');
    expect(labels.find(({ kind }) => kind === 'band')?.text).toBe('cut');
  });

  it('give the network a row of its own, in which nothing is printed over another', () => {
    const race = pairRace();
    for (const at of [1020, 1025]) race.trace(at, { type: 'cut', connections: 2 });
    const labels = labelsAt(race.record, 1700, SIZE);
    const bands = labels.filter(({ kind }) => kind === 'band');
    expect(bands.map(({ text }) => text)).toEqual(['cut', 'cut']);
    expect((bands[1]?.x ?? 0) - (bands[0]?.x ?? 0)).toBeGreaterThanOrEqual('cut'.length * 6);
    const others = labels.filter(({ kind }) => kind !== 'band').map(({ y }) => Math.abs(y - (bands[0]?.y ?? 0)));
    expect(Math.min(...others)).toBeGreaterThanOrEqual(15);
  });
});

describe('the gap of long polling', () => {
  it('runs from an answer until the next question has arrived, and goes on while none has', () => {
    const race = heldPoll();
    race.trace(1500, { type: 'response', exchange: 1, text: '', bytes: 1 });
    expect(gapsOf(race.record.marks)).toEqual([{ from: 1500, to: null }]);
    race.request('long-polling', 1550, 1, { kind: 'head', status: 200 });
    race.request('long-polling', 1551, 1, { kind: 'done', failed: false });
    race.request('long-polling', 1552, 2, { kind: 'request', method: 'GET', path: POLL });
    race.trace(1602, { type: 'request', exchange: 2, method: 'GET', route: '', target: POLL, text: '', bytes: 1 });
    expect(gapsOf(race.record.marks)).toEqual([{ from: 1500, to: 1602 }]);
  });
});

describe('the drawing', () => {
  it('is the same for the same record, time and size', () => {
    const [one, other] = [draw(pairRace(), 1700), draw(pairRace(), 1700)];
    for (let x = 0; x < SIZE.width; x += 7) expect(one(x, 120)).toBe(other(x, 120));
  });

  it('hatches a poll for as long as the server holds it, and no longer', () => {
    const at = draw(heldPoll(), 1700);
    const places = placesAt(SIZE, 1700);
    const rail = serverRail(lane('long-polling'));
    const held = Array.from({ length: 40 }, (_, index) => at(places.x(1200) + index, rail));
    expect(held).toContain('0 0 255 255');
    const before = Array.from({ length: 20 }, (_, index) => at(places.x(900) + index, rail));
    expect(before).not.toContain('0 0 255 255');
  });

  it('draws no server’s side that is not known: the way up ends in between', () => {
    const race = startRace();
    race.request('short-polling', 1000, 1, {
      kind: 'request',
      method: 'GET',
      path: '/v1/short-polling?client=race-short-polling',
    });
    const at = draw(race, 1700);
    const { top } = lane('short-polling');
    const rail = serverRail(lane('short-polling'));
    const from = placesAt(SIZE, 1700).x(1000);
    // Thin lines are blended with what lies below.
    const isBluish = (y: number) =>
      Array.from({ length: 30 }, (_, index) =>
        at(from - 5 + index, y)
          .split(' ')
          .map(Number),
      ).some(([red = 0, , blue = 0]) => blue - red > 40);
    expect(isBluish(clientRail(lane('short-polling')))).toBe(true);
    for (let y = top + 1; y <= rail + 4; y += 1) expect([y, isBluish(y)]).toEqual([y, false]);
  });
});
