// Accounts: what one transport has cost, in all and for one client. What is counted is counted in both at once.
import type { TransportStats } from '../protocol/messages.ts';

export type Counters = { -readonly [K in keyof TransportStats]: number };

export function newCounters(): Counters {
  return {
    requests: 0,
    connectionsOpened: 0,
    open: 0,
    parked: 0,
    published: 0,
    delivered: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
}

export class Account {
  /** The transport's bit in a socket's set of transports that have used it. */
  readonly bit: number;
  /** Whose it is; null: of requests that name no client. */
  readonly client: string | null;
  readonly #total: Counters;
  readonly #own: Counters | null;

  /** `own`: the client's counters, null for requests that name no client. */
  constructor(bit: number, client: string | null, total: Counters, own: Counters | null) {
    this.bit = bit;
    this.client = client;
    this.#total = total;
    this.#own = own;
  }

  /** A socket was used for the first time: by this transport, by this client over this transport, or by both. */
  connectionUsed(byTransport: boolean, byClient: boolean): void {
    if (byTransport) this.#total.connectionsOpened += 1;
    if (byClient && this.#own !== null) this.#own.connectionsOpened += 1;
  }

  add(counter: keyof Counters, amount: number): void {
    this.#total[counter] += amount;
    if (this.#own !== null) this.#own[counter] += amount;
  }
}
