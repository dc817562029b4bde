// Long polling: the client asks and waits; the answer comes the moment there is a message, or empty after the hold.
// RFC 6202 section 2.
import type { ServerResponse } from 'node:http';
import { addressOf, networkOf } from '../http/address.ts';
import { sendProblem } from '../http/problems.ts';
import type { Query } from '../http/query.ts';
import type { Lab } from '../lab.ts';
import type { Account } from '../metering/account.ts';
import type { Batch } from '../room/batch.ts';
import type { Follower, Sink } from '../room/follower.ts';
import type { Start } from '../room/start.ts';
import { answerEmpty, answerPage, hasNothing } from './poll-answer.ts';
import { type Read, type ServerTransport, type TransportHandler, withStore } from './transport.ts';

const NAME = 'long-polling';
/** Milliseconds after which a client with too many polls held may try again. */
const PARKED_RETRY_MS = 1000;

export const longPolling: ServerTransport = { name: NAME, pace: 'held', create: createLongPolling };

function createLongPolling(lab: Lab): TransportHandler {
  const parked = new Set<ParkedPoll>();
  const parkedBy = new Map<string, number>();
  const parkedFrom = new Map<string, number>();
  const lease = lab.meter.lease(NAME);

  const park = ({ request, response, query, account }: Read, start: Start) => {
    const { client } = account;
    const already = client === null ? 0 : (parkedBy.get(client) ?? 0);
    const { maxParked, maxParkedPerAddress, maxParkedPerClient, trustProxy } = lab.config;
    const network = networkOf(addressOf(request, trustProxy));
    const fromNetwork = parkedFrom.get(network) ?? 0;
    const problem = (detail: string) =>
      sendProblem(response, 'rate-limited', detail, { retryAfterMs: PARKED_RETRY_MS });
    if (isFull(maxParkedPerClient, already)) {
      return problem(`this client has ${already} polls held already: one is enough`);
    }
    if (isFull(maxParkedPerAddress, fromNetwork)) {
      return problem(`this address, or its network, has ${fromNetwork} polls held already: come back later`);
    }
    if (isFull(maxParked, parked.size)) {
      return problem(`there are ${parked.size} polls held already: come back later`);
    }
    parkedFrom.set(network, fromNetwork + 1);
    if (client !== null) {
      lease.hold(client);
      parkedBy.set(client, already + 1);
    }
    const poll = new ParkedPoll(lab, response, query, account, start, (answered) => {
      parked.delete(poll);
      takeOne(parkedFrom, network);
      if (client === null) return;
      if (answered) lease.release(client);
      else lease.abandon(client);
      takeOne(parkedBy, client);
    });
    parked.add(poll);
    poll.wait();
  };

  return {
    whileDraining: true,
    get: (read) => {
      const { response, query, account } = read;
      if (account.client !== null) lease.touch(account.client);
      withStore(read, lab.storeTrouble, lab.room.poll(query), (result) => {
        if (!hasNothing(lab.room, query, result)) {
          answerPage(lab.stalls, response, account, result);
        } else if (lab.draining) answerDraining(lab, response);
        else park(read, result.start);
      });
    },
    drain: () => {
      for (const poll of parked) poll.drain();
    },
  };
}

function isFull(most: number, now: number): boolean {
  return most > 0 && now >= most;
}

function takeOne(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}

function answerDraining(lab: Lab, response: ServerResponse): void {
  answerEmpty(response, { Connection: 'close', 'Retry-After': String(Math.ceil(lab.retryMs() / 1000)) });
}

/** One held poll: a follower that takes one batch. */
class ParkedPoll implements Sink {
  readonly #lab: Lab;
  readonly #response: ServerResponse;
  readonly #query: Query;
  readonly #account: Account;
  readonly #start: Start;
  readonly #ended: (answered: boolean) => void;
  #timer: NodeJS.Timeout | undefined;
  #follower: Follower | undefined;
  #over = false;

  constructor(
    lab: Lab,
    response: ServerResponse,
    query: Query,
    account: Account,
    start: Start,
    ended: (answered: boolean) => void,
  ) {
    this.#lab = lab;
    this.#response = response;
    this.#query = query;
    this.#account = account;
    this.#start = start;
    this.#ended = ended;
  }

  wait(): void {
    this.#account.add('parked', 1);
    this.#response.on('close', () => this.#end(false));
    this.#timer = setTimeout(() => {
      this.#end();
      answerEmpty(this.#response);
    }, this.#query.waitSeconds * 1000);
    this.#follower = this.#lab.room.follow(this.#start, this, this.#query.history);
    // Where the store has run ahead of the room, the answer came before the follower was known.
    if (this.#over) this.#follower.stop();
  }

  ready(): boolean {
    return !this.#over;
  }

  deliver(batch: Batch): void {
    const page = batch.part(this.#start.seq, this.#query.limit);
    this.#end();
    answerPage(this.#lab.stalls, this.#response, this.#account, {
      start: this.#start,
      batch: page,
      more: page.lastSeq < this.#lab.room.head,
    });
  }

  reset(): void {
    // The history that follows a reset is not known yet: the client asks again and is told then.
    this.#end();
    answerEmpty(this.#response);
  }

  renamed(): void {
    // The next page says so.
  }

  failed(): void {
    this.#end();
    sendProblem(this.#response, 'store-unavailable', 'the messages can’t be read right now', { retryAfterMs: 1000 });
  }

  drain(): void {
    this.#end();
    answerDraining(this.#lab, this.#response);
  }

  #end(answered = true): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#follower?.stop();
    this.#account.add('parked', -1);
    this.#ended(answered);
  }
}
