// What a transport is on the server: a route `/v1/<name>` that reads the room in its own way.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { StoreTrouble } from '../guards/store-trouble.ts';
import type { Head } from '../http/head.ts';
import { sendProblem } from '../http/problems.ts';
import type { Query } from '../http/query.ts';
import type { Lab } from '../lab.ts';
import type { Account } from '../metering/account.ts';
import type { Pace } from '../protocol/pace.ts';
import type { MaybePromise } from '../stores/store.ts';
import type { Trace } from '../tracing/traces.ts';

/** One GET of the transport's route, which has passed all guards. */
export interface Read {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: Head;
  readonly query: Query;
  /** Where the request is counted already, and what it gives is to be. */
  readonly account: Account;
  /** Where the client asked for a trace of this request; see tracing/. */
  readonly trace: Trace | undefined;
}

/** A GET that asks for `Upgrade: websocket`. Until it is accepted, `read.response` can answer it. */
export interface UpgradeRead extends Read {
  readonly socket: Socket;
  /** What came behind the request's head. */
  readonly behind: Buffer;
}

export interface TransportHandler {
  /** Whether GET goes on being answered during a shutdown. */
  readonly whileDraining?: boolean;
  get(read: Read): void;
  upgrade?(read: UpgradeRead): void;
  /** Tells every client to come back later, and ends its connection. */
  drain(): void;
}

export interface ServerTransport {
  readonly name: string;
  readonly pace: Pace;
  create(lab: Lab): TransportHandler;
}

const STORE_RETRY_MS = 1000;

/** Goes on with what the store says, if the client is still there; where it fails the read is answered with 503. */
export function withStore<T>(
  { response }: Read,
  trouble: StoreTrouble,
  value: MaybePromise<T>,
  next: (value: T) => void,
): void {
  if (!(value instanceof Promise)) {
    next(value);
    return;
  }
  const goOn = (result: T) => {
    trouble.worked('read');
    if (!response.destroyed) next(result);
  };
  value.then(goOn).catch((error: unknown) => {
    trouble.refused('read', error);
    const detail = 'the messages can’t be read right now: come back later';
    sendProblem(response, 'store-unavailable', detail, { retryAfterMs: STORE_RETRY_MS });
  });
}
