// What the lab tells about one's own connections and requests, as checked values.
import { isFields, parseJson } from '../../transports/wire/checks.ts';
import type { WireFrame } from './frame-builder.ts';
import type { Sender } from './frame-rules.ts';
import { fromBase64 } from './handshake-steps.ts';

export interface TracedHandshake {
  readonly kind: 'handshake';
  readonly connection: number;
  readonly route: string;
  /** The heads as they went over the wire, with their line ends. */
  readonly request: string;
  readonly response: string;
}

export interface TracedFrame {
  readonly kind: 'frame';
  readonly connection: number;
  readonly from: Sender;
  readonly wire: WireFrame;
}

export interface TracedText {
  readonly kind: 'request' | 'response';
  readonly exchange: number;
  /** Of a request; null of a response. */
  readonly method: string | null;
  readonly route: string | null;
  readonly text: string;
  readonly bytes: number;
}

export interface TracedEnd {
  readonly kind: 'closed' | 'ended';
  /** Of the connection that closed, or of the exchange that ended. */
  readonly number: number;
}

export type TraceEvent = TracedHandshake | TracedFrame | TracedText | TracedEnd;

/** The names of the events that `readTraceEvent` knows. */
export const TRACE_EVENTS = ['handshake', 'frame', 'closed', 'request', 'response', 'ended'] as const;

/** @returns the event, or null where it is none that the page understands. */
export function readTraceEvent(name: (typeof TRACE_EVENTS)[number], json: string): TraceEvent | null {
  const data = parseJson(json);
  if (!isFields(data)) return null;
  const number = (key: string): number => (typeof data[key] === 'number' ? data[key] : Number.NaN);
  const text = (key: string): string => (typeof data[key] === 'string' ? data[key] : '');
  switch (name) {
    case 'handshake':
      return {
        kind: name,
        connection: number('connection'),
        route: text('route'),
        request: text('request'),
        response: text('response'),
      };
    case 'frame':
      return {
        kind: name,
        connection: number('connection'),
        // The server tells its own view: in is what came to it.
        from: text('direction') === 'in' ? 'client' : 'server',
        wire: {
          header: fromBase64(text('header')),
          payload: fromBase64(text('payload')),
          payloadBytes: number('payloadBytes'),
        },
      };
    case 'request':
    case 'response':
      return {
        kind: name,
        exchange: number('exchange'),
        method: name === 'request' ? text('method') : null,
        route: name === 'request' ? text('route') : null,
        text: text('text'),
        bytes: number('bytes'),
      };
    case 'closed':
      return { kind: name, number: number('connection') };
    case 'ended':
      return { kind: name, number: number('exchange') };
  }
}

/** @returns the trace's id out of its `hello`, or null. */
export function readTraceId(json: string): string | null {
  const data = parseJson(json);
  return isFields(data) && typeof data['trace'] === 'string' ? data['trace'] : null;
}
