// The one list of transports: the session, the page, the bench and the conformance suite take them from here.
import { createLongPollingTransport } from './long-polling.ts';
import { createShortPollingTransport } from './short-polling.ts';
import { createSseTransport } from './sse.ts';
import type { Transport } from './transport.ts';
import { createWebSocketTransport } from './websocket.ts';

export const transports: readonly Transport[] = [
  createShortPollingTransport(),
  createLongPollingTransport(),
  createSseTransport(),
  createWebSocketTransport(),
];
