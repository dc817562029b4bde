// An hour of a race at ten messages a second, as fast as it can be told: what is kept of it does not grow.
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createComparison } from './charts/comparison.ts';
import { DEFAULT_SETTINGS } from './race-settings.ts';
import { type Mark, MOST_KEPT, type RaceRecord } from './record.ts';
import { labelsAt } from './stage/labels.ts';
import { startRace } from './testing/told-race.ts';
import { captionAt } from './words/caption.ts';
import { laneSentence } from './words/lane-sentence.ts';
import { createLogLines } from './words/log-lines.ts';

const HOUR_MS = 3_600_000;
const EVERY_MS = 100;
/** Of five sixths of an hour: an entry in a map for each of 30,000 messages would be more. */
const MOST_GROWTH_BYTES = 1_000_000;
const SETTINGS = { ...DEFAULT_SETTINGS, messages: 1, gapMs: 0, everyMs: EVERY_MS };
const SIZE = {
  width: 1000,
  height: 484,
  roomHeight: 84,
  lanes: ['short-polling', 'long-polling', 'sse', 'websocket'].map((name, index) => ({
    name,
    top: 84 + index * 100,
    height: 100,
  })),
  windowMs: 6000,
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Tells what happens in a race, by its two tellers. */
function tellRace(race: ReturnType<typeof startRace>) {
  let requests = 0;
  let seq = 0;
  const target = (lane: string, path: string) => `/v1/${path}?client=race-${lane}`;

  function ask(lane: string, path: string, at: number): number {
    requests += 1;
    race.request(lane, at, requests, { kind: 'request', method: 'GET', path: target(lane, path) });
    race.trace(at + 50, {
      type: 'request',
      exchange: requests,
      method: 'GET',
      route: path,
      target: target(lane, path),
      text: 'GET',
      bytes: 500,
    });
    return requests;
  }

  function answer(lane: string, request: number, at: number, status: 200 | 204): void {
    const text = status === 200 ? `{"seq":${seq},` : '';
    race.trace(at, { type: 'response', exchange: request, text, bytes: 200 });
    race.trace(at, { type: 'ended', exchange: request });
    race.request(lane, at + 50, request, { kind: 'head', status });
    if (status === 204) return;
    race.request(lane, at + 50, request, { kind: 'body', bytes: 200 });
    race.request(lane, at + 51, request, { kind: 'done', failed: false });
    race.delivered(lane, at + 51, seq);
  }

  for (const { name } of race.record.lanes.values()) race.state(name, 0, 'connected');
  let held = ask('long-polling', 'long-polling', 0);
  const stream = ask('sse', 'sse', 0);
  race.socket('websocket', 0, 1, { kind: 'socket-opening', path: target('websocket', 'websocket') });
  race.trace(50, {
    type: 'handshake',
    connection: 1,
    route: 'websocket',
    target: target('websocket', 'websocket'),
    request: '',
    response: '',
  });
  return (at: number) => {
    // Twice in between short polling asks for nothing.
    for (const early of [60, 30]) answer('short-polling', ask('short-polling', 'short-polling', at - early), at, 204);
    seq += 1;
    race.stored(at, seq);
    answer('long-polling', held, at, 200);
    held = ask('long-polling', 'long-polling', at + 52);
    race.trace(at, { type: 'response', exchange: stream, text: `data: {"seq":${seq},`, bytes: 200 });
    race.delivered('sse', at + 50, seq);
    const payload = JSON.stringify({ type: 'message', message: { seq } });
    race.trace(at, {
      type: 'frame',
      connection: 1,
      direction: 'out',
      header: btoa('\u0081\u0050'),
      payload: btoa(payload),
      payloadBytes: payload.length,
    });
    race.socket('websocket', at + 50, 1, { kind: 'socket-received', text: payload });
    race.delivered('websocket', at + 50, seq);
    answer('short-polling', ask('short-polling', 'short-polling', at + 53), at + 55, 200);
  };
}

/** Makes all that the page says and draws, once a second. */
function createOnlooker() {
  let now = 0;
  const log = createLogLines();
  const compare = createComparison(() => now);
  return (record: RaceRecord, at: number) => {
    now = at;
    captionAt(record, SETTINGS, at);
    for (const lane of record.lanes.values()) laneSentence(record, lane, SETTINGS, at);
    labelsAt(record, at, SIZE);
    log.next(record, at);
    compare(record, SETTINGS);
  };
}

it('of an hour at ten messages a second no more is held than of its first ten minutes', async () => {
  const race = startRace();
  const tell = tellRace(race);
  const look = createOnlooker();
  const early: WeakRef<Mark>[] = [];
  const heaps: number[] = [];
  for (let at = EVERY_MS; at <= HOUR_MS; at += EVERY_MS) {
    tell(at);
    if (at % 1000 === 0) look(race.record, at);
    if (at === HOUR_MS / 6) early.push(...race.record.marks.map((mark) => new WeakRef(mark)));
    if (at % (HOUR_MS / 6) === 0) {
      // Within one turn of the event loop a WeakRef holds what it refers to.
      await setImmediate();
      collectGarbage();
      heaps.push(process.memoryUsage().heapUsed);
    }
  }
  const messages = HOUR_MS / EVERY_MS;
  expect(race.record.head).toBe(messages);
  for (const { name, delivered, missing, duplicated } of race.record.lanes.values()) {
    expect([name, delivered, missing, duplicated]).toEqual([name, messages, 0, 0]);
  }
  expect(race.record.marks.length).toBeLessThanOrEqual(MOST_KEPT);
  expect(race.record.stored.length).toBeLessThanOrEqual(MOST_KEPT);
  // Of those that were kept then, the open stream and the open socket.
  expect(early.flatMap((mark) => mark.deref() ?? []).map(({ lane }) => lane)).toEqual(['sse', 'websocket']);
  const [first = 0, ...later] = heaps;
  expect(Math.max(...later) - first, heaps.join(', ')).toBeLessThan(MOST_GROWTH_BYTES);
}, 120_000);
