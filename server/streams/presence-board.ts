// Tells the streams that asked who is here: at once, and then on change, at most once a second.
import type { Presence } from '../protocol/messages.ts';

const INTERVAL_MS = 1000;

export interface PresenceBoard {
  /** Calls `tell` now, and on every change. @returns what ends it. */
  subscribe(tell: (presence: Presence) => void): () => void;
  stop(): void;
}

interface Subscriber {
  readonly tell: (presence: Presence) => void;
  /** What it was told last, as JSON. */
  told: string;
  /** Whether that was less than an interval ago. */
  isNew: boolean;
}

export function createPresenceBoard(read: () => Presence): PresenceBoard {
  const subscribers = new Set<Subscriber>();
  let timer: NodeJS.Timeout | undefined;

  const tellChanges = () => {
    const presence = read();
    const text = JSON.stringify(presence);
    for (const subscriber of subscribers) {
      if (subscriber.isNew) subscriber.isNew = false;
      else if (subscriber.told !== text) {
        subscriber.told = text;
        subscriber.tell(presence);
      }
    }
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    subscribe: (tell) => {
      const presence = read();
      const subscriber = { tell, told: JSON.stringify(presence), isNew: true };
      subscribers.add(subscriber);
      timer ??= setInterval(tellChanges, INTERVAL_MS).unref();
      tell(presence);
      return () => {
        subscribers.delete(subscriber);
        if (subscribers.size === 0) stop();
      };
    },
    stop,
  };
}
