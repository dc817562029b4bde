// The record of a race, made from what the server's trace and the frame of the four clients tell.
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from './lease.ts';
import { type ExchangeMark, type FrameMark, MOST_KEPT, type OutageMark } from './record.ts';
import { CURSOR, startRace, type Untimed } from './testing/told-race.ts';

function pollOf(lane: string): string {
  return `/v1/${lane}?cursor=${CURSOR}&client=race-${lane}`;
}

function requestOf(lane: string, exchange: number): Untimed<TraceEvent> {
  const target = pollOf(lane);
  return { type: 'request', exchange, method: 'GET', route: `/v1/${lane}`, target, text: 'GET', bytes: 100 };
}

const base64 = (bytes: readonly number[] | string) =>
  typeof bytes === 'string' ? btoa(bytes) : btoa(String.fromCharCode(...bytes));

function frameOf(direction: 'in' | 'out', opcode: number, text: string): Untimed<TraceEvent> {
  const header = base64([0x80 | opcode, text.length]);
  return { type: 'frame', connection: 7, direction, header, payload: base64(text), payloadBytes: text.length };
}

const HANDSHAKE: Untimed<TraceEvent> = {
  type: 'handshake',
  connection: 7,
  route: '/v1/websocket',
  target: '/v1/websocket?client=race-websocket',
  request: 'GET',
  response: 'HTTP/1.1 101',
};

describe('a request', () => {
  it.each(['note first', 'trace first'])('is one mark of both sides, with the %s', (order) => {
    const { record, lane, trace, request } = startRace();
    const note = () =>
      request('long-polling', 100, 1, { kind: 'request', method: 'GET', path: pollOf('long-polling') });
    const told = () => trace(150, requestOf('long-polling', 4));
    for (const tell of order === 'note first' ? [note, told] : [told, note]) tell();
    trace(900, { type: 'response', exchange: 4, text: 'HTTP/1.1 200 OK\r\n\r\n{"messages":[{"seq":8,"id"', bytes: 70 });
    trace(901, { type: 'ended', exchange: 4 });
    request('long-polling', 950, 1, { kind: 'head', status: 200 });
    request('long-polling', 952, 1, { kind: 'done', failed: false });
    expect(record.marks).toHaveLength(1);
    expect(record.marks[0]).toMatchObject({
      purpose: 'poll',
      at: 100,
      reachedAt: 150,
      answeredAt: 900,
      endedAt: 901,
      headAt: 950,
      doneAt: 952,
      seqs: [8],
      bytesUp: 100,
      bytesDown: 70,
    });
    expect(lane('long-polling')).toMatchObject({ requests: 1, polls: 1, emptyPolls: 0, bytesUp: 100, bytesDown: 70 });
  });

  it('that never reached the server is not paired with the next one’s arrival', () => {
    const { record, trace, request } = startRace();
    const ask = (at: number, number: number) =>
      request('short-polling', at, number, { kind: 'request', method: 'GET', path: pollOf('short-polling') });
    ask(100, 1);
    request('short-polling', 200, 1, { kind: 'done', failed: true });
    ask(300, 2);
    trace(350, requestOf('short-polling', 9));
    const reached = record.marks.map((mark) => (mark as ExchangeMark).reachedAt);
    expect(reached).toEqual([null, 350]);
  });

  it('that the client gave up before the server had it is not paired with the next one', () => {
    const { record, trace, request } = startRace();
    const ask = (at: number, number: number) =>
      request('short-polling', at, number, { kind: 'request', method: 'GET', path: pollOf('short-polling') });
    ask(100, 1);
    request('short-polling', 200, 1, { kind: 'done', failed: true });
    trace(250, requestOf('short-polling', 9));
    ask(300, 2);
    trace(350, requestOf('short-polling', 10));
    expect(record.marks.map((mark) => (mark as ExchangeMark).reachedAt)).toEqual([null, 350]);
  });

  it('of one lane is never another’s', () => {
    const { record, trace, request } = startRace();
    request('short-polling', 100, 1, { kind: 'request', method: 'GET', path: pollOf('short-polling') });
    request('long-polling', 101, 2, { kind: 'request', method: 'GET', path: pollOf('long-polling') });
    trace(150, requestOf('long-polling', 1));
    trace(160, requestOf('short-polling', 2));
    expect(record.marks.map((mark) => (mark as ExchangeMark).reachedAt)).toEqual([160, 150]);
  });

  it('that was answered with nothing counts as an empty poll', () => {
    const { record, lane, request } = startRace();
    request('short-polling', 100, 1, { kind: 'request', method: 'GET', path: pollOf('short-polling') });
    request('short-polling', 200, 1, { kind: 'head', status: 204 });
    expect(lane('short-polling')).toMatchObject({ requests: 1, polls: 1, emptyPolls: 1 });
    // Without a body there is nothing more to come.
    expect(record.marks[0]).toMatchObject({ doneAt: 200 });
  });

  it('without a trace has no server’s side', () => {
    const { record, request } = startRace(false);
    request('short-polling', 100, 1, { kind: 'request', method: 'GET', path: pollOf('short-polling') });
    request('short-polling', 200, 1, { kind: 'head', status: 204 });
    expect(record.marks[0]).toMatchObject({ at: 100, reachedAt: null, answeredAt: null, headAt: 200 });
  });
});

