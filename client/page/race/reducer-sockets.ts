// WebSockets and their frames, from both sides: the n-th text frame that one side sends is the n-th that the other gets.
import { isFields, parseJson } from '../../transports/wire/checks.ts';
import { fromBase64 } from '../anatomy/handshake-steps.ts';
import type { SocketNote } from './frame-messages.ts';
import type { TraceEvent } from './lease.ts';
import { type FrameMark, keepMark, type LaneRecord, laneOf, type RaceRecord, type SocketMark } from './record.ts';

const OPCODE_NAMES: Readonly<Record<number, string>> = { 8: 'close', 9: 'ping', 10: 'pong' };
const TEXT = 1;

type Told<Type extends TraceEvent['type']> = Extract<TraceEvent, { type: Type }>;

interface Connection {
  readonly mark: SocketMark;
  /** Frames that only one side has told of so far, by direction. */
  readonly half: Record<'up' | 'down', FrameMark[]>;
}

export function createSockets(record: RaceRecord) {
  const byNote = new Map<number, Connection>();
  const byTrace = new Map<number, Connection>();
  /** Opened by the client, and not told by the server yet. */
  let opening: Connection[] = [];
  /** Handshakes that were told before the client's note of them was here. */
  let early: Told<'handshake'>[] = [];

  function pair(connection: Connection, event: Told<'handshake'>): void {
    connection.mark.acceptedAt = event.at;
    connection.mark.requestText = event.request;
    connection.mark.answerText = event.response;
    byTrace.set(event.connection, connection);
  }

  /** The other side's word on a text frame, where that was first. */
  function other(connection: Connection, direction: 'up' | 'down', side: 'serverAt' | 'clientAt') {
    const { half } = connection;
    const index = half[direction].findIndex((frame) => frame[side] === null);
    return index < 0 ? undefined : half[direction].splice(index, 1)[0];
  }

  return {
    noted(lane: LaneRecord, at: number, number: number, note: SocketNote): void {
      if (note.kind === 'socket-opening') {
        lane.requests += 1;
        const mark: SocketMark = {
          kind: 'socket',
          lane: lane.name,
          target: note.path,
          at,
          acceptedAt: null,
          openAt: null,
          closedAt: null,
          requestText: '',
          answerText: '',
        };
        const connection = { mark, half: { up: [], down: [] } };
        byNote.set(number, connection);
        keepMark(record, mark);
        const told = early.find(({ target }) => target === note.path);
        early = early.filter((event) => event !== told);
        if (told === undefined) opening.push(connection);
        else pair(connection, told);
        return;
      }
      const connection = byNote.get(number);
      if (connection === undefined) return;
      if (note.kind === 'socket-closed') {
        connection.mark.closedAt = at;
        byNote.delete(number);
        opening = opening.filter((waiting) => waiting !== connection);
        return;
      }
      lane.heardAt = note.kind === 'socket-sent' ? lane.heardAt : at;
      if (note.kind === 'socket-open') {
        connection.mark.openAt = at;
        return;
      }
      const direction = note.kind === 'socket-sent' ? 'up' : 'down';
      const known = other(connection, direction, 'clientAt');
      if (known !== undefined) {
        known.clientAt = at;
        return;
      }
      const mark = createFrame(connection.mark, direction, at, lane, note.text);
      mark.clientAt = at;
      keepMark(record, mark);
      // Without a trace no other half will come.
      if (record.traced) connection.half[direction].push(mark);
    },

    accepted(event: Told<'handshake'>): void {
      const lane = laneOf(record, event.target);
      if (lane === undefined) return;
      lane.bytesUp += event.request.length;
      lane.bytesDown += event.response.length;
      const connection = opening.find(({ mark }) => mark.target === event.target);
      opening = opening.filter((waiting) => waiting !== connection);
      if (connection === undefined) early.push(event);
      else pair(connection, event);
    },

    traced(event: Told<'frame'>): void {
      const connection = byTrace.get(event.connection);
      const lane = connection === undefined ? undefined : record.lanes.get(connection.mark.lane);
      if (connection === undefined || lane === undefined) return;
      const header = fromBase64(event.header);
      const opcode = (header[0] ?? 0) & 0x0f;
      const direction = event.direction === 'in' ? 'up' : 'down';
      const bytes = header.length + event.payloadBytes;
      if (direction === 'up') lane.bytesUp += bytes;
      else lane.bytesDown += bytes;
      let mark = opcode === TEXT ? other(connection, direction, 'serverAt') : undefined;
      if (mark === undefined) {
        const text = direction === 'down' ? new TextDecoder().decode(fromBase64(event.payload)) : '';
        mark = createFrame(connection.mark, direction, event.at, lane, text, OPCODE_NAMES[opcode]);
        keepMark(record, mark);
        if (opcode === TEXT) connection.half[direction].push(mark);
      }
      mark.serverAt = event.at;
      mark.headerBytes = header.length;
      mark.payloadBytes = event.payloadBytes;
      mark.header = event.header;
      mark.payload = event.payload;
    },

    gone(connection: number, at: number): void {
      const gone = byTrace.get(connection);
      if (gone !== undefined) gone.mark.closedAt ??= at;
      byTrace.delete(connection);
    },
  };
}

/** @param control the name of a control frame, which has no text of the protocol. */
function createFrame(
  socket: SocketMark,
  direction: 'up' | 'down',
  at: number,
  lane: LaneRecord,
  text: string,
  control?: string,
): FrameMark {
  const said = control === undefined ? parseJson(text) : undefined;
  const fields: Record<string, unknown> = isFields(said) ? said : {};
  const message = fields['message'];
  if (fields['type'] === 'hello' && typeof fields['heartbeatMs'] === 'number') lane.heartbeatMs = fields['heartbeatMs'];
  return {
    kind: 'frame',
    lane: lane.name,
    socket,
    direction,
    at,
    serverAt: null,
    clientAt: null,
    what: control ?? (typeof fields['type'] === 'string' ? fields['type'] : 'text'),
    seq: isFields(message) && typeof message['seq'] === 'number' ? message['seq'] : null,
    headerBytes: 0,
    payloadBytes: 0,
    header: '',
    payload: '',
  };
}
