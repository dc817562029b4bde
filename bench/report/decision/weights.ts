// What a client's traffic weighs: bytes of the TCP payload, both directions, as they follow from docs/protocol.md. Every
// run of the bench holds its counters against the same forms, to the byte.
import { EMPTY_ANSWER_BYTES, messageJsonBytes, pageAnswerBytes } from '../../../client/answer-bytes.ts';
import {
  pollingByteRate,
  SSE_HEARTBEAT_BYTES,
  sseDeliveryBytes,
  streamByteRate,
  WEBSOCKET_HEARTBEAT_BYTES,
  webSocketDeliveryBytes,
} from '../../../client/closed-forms.ts';
import { formatCursor } from '../../../server/protocol/cursor.ts';
import { transportPath } from '../../../server/protocol/routes.ts';
import type { NotKnown } from '../../stats/cost-curves.ts';
import type { Room, Traffic } from './traffic.ts';

type Weighed = Pick<Room, 'messagesPerSecond' | 'holdMs' | 'heartbeatMs' | 'textBytes' | 'headBytes'>;
type Form = (room: Weighed, traffic: Traffic) => number;

/** As long as the bench's own are; texts of letters. */
const TYPICAL = {
  seq: 100,
  id: 'b123456-99',
  from: 'u-123456789012',
  name: 'Bench',
  at: 1.7e12,
  via: 'http',
} as const;
const CURSOR = formatCursor('12345678', TYPICAL.seq);
/** The bench's client sends no head but these. */
const POLL_HEAD = ' HTTP/1.1\r\nHost: 127.0.0.1:40000\r\nConnection: keep-alive\r\n\r\n';

const WITHOUT_TEXT = messageJsonBytes({ ...TYPICAL, text: '' });

function messageBytes({ textBytes }: Weighed): number {
  return WITHOUT_TEXT + textBytes;
}

/** Of a full answer more than of an empty one, but for its messages. */
const FULL_BYTES = pageAnswerBytes([{ ...TYPICAL, text: '' }], CURSOR, false) - WITHOUT_TEXT - EMPTY_ANSWER_BYTES;

/** @param more bytes of the query than short polling has. */
function polling(transport: string, more: (room: Weighed) => number): Form {
  const target = `${transportPath(transport)}?client=${transport}-0-99&cursor=${CURSOR}&history=0`;
  const heads = `GET ${target}${POLL_HEAD}`.length + EMPTY_ANSWER_BYTES;
  return (room, { requestsPerSecond: requestRate, emptyShare }) =>
    pollingByteRate(
      { rate: room.messagesPerSecond, requestRate, emptyShare },
      {
        request: room.headBytes ?? heads + more(room),
        emptyAnswer: 0,
        answerWithoutMessages: FULL_BYTES,
        message: messageBytes(room),
      },
    );
}

function stream(delivery: (messageBytes: number) => number, heartbeatBytes: number): Form {
  return (room) =>
    streamByteRate({
      rate: room.messagesPerSecond,
      deliveryBytes: delivery(messageBytes(room)),
      heartbeat: room.heartbeatMs / 1000,
      heartbeatBytes,
    });
}

const FORMS: ReadonlyMap<string, Form> = new Map([
  ['short-polling', polling('short-polling', () => 0)],
  ['long-polling', polling('long-polling', ({ holdMs }) => '&wait='.length + String(Math.round(holdMs / 1000)).length)],
  ['sse', stream((bytes) => sseDeliveryBytes(bytes, CURSOR.length), SSE_HEARTBEAT_BYTES)],
  ['websocket', stream(webSocketDeliveryBytes, WEBSOCKET_HEARTBEAT_BYTES.out + WEBSOCKET_HEARTBEAT_BYTES.in)],
]);

/** @returns bytes a second of one client, in both directions. */
export function bytesPerSecond(transport: string, room: Weighed, traffic: Traffic): number | NotKnown {
  return FORMS.get(transport)?.(room, traffic) ?? { notKnown: 'there is no form for its bytes' };
}
