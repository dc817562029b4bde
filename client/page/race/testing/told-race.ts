// A race whose tellers are the test: what the trace and the frame would say, it says, with times of its own.
import type { FrameNote, RequestNote, SessionNote, SocketNote } from '../frame-messages.ts';
import type { TraceEvent } from '../lease.ts';
import { createRecord } from '../record.ts';
import { createReducer } from '../reducer.ts';

const LANES = ['short-polling', 'long-polling', 'sse', 'websocket'];
export const CURSOR = 'epoch.0';

export type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;

/** A race whose tellers are the test. */
export function startRace(traced = true) {
  const record = createRecord(LANES, traced);
  const reducer = createReducer(record);
  const frame = (note: object) => reducer.frame(note as FrameNote);
  return {
    record,
    lane(name: string) {
      const lane = record.lanes.get(name);
      if (lane === undefined) throw new Error(name);
      return lane;
    },
    trace: (at: number, event: Untimed<TraceEvent>) => reducer.trace({ at, ...event } as TraceEvent),
    request: (lane: string, at: number, request: number, note: RequestNote) => frame({ lane, at, request, ...note }),
    socket: (lane: string, at: number, socket: number, note: SocketNote) => frame({ lane, at, socket, ...note }),
    session: (lane: string, at: number, note: SessionNote) => frame({ lane, at, ...note }),
    stored: (at: number, seq: number) => reducer.trace({ at, type: 'stored', message: messageOf(seq, at) }),
    delivered: (lane: string, at: number, seq: number) =>
      frame({ lane, at, kind: 'delivery', message: messageOf(seq, at - 5) }),
    state: (lane: string, at: number, state: string, cursor: string | null = CURSOR, retryAt?: number) =>
      frame({
        lane,
        at,
        kind: 'status',
        status: { state, transport: lane, attempt: 0, ...(retryAt === undefined ? {} : { retryAt }) },
        cursor,
      }),
  };
}

function messageOf(seq: number, at: number) {
  return { seq, id: `m${seq}`, from: 'bot', name: 'Bot', text: `text ${seq}`, at, via: 'http' as const };
}

/** A pair of messages at 1,000 and 1,030, as a round trip of 100 ms brings it; all four are connected before. */
export function pairRace() {
  const race = startRace();
  for (const lane of LANES) race.state(lane, 10, 'connected', CURSOR);
  race.stored(1000, 1);
  race.stored(1030, 2);
  for (const [lane, first, second] of [
    ['websocket', 1053, 1083],
    ['sse', 1054, 1084],
    ['long-polling', 1055, 1155],
    ['short-polling', 1600, 1600],
  ] as const) {
    race.delivered(lane, first, 1);
    race.delivered(lane, second, 2);
  }
  return race;
}
