// One message over a WebSocket of its own: the handshake and what comes before it, its frame, the receipt, the delivery.

import { readHeader } from '../../../server/protocol/frame-header.ts';
import { isFields, parseJson } from '../../transports/wire/checks.ts';
import { applyMask } from './masking.ts';
import { framePiece, httpPiece, type Piece } from './message-parts.ts';
import { textOf } from './payload-text.ts';
import { openRoomSocket, publishFrame, type RoomSocket } from './room-socket.ts';
import { type Scale, WEIGHED_TEXT, type Weight } from './scale.ts';
import type { TracedFrame, TracedHandshake } from './trace-events.ts';
import type { TraceLog } from './trace-log.ts';

interface ReadFrame {
  readonly frame: TracedFrame;
  /** What the payload says. */
  readonly text: string;
  readonly type: unknown;
}

export async function weighWebSocket({ env, identity, clientId, log, id }: Scale): Promise<Weight> {
  let fail: (detail: string) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = (detail) => reject(new Error(detail));
  });
  const socket = openRoomSocket({
    env,
    identity,
    clientId,
    trace: log.trace,
    ready: () => undefined,
    refused: (detail) => fail(detail),
    closed: (detail) => fail(detail),
  });
  try {
    return await Promise.race([failed, exchange(socket, log, id)]);
  } finally {
    socket.close();
  }
}

async function exchange(socket: RoomSocket, log: TraceLog, id: string): Promise<Weight> {
  const opening = await openingOf(log);
  socket.send(publishFrame(id, WEIGHED_TEXT));
  const find = (wanted: string) => framesOf(log).find(({ type, text }) => type === wanted && text.includes(id));
  const [publish, receipt, message] = await Promise.all(
    ['publish', 'receipt', 'message'].map((type) => log.until(`the ${type} frame`, () => find(type))),
  );
  return {
    opening,
    publish: [...pieceOf('The browser publishes', publish), ...pieceOf('The receipt', receipt)],
    delivery: pieceOf('The message', message),
    empty: [],
  };
}

/** The handshake, and the frames up to the server's word that the visitor is known. */
async function openingOf(log: TraceLog): Promise<Piece[]> {
  await log.until('the authentication', () => framesOf(log).find(({ type }) => type === 'authenticated'));
  const handshakes = log.events.filter((event): event is TracedHandshake => event.kind === 'handshake');
  return [
    ...handshakes.flatMap(({ request, response }) => [
      httpPiece('The browser asks for a WebSocket', request, request.length),
      httpPiece('The server agrees', response, response.length),
    ]),
    ...framesOf(log).flatMap((read) => pieceOf(`A frame from the ${read.frame.from}`, read)),
  ];
}

function pieceOf(label: string, read: ReadFrame | undefined): Piece[] {
  return read === undefined ? [] : [framePiece(label, read.frame, read.text)];
}

function framesOf(log: TraceLog): ReadFrame[] {
  return log.events
    .filter((event) => event.kind === 'frame')
    .map((frame) => {
      const key = readHeader(frame.wire.header)?.key ?? null;
      const text = textOf(applyMask(frame.wire.payload, key), true);
      const value = parseJson(text);
      return { frame, text, type: isFields(value) ? value['type'] : undefined };
    });
}