describe('a frame', () => {
  it('is one mark of both sides: the n-th text of the one is the n-th of the other; pings are the server’s alone', () => {
    const { record, lane, trace, socket } = startRace();
    socket('websocket', 10, 1, { kind: 'socket-opening', path: '/v1/websocket?client=race-websocket' });
    trace(60, HANDSHAKE);
    socket('websocket', 110, 1, { kind: 'socket-open' });
    const hello = '{"type":"hello","cursor":"e.0","heartbeatMs":9000}';
    const message = `{"type":"message","message":${JSON.stringify({ seq: 3 })}}`;
    trace(61, frameOf('out', 1, hello));
    trace(62, frameOf('out', 9, ''));
    // The client's word may come first.
    socket('websocket', 111, 1, { kind: 'socket-received', text: hello });
    socket('websocket', 170, 1, { kind: 'socket-received', text: message });
    trace(120, frameOf('out', 1, message));
    const frames = record.marks.filter((mark): mark is FrameMark => mark.kind === 'frame');
    expect(frames.map(({ what, serverAt, clientAt, seq }) => [what, serverAt, clientAt, seq])).toEqual([
      ['hello', 61, 111, null],
      ['ping', 62, null, null],
      ['message', 120, 170, 3],
    ]);
    expect(lane('websocket')).toMatchObject({
      requests: 1,
      heartbeatMs: 9000,
      bytesUp: 3,
      bytesDown: 12 + hello.length + message.length + 6,
    });
  });
});

describe('an event stream', () => {
  it('has a mark for each event, which arrives when the session delivers it', () => {
    const { record, lane, trace, request, delivered } = startRace();
    request('sse', 100, 1, { kind: 'request', method: 'GET', path: pollOf('sse') });
    trace(150, requestOf('sse', 3));
    const write = (at: number, text: string) => trace(at, { type: 'response', exchange: 3, text, bytes: text.length });
    write(151, 'HTTP/1.1 200 OK\r\n\r\n');
    write(152, 'event: hello\ndata: {"cursor":null,"heartbeatMs":2000}\n\n');
    write(300, 'id: e.1\ndata: {"seq":1,"id":"x"}\n\nid: e.2\ndata: {"seq":2,"id":"y"}\n\n');
    write(400, 'event: ping\ndata: {}\n\n');
    delivered('sse', 355, 1);
    delivered('sse', 356, 2);
    const events = record.marks.flatMap((mark) =>
      mark.kind === 'event' ? [[mark.what, mark.seq, mark.arrivedAt]] : [],
    );
    expect(events).toEqual([
      ['hello', null, null],
      ['message', 1, 355],
      ['message', 2, 356],
      ['ping', null, null],
    ]);
    expect(lane('sse')).toMatchObject({ heartbeatMs: 2000, delivered: 2 });
  });
});

