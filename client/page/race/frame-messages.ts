// What the page and the frame of a race's four clients say to each other, by `postMessage`. Times are wall clock ms with
// fractions (`wallClockMs`), which documents of one browser share.
import type { Message, Reset } from '../../../server/protocol/messages.ts';
import type { SessionStatus } from '../../session/session-types.ts';
import type { ClientSettings } from './race-settings.ts';

/** From the page. */
export type FrameCommand =
  /** The four connect, after their old connections, where there are any, have ended. */
  | { readonly kind: 'start'; readonly settings: ClientSettings }
  /** One client sends a text in its transport's own way; `id` is given back with what becomes of it. */
  | { readonly kind: 'send'; readonly lane: string; readonly text: string }
  /** A person does not want to wait for the next attempt. */
  | { readonly kind: 'try-now' }
  /** The browser was told to have no network, or to have it again. */
  | { readonly kind: 'offline'; readonly offline: boolean }
  /** So many event streams are to be open beside the four clients, as other tabs would have them. */
  | { readonly kind: 'extra-streams'; readonly count: number }
  /** All connections end. */
  | { readonly kind: 'stop' };

/** One HTTP request of a client; `request` numbers them within the frame. */
export type RequestNote =
  | { readonly kind: 'request'; readonly method: string; readonly path: string }
  /** Its answer's head is here. */
  | { readonly kind: 'head'; readonly status: number }
  /** So many bytes of its answer's body are here. */
  | { readonly kind: 'body'; readonly bytes: number }
  /** Its answer is complete, or there will be none. */
  | { readonly kind: 'done'; readonly failed: boolean };

/** One WebSocket of a client; `socket` numbers them within the frame. */
export type SocketNote =
  | { readonly kind: 'socket-opening'; readonly path: string }
  | { readonly kind: 'socket-open' }
  /** A text frame, sent or received, by its characters. */
  | { readonly kind: 'socket-sent' | 'socket-received'; readonly text: string }
  | { readonly kind: 'socket-closed'; readonly code: number };

/** What a client's session says. */
export type SessionNote =
  /** With `retryAt` by the wall clock, too. */
  | { readonly kind: 'status'; readonly status: SessionStatus; readonly cursor: string | null }
  | { readonly kind: 'delivery'; readonly message: Message }
  /** While connected: without a sign of life by then, by the wall clock, the connection is given up. */
  | { readonly kind: 'pulse'; readonly lostAt: number }
  | { readonly kind: 'reset'; readonly reset: Reset }
  /** A text of this client: on its way for the first time, stored, or given up. */
  | { readonly kind: 'outbox'; readonly id: string; readonly state: string };

/** From the frame. */
export type FrameNote =
  | { readonly kind: 'ready' }
  | ({ readonly lane: string; readonly at: number; readonly request: number } & RequestNote)
  | ({ readonly lane: string; readonly at: number; readonly socket: number } & SocketNote)
  | ({ readonly lane: string; readonly at: number } & SessionNote)
  /** Extra streams that have been answered, and those that wait for a connection. */
  | { readonly kind: 'extra-streams'; readonly at: number; readonly open: number; readonly waiting: number };

/** @returns ms since 1970, with fractions, by a clock that is never set. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}
