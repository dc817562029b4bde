// The ends that several transports share, in words for people.
import { defined } from '../../../server/protocol/defined.ts';
import type { EndCause, TransportEnd } from '../transport.ts';

export const CLOSED_BY_US: TransportEnd = { reason: 'closed', detail: 'closed by this client' };

export function lost(detail: string, cause?: EndCause): TransportEnd {
  return { reason: 'lost', detail, ...defined({ cause }) };
}

export function unreachable(detail: string): TransportEnd {
  return lost(detail, 'unreachable');
}

/** The server sent something that the protocol does not know. */
export function nonsense(what: string): TransportEnd {
  return lost(`the server sent nonsense: ${what}`);
}

export function bye(retryMs: number): TransportEnd {
  return { reason: 'bye', detail: 'the server is going away', retryMs };
}