describe('a delivery', () => {
  it.each(['stored first', 'delivered first'])('has its latency from the server’s store to the client, %s', (order) => {
    const { lane, stored, delivered } = startRace();
    if (order === 'stored first') stored(100.5, 1);
    delivered('sse', 155, 1);
    if (order !== 'stored first') stored(100.5, 1);
    expect(lane('sse').last).toEqual({ seq: 1, storedAt: 100.5, arrivedAt: 155, latencyMs: 54.5, caughtUp: false });
    expect(lane('sse').deliveries).toEqual([lane('sse').last]);
  });

  it('that skips a message or repeats one is counted', () => {
    const { lane, state, delivered } = startRace();
    state('sse', 0, 'connected', 'epoch.10');
    for (const [at, seq] of [
      [1, 11],
      [2, 13],
      [3, 13],
      [4, 14],
    ] as const) {
      delivered('sse', at, seq);
    }
    expect(lane('sse')).toMatchObject({ delivered: 4, missing: 1, duplicated: 1, position: 14 });
  });

  it('of a race that began anew is not held against the old one', () => {
    const { lane, state, delivered } = startRace();
    state('sse', 0, 'connected', 'epoch.4');
    delivered('sse', 1, 5);
    state('sse', 2, 'closed', 'epoch.5');
    state('sse', 3, 'connecting', null);
    state('sse', 4, 'connected', 'epoch.20');
    delivered('sse', 5, 21);
    expect(lane('sse')).toMatchObject({ missing: 0, duplicated: 0, reconnects: 0 });
  });
});

describe('a connection that is lost', () => {
  it('is an outage until it is there again, and says what was caught up', () => {
    const { record, lane, state, stored, delivered } = startRace();
    state('sse', 0, 'connected', 'epoch.3');
    stored(1, 4);
    delivered('sse', 2, 4);
    state('sse', 3, 'waiting', 'epoch.4', 500);
    expect(lane('sse')).toMatchObject({ state: 'waiting', retryAt: 500 });
    stored(100, 5);
    stored(200, 6);
    state('sse', 500, 'connecting', 'epoch.4');
    state('sse', 600, 'connected', 'epoch.4');
    delivered('sse', 601, 5);
    delivered('sse', 602, 6);
    stored(700, 7);
    delivered('sse', 701, 7);
    const outage = record.marks.find((mark): mark is OutageMark => mark.kind === 'outage');
    expect(outage).toMatchObject({ at: 3, resumedAt: 600, from: 4, caughtUp: 2, retryAt: null });
    expect(lane('sse')).toMatchObject({ state: 'open', reconnects: 1, missing: 0 });
    expect(lane('sse').deliveries.map(({ caughtUp }) => caughtUp)).toEqual([false, true, true, false]);
  });
});

describe('the network', () => {
  it('is told as bands of time', () => {
    const { record, trace } = startRace();
    trace(1, { type: 'impairments', impairments: { blackhole: true, refuse: false } });
    trace(2, { type: 'impairments', impairments: { idleCutMs: 15_000, serverToClient: { holdAnswers: true } } });
    trace(3, { type: 'cut', connections: 3 });
    expect(record.bands).toEqual([
      { what: 'silence', from: 1, to: 2 },
      { what: 'idle cut', from: 2, to: null },
      { what: 'buffering proxy', from: 2, to: null },
      { what: 'cut', from: 3, to: 3 },
    ]);
  });
});

describe('what is kept', () => {
  it('is bounded, but what is still open stays', () => {
    const { record, stored, request, delivered } = startRace();
    request('sse', 0, 0, { kind: 'request', method: 'GET', path: pollOf('sse') });
    for (let number = 1; number <= 3 * MOST_KEPT; number += 1) {
      stored(number, number);
      request('short-polling', number, number, { kind: 'request', method: 'GET', path: pollOf('short-polling') });
      request('short-polling', number, number, { kind: 'done', failed: false });
      delivered('short-polling', number, number);
    }
    expect(record.marks).toHaveLength(MOST_KEPT);
    expect(record.marks[0]).toMatchObject({ lane: 'sse', purpose: 'stream' });
    expect(record.marks.at(-1)?.at).toBe(3 * MOST_KEPT);
    expect(record.stored).toHaveLength(MOST_KEPT);
    expect(record.lanes.get('short-polling')).toMatchObject({ delivered: 3 * MOST_KEPT });
    expect(record.lanes.get('short-polling')?.deliveries).toHaveLength(MOST_KEPT);
  });
});
