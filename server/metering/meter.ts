// The meter: requests and bytes per transport and per client. Bytes are those of the TCP sockets' own counters; they
// are settled whenever a socket changes hands and whenever they are read, so nothing is counted twice or left out.
import type { Socket } from 'node:net';
import { keptText } from '../kept-text.ts';
import type { Pace } from '../protocol/pace.ts';
import { Account, type Counters, newCounters } from './account.ts';
import { createLease, type Lease } from './lease.ts';

/** The account of what belongs to no transport: page, join, stats, and POSTs without `via`. */
export const HTTP = 'http';

/** What a socket has cost so far, and whom the rest goes to. */
class SocketMeter {
  readonly #socket: Socket;
  #owner: Account;
  #transportsSeen = 0;
  #lastUser: Account | null = null;
  /** Accounts that have used the socket; made for the second one, because most sockets have only one. */
  #users: Set<Account> | null = null;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(socket: Socket, owner: Account) {
    this.#socket = socket;
    this.#owner = owner;
  }

  /**
   * A request has begun: what was written since belongs to the one before, and what was read is its head. Where
   * requests are pipelined the split is not exact; the sum is.
   */
  begin(account: Account, mostUsers: number): void {
    const { bytesWritten } = this.#socket;
    this.#owner.add('bytesOut', bytesWritten - this.#bytesOut);
    this.#bytesOut = bytesWritten;
    this.#owner = account;
    this.settleRead();
    if (account !== this.#lastUser) this.#usedBy(account, mostUsers);
    account.add('requests', 1);
  }

  #usedBy(account: Account, mostUsers: number): void {
    const byTransport = (this.#transportsSeen & account.bit) === 0;
    this.#transportsSeen |= account.bit;
    if (this.#lastUser !== null) this.#users ??= new Set([this.#lastUser]);
    account.connectionUsed(byTransport, this.#users?.has(account) !== true);
    const users = this.#users;
    users?.add(account);
    if (users !== null && users.size > mostUsers) users.delete(users.values().next().value as Account);
    this.#lastUser = account;
  }

  settle(): void {
    // A socket that was destroyed takes back what it had not written; counters only grow.
    const bytesWritten = Math.max(this.#bytesOut, this.#socket.bytesWritten);
    this.#owner.add('bytesOut', bytesWritten - this.#bytesOut);
    this.#bytesOut = bytesWritten;
    this.settleRead();
  }

  settleRead(): void {
    const { bytesRead } = this.#socket;
    this.#owner.add('bytesIn', bytesRead - this.#bytesIn);
    this.#bytesIn = bytesRead;
  }
}

interface Client {
  readonly name: string;
  readonly counters: Record<string, Counters>;
  readonly accounts: Map<string, Account>;
}

export interface MeteredTransport {
  readonly name: string;
  /** Of a stream, those who are here are the open connections; of the others, the clients within the lease. */
  readonly pace: Pace;
}

export interface MeterOptions {
  readonly transports: readonly MeteredTransport[];
  /** Clients that are counted one by one, and polling ones that count as here; the oldest is forgotten first. */
  readonly countedClients: number;
  /** Clients that a connection is remembered to have carried; the first is forgotten first, and may be counted again. */
  readonly connectionClients: number;
  readonly presenceLeaseMs: number;
}

export class Meter {
  readonly #transports: readonly MeteredTransport[];
  readonly #countedClients: number;
  readonly #connectionClients: number;
  readonly #totals: Record<string, Counters>;
  readonly #anonymous = new Map<string, Account>();
  readonly #clients = new Map<string, Client>();
  readonly #sockets = new Map<Socket, SocketMeter>();
  readonly #leases = new Map<string, Lease>();
  /** For each transport, the leases of the others. */
  readonly #otherLeases = new Map<string, readonly Lease[]>();

  constructor({ transports, countedClients, connectionClients, presenceLeaseMs }: MeterOptions) {
    this.#transports = transports;
    this.#countedClients = countedClients;
    this.#connectionClients = connectionClients;
    this.#totals = Object.fromEntries([...transports, { name: HTTP }].map(({ name }) => [name, newCounters()]));
    for (const [index, name] of Object.keys(this.#totals).entries()) {
      this.#anonymous.set(name, new Account(1 << index, null, this.#totals[name] as Counters, null));
    }
    for (const { name, pace } of transports)
      if (pace !== 'stream') this.#leases.set(name, createLease(presenceLeaseMs, countedClients));
    for (const { name } of transports) {
      this.#otherLeases.set(
        name,
        [...this.#leases].filter(([other]) => other !== name).map(([, lease]) => lease),
      );
    }
  }

  /** Counts a socket's bytes from now to its end. */
  watch(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.set(socket, new SocketMeter(socket, this.#anonymous.get(HTTP) as Account));
    socket.on('close', () => {
      this.#sockets.get(socket)?.settle();
      this.#sockets.delete(socket);
    });
  }

  /** Connections that are open now. */
  connected(): IterableIterator<Socket> {
    return this.#sockets.keys();
  }

  /** The same, as they are now. */
  sockets(): Socket[] {
    return [...this.#sockets.keys()];
  }

  /** Begins a request of a transport (or of `http`); the socket's bytes are its own from here. */
  begin(socket: Socket, transport: string, client: string | null): Account {
    const account = this.account(transport, client);
    this.#sockets.get(socket)?.begin(account, this.#connectionClients);
    return account;
  }

  /** A client reads over this transport now: it is no longer one of another's, also where its lease runs on. */
  moved(transport: string, client: string): void {
    for (const lease of this.#otherLeases.get(transport) ?? []) lease.leave(client);
  }

  /** Adds what was read by now to the request that it belongs to: to be called when a request's body has ended. */
  bodyEnded(socket: Socket): void {
    this.#sockets.get(socket)?.settleRead();
  }

  account(transport: string, client: string | null): Account {
    const anonymous = this.#anonymous.get(transport) as Account;
    if (client === null) return anonymous;
    const known = this.#clients.get(client) ?? this.#newClient(client);
    let account = known.accounts.get(transport);
    if (account === undefined) {
      const own = newCounters();
      known.counters[transport] = own;
      account = new Account(anonymous.bit, known.name, this.#totals[transport] as Counters, own);
      known.accounts.set(transport, account);
    }
    return account;
  }

  /** The lease of a polling transport's clients. */
  lease(transport: string): Lease {
    return this.#leases.get(transport) as Lease;
  }

  /** Clients per transport: open streams, and polling clients within their lease. */
  presence(): { counts: Record<string, number>; total: number } {
    const counts = Object.fromEntries(
      this.#transports.map(({ name }) => [name, this.#leases.get(name)?.count() ?? this.#totals[name]?.open ?? 0]),
    );
    return { counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
  }

  /** All counters up to now, of everybody or of one client. */
  read(client: string | null): Record<string, Counters> {
    for (const socket of this.#sockets.values()) socket.settle();
    const counters = client === null ? this.#totals : (this.#clients.get(client)?.counters ?? {});
    return Object.fromEntries(
      Object.keys(this.#totals).map((name) => {
        const counted = { ...(counters[name] ?? newCounters()) };
        const lease = this.#leases.get(name);
        if (lease !== undefined) counted.open = client === null ? lease.count() : Number(lease.has(client));
        return [name, counted];
      }),
    );
  }

  #newClient(client: string): Client {
    const oldest = this.#clients.size < this.#countedClients ? undefined : this.#clients.keys().next().value;
    if (oldest !== undefined) this.#clients.delete(oldest);
    const name = keptText(client);
    const created: Client = { name, counters: {}, accounts: new Map() };
    this.#clients.set(name, created);
    return created;
  }
}
