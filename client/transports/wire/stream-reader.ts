// What the events of a stream mean, whatever they are framed in: SSE events and WebSocket frames carry the same JSON.
import type { Message } from '../../../server/protocol/messages.ts';
import type { TransportEnd } from '../transport.ts';
import { isBye, isHello, isMessage, isPresence, isRenamed, isReset } from './checks.ts';
import { bye, nonsense } from './ends.ts';
import type { GuardedListener } from './guarded-listener.ts';

/** A server that says nothing for so many heartbeats is as good as dead. */
const HEARTBEATS = 2.5;

export interface StreamReader {
  /**
   * Takes one event. Messages are kept until `flush`, so that what arrived together is told together; anything else is
   * told at once, after them.
   * @returns how the connection ends because of it, or null.
   */
  take(type: string, value: unknown): TransportEnd | null;
  /** Tells the listener the messages taken, and that the server lives. */
  flush(): void;
}

export function createStreamReader(listener: GuardedListener): StreamReader {
  let heartbeatMs: number | null = null;
  let messages: Message[] = [];

  function tellMessages(): void {
    if (messages.length === 0) return;
    const told = messages;
    messages = [];
    listener.received(told);
  }

  function take(type: string, value: unknown): TransportEnd | null {
    if (heartbeatMs === null) {
      if (type !== 'hello' || !isHello(value)) return nonsense(`"${type}" where a hello was due`);
      heartbeatMs = value.heartbeatMs;
      listener.opened(value.cursor);
      return null;
    }
    if (type === 'message') {
      if (!isMessage(value)) return nonsense('a message without its fields');
      messages.push(value);
      return null;
    }
    tellMessages();
    switch (type) {
      case 'reset':
        if (!isReset(value)) return nonsense('a reset without its fields');
        listener.reset({ reason: value.reason, cursor: value.cursor });
        return null;
      case 'renamed':
        if (!isRenamed(value)) return nonsense('a renaming without its cursor');
        listener.renamed(value.cursor);
        return null;
      case 'presence':
        if (!isPresence(value)) return nonsense('a presence without its fields');
        listener.presence({ counts: value.counts, total: value.total });
        return null;
      case 'bye':
        return isBye(value) ? bye(value.retryMs) : nonsense('a bye without its fields');
      case 'hello':
        return nonsense('a second hello');
      default:
        // `ping`, and whatever a later server may add: a sign of life, no more.
        return null;
    }
  }

  return {
    take,
    flush() {
      tellMessages();
      if (heartbeatMs !== null) listener.alive(heartbeatMs * HEARTBEATS, heartbeatMs);
    },
  };
}
