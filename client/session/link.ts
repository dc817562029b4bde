// One opened transport of a session, and what is known of it.
import type { Transport, TransportConnection } from '../transports/transport.ts';
import type { Pulse } from './session-types.ts';

/** How long an opened transport may take to answer, in ms. */
export const CONNECT_WITHIN_MS = 15_000;

/** What a link tells counts only while it is the session's current one. Moments are on the environment's clock, in ms. */
export interface Link {
  readonly transport: Transport;
  readonly startedAt: number;
  connection: TransportConnection | null;
  answered: boolean;
  /** When it told where it continues from; null before. */
  openedAt: number | null;
  heardAt: number;
  dueAt: number;
  lostAt: number;
}

export function createLink(transport: Transport, startedAt: number): Link {
  return {
    transport,
    startedAt,
    connection: null,
    answered: false,
    openedAt: null,
    heardAt: startedAt,
    dueAt: startedAt,
    lostAt: startedAt,
  };
}

export function pulseOf({ heardAt, dueAt, lostAt }: Link): Pulse {
  return { heardAt, dueAt, lostAt };
}
