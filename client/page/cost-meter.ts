// What one message and what silence cost over each transport, from the server's counters: time in which nothing was said
// is told from time in which something was, so that rows which were in use for different times can be compared.
import type { TransportStats } from '../../server/protocol/messages.ts';

export interface Cost {
  readonly requests: number;
  readonly bytes: number;
}

export interface MeasuredCosts {
  /** Null until a message has come while the silence around it is known. */
  readonly perMessage: Cost | null;
  /** Null until it has been quiet long enough. */
  readonly perIdleHour: Cost | null;
  /** Of the messages, the share that this client had sent itself. */
  readonly ownShare: number;
}

/** Heartbeats and holds come once in many seconds: shorter silences tell little. */
const LEAST_IDLE_MS = 20_000;
const HOUR_MS = 3_600_000;

interface Account {
  idleMs: number;
  idle: Cost;
  talkMs: number;
  talk: Cost;
  messages: number;
  own: number;
}

export interface CostMeter {
  /**
   * The counters as they are now. @param using the transport that is connected, or null.
   */
  sample(at: number, using: string | null, counters: TransportStats | undefined): void;
  /** What comes until the next sample is no message's cost, and no silence's: a connection was made, or ended. */
  interrupted(): void;
  /** What was counted no longer holds: a setting has changed. */
  forget(transport: string): void;
  costs(transport: string): MeasuredCosts;
}

const NOTHING: Cost = { requests: 0, bytes: 0 };

export function createCostMeter(): CostMeter {
  const accounts = new Map<string, Account>();
  let last: { readonly at: number; readonly using: string; readonly counters: TransportStats } | null = null;

  function accountOf(transport: string): Account {
    const account = accounts.get(transport) ?? {
      idleMs: 0,
      idle: NOTHING,
      talkMs: 0,
      talk: NOTHING,
      messages: 0,
      own: 0,
    };
    accounts.set(transport, account);
    return account;
  }

  return {
    sample(at, using, counters) {
      const before = last;
      last = using === null || counters === undefined ? null : { at, using, counters };
      if (before === null || last === null || before.using !== using) return;
      const account = accountOf(last.using);
      const now = last.counters;
      const cost = {
        requests: now.requests - before.counters.requests,
        bytes: now.bytesIn + now.bytesOut - before.counters.bytesIn - before.counters.bytesOut,
      };
      const messages = now.delivered - before.counters.delivered;
      const own = now.published - before.counters.published;
      if (messages === 0 && own === 0) {
        account.idleMs += at - before.at;
        account.idle = sum(account.idle, cost);
      } else {
        account.talkMs += at - before.at;
        account.talk = sum(account.talk, cost);
        account.messages += messages;
        account.own += own;
      }
    },
    interrupted() {
      last = null;
    },
    forget: (transport) => void accounts.delete(transport),
    costs(transport) {
      const { idleMs, idle, talkMs, talk, messages, own } = accountOf(transport);
      if (idleMs < LEAST_IDLE_MS) return { perMessage: null, perIdleHour: null, ownShare: 0 };
      const perMessage = (what: keyof Cost) => (talk[what] - (idle[what] * talkMs) / idleMs) / messages;
      const perHour = (what: keyof Cost) => (idle[what] * HOUR_MS) / idleMs;
      return {
        perMessage: messages === 0 ? null : { requests: perMessage('requests'), bytes: perMessage('bytes') },
        perIdleHour: { requests: perHour('requests'), bytes: perHour('bytes') },
        ownShare: messages === 0 ? 0 : own / messages,
      };
    },
  };
}

function sum(one: Cost, other: Cost): Cost {
  return { requests: one.requests + other.requests, bytes: one.bytes + other.bytes };
}
