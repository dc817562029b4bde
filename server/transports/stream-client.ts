// One client whose connection stays open: what it is greeted with, the signs of life, what is owed to a slow reader, and
// the end. SSE and WebSocket are two encodings of it.
import type { Socket } from 'node:net';
import type { Query } from '../http/query.ts';
import type { Lab } from '../lab.ts';
import type { Account } from '../metering/account.ts';
import type { Hello, Presence, Reset } from '../protocol/messages.ts';
import type { Batch } from '../room/batch.ts';
import type { Follower, Sink } from '../room/follower.ts';
import type { Start } from '../room/start.ts';
import { Outlet } from '../streams/outlet.ts';

export abstract class StreamClient implements Sink {
  protected readonly lab: Lab;
  protected readonly account: Account;
  protected readonly outlet: Outlet;
  readonly #all: Set<StreamClient>;
  readonly #endings: (() => void)[] = [];
  #follower: Follower | undefined;
  #owedPresence: Presence | null = null;
  #over = false;

  /** Counts as open, and is one of `all`, until it has ended. */
  constructor(lab: Lab, socket: Socket, account: Account, all: Set<StreamClient>) {
    this.lab = lab;
    this.account = account;
    this.outlet = new Outlet(
      socket,
      lab.stalls,
      () => this.flushed(),
      () => this.stalled(),
    );
    this.#all = all.add(this);
    account.add('open', 1);
  }

  /** What comes first; where a reset follows, hello has no cursor. */
  protected abstract greet(hello: Hello, reset: Reset | null): void;
  /** Writes a batch, and tells the outlet. */
  protected abstract send(batch: Batch): void;
  protected abstract sendPresence(presence: Presence): void;
  protected abstract beat(): void;
  /** It has left bytes unread for too long. */
  protected abstract stalled(): void;
  abstract reset(reset: Reset): void;
  abstract renamed(cursor: string): void;
  abstract failed(): void;
  /** The server goes away: the client is to come back after so many ms. */
  abstract bye(retryMs: number): void;

  /** Greets the client, and follows the room for it. */
  begin(start: Start, query: Query): void {
    const { config, heartbeat, presence, room, draining, retryMs } = this.lab;
    const heartbeatMs = query.heartbeatSeconds === null ? config.heartbeatMs : query.heartbeatSeconds * 1000;
    this.greet({ cursor: start.reset === null ? start.cursor : null, heartbeatMs }, start.reset);
    // What is unwritten will be the sign of life, or the reason to close.
    this.#endings.push(heartbeat.add(heartbeatMs, () => void (this.outlet.ready && this.beat())));
    if (query.presence) this.#endings.push(presence.subscribe((now) => this.#tell(now)));
    this.#follower = room.follow(start, this, query.history);
    // The shutdown began while the store was asked.
    if (draining) this.bye(retryMs());
  }

  ready(): boolean {
    return this.outlet.ready;
  }

  deliver(batch: Batch): void {
    this.send(batch);
    this.account.add('delivered', batch.messages.length);
  }

  /** To be called when the connection has ended. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#follower?.stop();
    this.outlet.end();
    for (const ending of this.#endings) ending();
    this.#all.delete(this);
    this.account.add('open', -1);
  }

  /** Everything is written. */
  protected flushed(): void {
    const owed = this.#owedPresence;
    this.#owedPresence = null;
    if (owed !== null) this.#tell(owed);
    this.#follower?.resume();
  }

  #tell(presence: Presence): void {
    if (this.outlet.ready) this.sendPresence(presence);
    else this.#owedPresence = presence;
  }
}
