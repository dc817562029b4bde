// What the race says of itself, in captions, sentences and the log: made from what happened, and from nothing else.
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../race-settings.ts';
import { CURSOR, pairRace, startRace } from '../testing/told-race.ts';
import { captionAt } from './caption.ts';
import { laneSentence } from './lane-sentence.ts';
import { createLogLines } from './log-lines.ts';

const LANES = ['short-polling', 'long-polling', 'sse', 'websocket'];

function connectedRace() {
  const race = startRace();
  for (const lane of LANES) race.state(lane, 10, 'connected', CURSOR);
  return race;
}

const caption = (race: ReturnType<typeof startRace>, time: number, settings = DEFAULT_SETTINGS) =>
  captionAt(race.record, settings, time);

function sentence(race: ReturnType<typeof startRace>, lane: string, now: number) {
  const { text, strong } = laneSentence(race.record, race.lane(lane), DEFAULT_SETTINGS, now);
  return [text, strong];
}

describe('the caption', () => {
  it('begins with who connects', () => {
    expect(caption(startRace(), 0)).toContain('Four clients connect');
    expect(caption(connectedRace(), 20)).toContain('All four are connected');
  });

  it('does not say of who has never had a connection that it lost one', () => {
    const race = connectedRace();
    race.lane('sse').state = 'connecting';
    race.stored(100, 1);
    expect(caption(race, 200)).toBe('Server-Sent Events still waits for a connection.');
  });

  it('follows a pair: in the room, with three, with all; the gap is told by its two latencies', () => {
    const race = pairRace();
    expect(caption(race, 1040)).toBe('Messages 1 and 2 are in the room.');
    expect(caption(race, 1100)).toBe('Two have message 2. Short polling and long polling do not.');
    expect(caption(race, 1160)).toBe('Three have message 2. Short polling is asleep.');
    expect(caption(race, 1700)).toBe(
      'Message 2 took 125 ms to long polling, 53 ms to a stream: when it came, nobody was asking.',
    );
  });

  it('says something else where something else happened: without a gap, who was first and who last', () => {
    const race = connectedRace();
    race.stored(1000, 1);
    for (const [lane, at] of [
      ['websocket', 1001],
      ['sse', 1002],
      ['long-polling', 1003],
      ['short-polling', 1400],
    ] as const) {
      race.delivered(lane, at, 1);
    }
    expect(caption(race, 1500, { ...DEFAULT_SETTINGS, roundTripMs: 0 })).toBe(
      'Message 1: WebSocket had it first, after 1 ms; short polling last, after 400 ms.',
    );
  });

  it('tells what silence costs, by this race’s own empty polls', () => {
    const race = pairRace();
    race.request('short-polling', 2000, 1, {
      kind: 'request',
      method: 'GET',
      path: '/v1/short-polling?client=race-short-polling',
    });
    race.trace(2050, {
      type: 'request',
      exchange: 1,
      method: 'GET',
      route: '',
      target: '/v1/short-polling?client=race-short-polling',
      text: '',
      bytes: 500,
    });
    race.trace(2051, { type: 'response', exchange: 1, text: '', bytes: 120 });
    race.request('short-polling', 2100, 1, { kind: 'head', status: 204 });
    expect(caption(race, 5000)).toBe(
      'Silence costs short polling 620 B a second (1 of 1 questions for nothing); the others just wait.',
    );
  });

  it('tells of a lost connection, of silence, and of coming back', () => {
    const race = connectedRace();
    race.trace(500, { type: 'impairments', impairments: { blackhole: true } });
    expect(caption(race, 600)).toBe('Packets vanish, and nobody is told: all four still look connected.');
    race.session('sse', 610, { kind: 'pulse', lostAt: 38_010 });
    race.session('websocket', 610, { kind: 'pulse', lostAt: 5610 });
    expect(caption(race, 650)).toMatch(/still look connected\. WebSocket will notice in 5 s\.$/);
    race.state('sse', 700, 'waiting', CURSOR, 2000);
    expect(caption(race, 800)).toBe(
      'Server-Sent Events has noticed that nothing comes through. WebSocket will notice in 5 s.',
    );
    race.trace(900, { type: 'impairments', impairments: {} });
    race.stored(950, 1);
    expect(caption(race, 960)).toContain('Server-Sent Events lost its connection');
    race.state('sse', 1000, 'connected', CURSOR);
    expect(caption(race, 1100)).toBe(
      'Server-Sent Events is back, and caught up with 1 from cursor 0: nothing is lost.',
    );
  });

  it('of a network that is gone says who tries, and that it is tried at once when it is back', () => {
    const race = connectedRace();
    race.trace(500, { type: 'impairments', impairments: { refuse: true } });
    race.state('sse', 700, 'waiting', CURSOR, 2000);
    const tries = 'less and less often; once it is back, at once.';
    expect(caption(race, 800)).toBe(`No network. Server-Sent Events tries ${tries}`);
    for (const lane of LANES) race.state(lane, 900, 'waiting', CURSOR, 2000);
    expect(caption(race, 1000)).toBe(`No network. All four try ${tries}`);
  });

  it('sums up where messages come one upon the other', () => {
    const race = connectedRace();
    for (let seq = 1; seq <= 20; seq += 1) race.stored(1000 + seq * 50, seq);
    expect(caption(race, 2100)).toMatch(/^20 messages in 2 s\. Requests for them: short polling 0, long polling 0/);
  });
});

