// Makes the record of a race from the two tellers: the server's trace, and the frame of the four clients. It pairs what
// both tell of one request, socket or frame; it has no clock and draws nothing.
import type { FrameNote } from './frame-messages.ts';
import type { TraceEvent } from './lease.ts';
import { keep, type RaceRecord } from './record.ts';
import { createBands } from './reducer-bands.ts';
import { createExchanges } from './reducer-exchanges.ts';
import { createSessions } from './reducer-sessions.ts';
import { createSockets } from './reducer-sockets.ts';

export interface RaceReducer {
  trace(event: TraceEvent): void;
  frame(note: FrameNote): void;
}

/**
 * @param record is changed in place, by each call.
 * @param toPage the page's time for one of the server's clock, where there is no trace that has done it; null: not known.
 */
export function createReducer(
  record: RaceRecord,
  toPage: (serverAt: number) => number | null = () => null,
): RaceReducer {
  const exchanges = createExchanges(record);
  const sockets = createSockets(record);
  const sessions = createSessions(record, toPage);
  const bands = createBands(record);

  return {
    trace(event) {
      switch (event.type) {
        case 'stored':
          keep(record.stored, { message: event.message, at: event.at });
          record.head = Math.max(record.head, event.message.seq);
          sessions.stored(event.message.seq, event.at);
          break;
        case 'request':
          exchanges.reached(event);
          break;
        case 'response':
          exchanges.answered(event);
          break;
        case 'ended':
          exchanges.ended(event);
          break;
        case 'handshake':
          sockets.accepted(event);
          break;
        case 'frame':
          sockets.traced(event);
          break;
        case 'closed':
          sockets.gone(event.connection, event.at);
          break;
        case 'cut':
          bands.cut(event.at);
          break;
        case 'impairments':
          bands.impaired(event.at, event.impairments);
      }
    },

    frame(note) {
      if (note.kind === 'ready') return;
      if (note.kind === 'extra-streams') {
        record.extraStreams = { open: note.open, waiting: note.waiting };
        bands.set('other tabs', note.open + note.waiting > 0, note.at);
        return;
      }
      const lane = record.lanes.get(note.lane);
      if (lane === undefined) return;
      if ('request' in note) exchanges.noted(lane, note.at, note.request, note);
      else if ('socket' in note) sockets.noted(lane, note.at, note.socket, note);
      else sessions.noted(lane, note.at, note);
    },
  };
}
