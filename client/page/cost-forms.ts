// What the closed forms say that one message, and an hour of silence, costs over each transport. A form for each; a
// transport without one is measured only.
import { formatCursor } from '../../server/protocol/cursor.ts';
import type { Message } from '../../server/protocol/messages.ts';
import { EMPTY_ANSWER_BYTES, messageJsonBytes, pageAnswerBytes } from '../answer-bytes.ts';
import {
  longPollingRequestRate,
  SSE_HEARTBEAT_BYTES,
  shortPollingRequestRate,
  sseDeliveryBytes,
  WEBSOCKET_HEARTBEAT_BYTES,
  webSocketDeliveryBytes,
} from '../closed-forms.ts';
import { readPath } from '../transports/http/read-path.ts';

const HOUR_MS = 3_600_000;

/** What the forms are given. */
export interface CostConditions {
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly heartbeatMs: number;
  readonly clientId: string;
  readonly epoch: string;
  /** The message whose weight stands for all; null before the first. */
  readonly typical: Message | null;
  /** Bytes of a GET that this browser sends to `/`; null while that is not known. */
  readonly requestBytes: number | null;
}

/** Null: not known. What one's own sending costs is no part of it. */
export interface PredictedCost {
  readonly requests: number;
  readonly bytes: number | null;
}

export interface CostForm {
  perMessage(conditions: CostConditions): PredictedCost;
  perIdleHour(conditions: CostConditions): PredictedCost;
}

/** Bytes of a poll, by what a request to `/` takes. */
function pollBytes(transport: string, conditions: CostConditions, waitSeconds?: number): number | null {
  const { clientId, epoch, typical, requestBytes } = conditions;
  if (requestBytes === null) return null;
  const cursor = formatCursor(epoch, typical?.seq ?? 0);
  const path = readPath(transport, { clientId } as Parameters<typeof readPath>[1], cursor, waitSeconds);
  return requestBytes + path.length - 1;
}

function answerBytes({ epoch, typical }: CostConditions): number | null {
  return typical === null ? null : pageAnswerBytes([typical], formatCursor(epoch, typical.seq), false);
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

function idlePolls(perMs: number, request: number | null): PredictedCost {
  const requests = perMs * HOUR_MS;
  const each = plus(request, EMPTY_ANSWER_BYTES);
  return { requests, bytes: each === null ? null : requests * each };
}

function stream(delivery: (message: Message, epoch: string) => number, heartbeatBytes: number): CostForm {
  return {
    perMessage: ({ typical, epoch }) => ({ requests: 0, bytes: typical === null ? null : delivery(typical, epoch) }),
    perIdleHour: ({ heartbeatMs }) => ({ requests: 0, bytes: (HOUR_MS / heartbeatMs) * heartbeatBytes }),
  };
}

const FORMS: ReadonlyMap<string, CostForm> = new Map<string, CostForm>([
  [
    'short-polling',
    {
      // The poll is made anyway; its answer holds a message instead of nothing.
      perMessage: (conditions) => ({ requests: 0, bytes: plus(answerBytes(conditions), -EMPTY_ANSWER_BYTES) }),
      perIdleHour: (conditions) =>
        idlePolls(
          shortPollingRequestRate({ pollInterval: conditions.pollIntervalMs }),
          pollBytes('short-polling', conditions),
        ),
    },
  ],
  [
    'long-polling',
    {
      // Each uses up a request.
      perMessage: (conditions) => ({
        requests: 1,
        bytes: plus(answerBytes(conditions), pollBytes('long-polling', conditions, conditions.waitSeconds)),
      }),
      perIdleHour: (conditions) =>
        idlePolls(
          longPollingRequestRate({ rate: 0, gap: 0, hold: conditions.waitSeconds * 1000 }),
          pollBytes('long-polling', conditions, conditions.waitSeconds),
        ),
    },
  ],
  [
    'sse',
    stream(
      (message, epoch) => sseDeliveryBytes(messageJsonBytes(message), formatCursor(epoch, message.seq).length),
      SSE_HEARTBEAT_BYTES,
    ),
  ],
  [
    'websocket',
    stream(
      (message) => webSocketDeliveryBytes(messageJsonBytes(message)),
      WEBSOCKET_HEARTBEAT_BYTES.out + WEBSOCKET_HEARTBEAT_BYTES.in,
    ),
  ],
]);

export function costForm(transport: string): CostForm | undefined {
  return FORMS.get(transport);
}