describe('a lane’s sentence', () => {
  it('of short polling counts what it asked for nothing, and says what is already waiting', () => {
    const race = connectedRace();
    race.request('short-polling', 1000, 1, {
      kind: 'request',
      method: 'GET',
      path: '/v1/short-polling?client=race-short-polling',
    });
    expect(sentence(race, 'short-polling', 1050)).toEqual(['Asks: is there anything?', null]);
    race.session('short-polling', 1000, { kind: 'pulse', lostAt: 12_000 });
    expect(sentence(race, 'short-polling', 5000)).toEqual([
      'No answer for 4 s. Gives the connection up in 7.0 s.',
      null,
    ]);
    race.request('short-polling', 1100, 1, { kind: 'head', status: 204 });
    race.request('short-polling', 1101, 1, { kind: 'done', failed: false });
    race.stored(1300, 1);
    race.delivered('websocket', 1350, 1);
    expect(sentence(race, 'short-polling', 1400)).toEqual([
      'Asleep; asks again in 0.6 s. Asked once, once for nothing.',
      'Message 1 is already waiting.',
    ]);
  });

  it('of long polling says how long the server has held the question, and that a message uses it up', () => {
    const race = connectedRace();
    race.request('long-polling', 1000, 1, {
      kind: 'request',
      method: 'GET',
      path: '/v1/long-polling?client=race-long-polling&wait=30',
    });
    expect(sentence(race, 'long-polling', 9000)[0]).toBe('My question has not reached the server.');
    race.record.extraStreams = { open: 6, waiting: 0 };
    expect(sentence(race, 'long-polling', 9000)[0]).toContain('Waits for a free connection');
    race.record.extraStreams = { open: 0, waiting: 0 };
    race.trace(1050, {
      type: 'request',
      exchange: 1,
      method: 'GET',
      route: '',
      target: '/v1/long-polling?client=race-long-polling&wait=30',
      text: '',
      bytes: 1,
    });
    expect(sentence(race, 'long-polling', 13_500)).toEqual(['The server holds my question: 12 s of 30.', null]);
    expect(sentence(pairRace(), 'long-polling', 1200)[0]).toContain('Message 2 used my question up');
    expect(sentence(pairRace(), 'long-polling', 1200)[1]).toBe('Message 2 came while nobody asked.');
  });

  it('of a stream asks whether it is quiet or dead, and when the next sign of life is due', () => {
    const race = connectedRace();
    expect(sentence(race, 'sse', 100)[0]).toBe('Open; the server speaks whenever it likes.');
    expect(sentence(race, 'sse', 9010)[0]).toBe(
      'Nothing heard for 9 s. Quiet, or dead? The next sign of life is due in 6.0 s.',
    );
    race.session('sse', 9010, { kind: 'pulse', lostAt: 37_510 });
    expect(sentence(race, 'sse', 16_000)[0]).toMatch(/overdue\. Gives the connection up in 21\.5 s\.$/);
  });

  it('of a lane whose request the browser keeps back says what it waits for', () => {
    const race = startRace();
    for (const lane of ['sse', 'websocket']) race.state(lane, 10, 'connecting');
    expect(sentence(race, 'sse', 100)[0]).toBe('Connects.');
    race.record.extraStreams = { open: 6, waiting: 0 };
    expect(sentence(race, 'sse', 100)[0]).toBe(
      'Waits for a free connection: the browser’s six to this address are taken.',
    );
    expect(sentence(race, 'websocket', 100)[0]).toBe('Connects.');
  });

  it('of a broken connection says when it tries again, and what waits meanwhile', () => {
    const race = connectedRace();
    race.state('websocket', 100, 'waiting', CURSOR, 1600);
    race.stored(200, 1);
    expect(sentence(race, 'websocket', 600)).toEqual([
      'The connection broke. Tries again in 1.0 s.',
      '1 waiting in the room.',
    ]);
    race.state('websocket', 700, 'waiting', CURSOR, 29_700);
    expect(sentence(race, 'websocket', 700)[0]).toBe(
      'The connection broke. Tries again in 29.0 s; with each failure it waits longer.',
    );
  });
});

describe('the live log', () => {
  it('has a line for each message that all four have, each once, and for what is done to the network', () => {
    const race = pairRace();
    const log = createLogLines();
    expect(log.next(race.record, 2000)).toEqual([
      'Message 1: WebSocket 53 ms, Server-Sent Events 54 ms, long polling 55 ms, short polling 600 ms',
      'Message 2: WebSocket 53 ms, Server-Sent Events 54 ms, long polling 125 ms, short polling 570 ms',
    ]);
    race.trace(2000, { type: 'cut', connections: 4 });
    race.stored(2100, 3);
    expect(log.next(race.record, 2200)).toEqual(['The network: cut.']);
    expect(log.next(race.record, 2200)).toEqual([]);
  });

  it('does not wait for a lane that gets nothing, but says so, and says when it has got it after all', () => {
    const race = connectedRace();
    race.stored(1000, 1);
    race.stored(2000, 2);
    race.delivered('websocket', 1053, 1);
    race.delivered('short-polling', 1600, 1);
    const log = createLogLines();
    expect(log.next(race.record, 6900)).toEqual([]);
    expect(log.next(race.record, 7100)).toEqual([
      'Message 1: WebSocket 53 ms, short polling 600 ms, not yet: long polling and Server-Sent Events',
    ]);
    expect(log.next(race.record, 8100)).toEqual([
      'Message 2: not yet: short polling, long polling, Server-Sent Events and WebSocket',
    ]);
    race.delivered('sse', 9000, 1);
    race.delivered('short-polling', 9100, 2);
    const corrected = [
      'Message 1: Server-Sent Events has it now, after 8.00 s',
      'Message 2: short polling has it now, after 7.10 s',
    ];
    expect(log.next(race.record, 9200)).toEqual(corrected);
    expect(log.next(race.record, 9300)).toEqual([]);
  });
});
