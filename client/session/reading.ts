// What a link tells, for as long as it is the session's current one: each message once and in order, nothing missing or a
// reset.
import type { TransportEnd, TransportEnv, TransportListener } from '../transports/transport.ts';
import { lost } from '../transports/wire/ends.ts';
import type { Diagnosis } from './diagnosis.ts';
import { CONNECT_WITHIN_MS, type Link } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { Position } from './position.ts';
import type { SessionListener } from './session-types.ts';
import type { Watchdog } from './watchdog.ts';

/** What several servers with a room each are spared at the least between two attempts, in ms. */
const SEVERAL_SERVERS_RETRY_MS = 5_000;

export interface Reading {
  readonly env: TransportEnv;
  readonly position: Position;
  readonly listener: SessionListener;
  readonly outbox: Pick<Outbox, 'readBack' | 'doubt'>;
  readonly watchdog: Watchdog;
  readonly diagnosis: Diagnosis;
  isCurrent(link: Link): boolean;
  /** It is open, and at the position. */
  connected(link: Link): void;
  /** It has ended, or is not to be gone on with. */
  failed(link: Link, end: TransportEnd): void;
  /** A sign of life came. */
  alive(): void;
}

export function listenTo(link: Link, reading: Reading): TransportListener {
  const { env, position, listener, outbox, watchdog, diagnosis } = reading;
  const isCurrent = () => reading.isCurrent(link);

  function ifFault(fault: string | null): boolean {
    if (fault !== null && isCurrent()) reading.failed(link, lost(fault));
    return fault !== null;
  }

  /** Where a position has a newer name, what was beyond it may have been lost. */
  function moved(move: () => string | null): string | null {
    const before = position.name;
    const fault = move();
    if (before !== null && position.name !== before) outbox.doubt();
    return fault;
  }

  function onAnotherRoom(): void {
    const detail = 'several servers answer under this address, each with a room of its own';
    const end = { ...lost(detail, 'several-servers'), retryMs: SEVERAL_SERVERS_RETRY_MS };
    // What came with the reset is still to be taken.
    queueMicrotask(() => {
      if (isCurrent()) reading.failed(link, end);
    });
  }

  return {
    answered() {
      link.answered = true;
    },
    opened(cursor) {
      if (!isCurrent() || ifFault(moved(() => position.open(cursor)))) return;
      link.openedAt = env.now();
      link.heardAt = link.openedAt;
      link.dueAt = link.openedAt;
      link.lostAt = link.startedAt + CONNECT_WITHIN_MS;
      diagnosis.opened(link.transport.name);
      reading.connected(link);
    },
    received(messages) {
      if (!isCurrent()) return;
      const { fresh, fault } = position.take(messages);
      if (fresh.length > 0) {
        outbox.readBack(fresh);
        listener.messages?.(fresh);
      }
      ifFault(fault);
    },
    reset(reset) {
      if (!isCurrent() || ifFault(position.reset(reset.cursor))) return;
      listener.reset?.(reset);
      if (reset.reason === 'rolled-back') outbox.doubt();
      if (reset.reason === 'epoch-changed' && diagnosis.epochChanged()) onAnotherRoom();
    },
    renamed(cursor) {
      if (isCurrent()) ifFault(moved(() => position.renamed(cursor)));
    },
    presence(presence) {
      if (isCurrent()) listener.presence?.(presence);
    },
    alive(nextWithinMs, dueWithinMs = nextWithinMs) {
      if (!isCurrent()) return;
      link.heardAt = env.now();
      link.dueAt = link.heardAt + dueWithinMs;
      link.lostAt = link.heardAt + nextWithinMs;
      watchdog.expect(nextWithinMs);
      reading.alive();
    },
    ended(end) {
      if (isCurrent()) reading.failed(link, end);
    },
  };
}
