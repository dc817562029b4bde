// The one list of transports. Everything that is about all of them goes by it.
import { longPolling } from './long-polling.ts';
import { shortPolling } from './short-polling.ts';
import { sse } from './sse.ts';
import type { ServerTransport } from './transport.ts';
import { websocket } from './websocket.ts';

export const transports: readonly ServerTransport[] = [shortPolling, longPolling, sse, websocket];
