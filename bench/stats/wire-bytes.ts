// Bytes on the wire, as they follow from the messages and from docs/protocol.md: what a TCP socket carries, headers,
// framing and masks included, but not the handshakes before. Deliveries on streams are exact. Polls are those of a
// client that is Node's own (no headers of a browser) and of a server with no proxy before it that adds any.
import { EMPTY_ANSWER_BYTES, messageJsonBytes, pageAnswerBytes } from '../../client/answer-bytes.ts';
import {
  SSE_HEARTBEAT_BYTES,
  sseDeliveryBytes,
  WEBSOCKET_HEARTBEAT_BYTES,
  webSocketDeliveryBytes,
} from '../../client/closed-forms.ts';
import { formatCursor } from '../../server/protocol/cursor.ts';
import type { Message } from '../../server/protocol/messages.ts';
import { transportPath } from '../../server/protocol/routes.ts';
import type { Exchange } from './replay.ts';

/** As the server's counters have it: in from clients, out to them. */
export interface WireBytes {
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Of what every client is sent. */
export interface Sent {
  readonly messages: readonly Message[];
  readonly clients: number;
  readonly epoch: string;
  /** Signs of life in the counted time, of all clients. */
  readonly heartbeats: number;
}

/**
 * Each message in a chunk of its own. Messages that are stored in one turn of the server's event loop share a chunk, which
 * is a few bytes less.
 */
export function sseBytes({ messages, clients, epoch, heartbeats }: Sent): WireBytes {
  const perClient = sumOf(messages, (message) =>
    sseDeliveryBytes(messageJsonBytes(message), formatCursor(epoch, message.seq).length),
  );
  return { bytesIn: 0, bytesOut: clients * perClient + heartbeats * SSE_HEARTBEAT_BYTES };
}

export function webSocketBytes({ messages, clients, heartbeats }: Sent): WireBytes {
  const perClient = sumOf(messages, (message) => webSocketDeliveryBytes(messageJsonBytes(message)));
  return {
    bytesIn: heartbeats * WEBSOCKET_HEARTBEAT_BYTES.in,
    bytesOut: clients * perClient + heartbeats * WEBSOCKET_HEARTBEAT_BYTES.out,
  };
}

/** What the requests of a polling client look like. */
export interface PollRequest {
  readonly transport: string;
  /** Host and port, as the client addresses them. */
  readonly host: string;
  readonly clientId: string;
  /** Of a long poll. */
  readonly waitSeconds?: number | undefined;
}

/** @returns bytes of a poll's request, whose cursor is an epoch and a dot without the seq. */
export function pollRequestBytes({ transport, host, clientId, waitSeconds }: PollRequest, epoch: string): number {
  const wait = waitSeconds === undefined ? '' : `&wait=${waitSeconds}`;
  const target = `${transportPath(transport)}?client=${clientId}&cursor=${epoch}.&history=0${wait}`;
  return `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n\r\n`.length;
}

export interface Polled {
  /** All of the schedule, those before the counted time too. */
  readonly messages: readonly Message[];
  readonly exchanges: readonly Exchange[];
  readonly epoch: string;
  /** The seq that clients began with: 0 in a room without messages. */
  readonly firstSeq: number;
  /** A request without the digits of its seq, the mean of all clients. */
  readonly requestBytes: number;
}

export function pollingBytes({ messages, exchanges, epoch, firstSeq, requestBytes }: Polled): WireBytes {
  // Many clients get the same pages; each is looked at once.
  const pages = new Map<string, number>();
  const answerBytes = ({ had, messages: count, more }: Exchange): number => {
    if (count === 0) return EMPTY_ANSWER_BYTES;
    const key = `${had} ${count}`;
    const known = pages.get(key);
    if (known !== undefined) return known;
    const page = messages.slice(had, had + count);
    const bytes = pageAnswerBytes(page, formatCursor(epoch, page.at(-1)?.seq ?? firstSeq), more);
    pages.set(key, bytes);
    return bytes;
  };
  const cursorDigits = ({ had }: Exchange) =>
    String(had === 0 ? firstSeq : (messages[had - 1]?.seq ?? firstSeq)).length;
  return {
    bytesIn: sumOf(exchanges, (one) => (one.asked ? one.clients * (requestBytes + cursorDigits(one)) : 0)),
    bytesOut: sumOf(exchanges, (one) => (one.answered ? one.clients * answerBytes(one) : 0)),
  };
}

/**
 * @param openedMs when the streams were opened, on the same clock as the window: their first sign of life comes a whole
 *   heartbeat later. @returns signs of life of one stream within the window.
 */
export function heartbeatsWithin(openedMs: number, heartbeatMs: number, fromMs: number, toMs: number): number {
  const before = (at: number) => Math.max(0, Math.ceil((at - openedMs) / heartbeatMs) - 1);
  return before(toMs) - before(fromMs);
}

function sumOf<One>(all: readonly One[], amount: (one: One) => number): number {
  return all.reduce((sum, one) => sum + amount(one), 0);
}
