// Many clients of one transport, as separate browsers would be: each with its own connections. They use the lab's own
// client transports; each keeps a ledger.
import type { Transport, TransportConnection } from '../../client/transports/transport.ts';
import { parseCursor } from '../../server/protocol/cursor.ts';
import type { Message } from '../../server/protocol/messages.ts';
import { createLedger, type Ledger, type LedgerTotals, sumTotals } from './ledger.ts';
import { createRawEnv } from './raw-env.ts';

export interface ClientPoolOptions {
  readonly transport: Transport;
  /** The lab's, `http://HOST:PORT`. */
  readonly origin: string;
  readonly clients: number;
  /** What the clients' ids begin with; default: the transport. */
  readonly clientIdPrefix?: string;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  /** Milliseconds from a client's first contact to its next poll; asked when the client is opened. */
  pollPhaseMs(client: number): number;
  /** Called with each batch that a client gets, and when, on the bench's clock. */
  received?(messages: readonly Message[], at: number): void;
  readonly signal: AbortSignal;
}

export interface ClientPool {
  /** Whether every client has everything up to and including that seq. */
  allHaveUpTo(seq: number): boolean;
  /** The ledgers of all clients added up, where all up to and including that seq were owed. */
  totals(lastSeq: number): LedgerTotals;
  /** What went wrong: connections that ended, and resets. Empty in a good run. */
  readonly failures: readonly string[];
  close(): void;
}

/** Opened at one time: more would run into the server's accept queue. */
const OPENED_AT_ONCE = 100;
const OPEN_TIMEOUT_MS = 15_000;

interface Client {
  readonly ledger: Ledger;
  close(): void;
}

/** @returns the id of a pool's client, by its place in it. */
export function clientId(prefix: string, index: number): string {
  return `${prefix}-${index}`;
}

/** Resolves once every client has been answered; rejects, with none left open, where one is not. */
export async function openClientPool(options: ClientPoolOptions): Promise<ClientPool> {
  const clients: Client[] = [];
  const failures: string[] = [];
  const close = () => {
    for (const client of clients.splice(0)) client.close();
  };
  try {
    for (let first = 0; first < options.clients; first += OPENED_AT_ONCE) {
      options.signal.throwIfAborted();
      const count = Math.min(OPENED_AT_ONCE, options.clients - first);
      const opened = Array.from({ length: count }, (_, index) => openClient(options, first + index, failures));
      const results = await Promise.allSettled(opened);
      for (const result of results) if (result.status === 'fulfilled') clients.push(result.value);
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    }
  } catch (error) {
    close();
    throw error;
  }
  // Kept by itself: the ledgers are read after the clients have been closed.
  const ledgers = clients.map((client) => client.ledger);
  return {
    allHaveUpTo: (seq) => ledgers.every((ledger) => ledger.hasAllUpTo(seq)),
    totals: (lastSeq) => sumTotals(ledgers.map((ledger) => ledger.totals(lastSeq))),
    failures,
    close,
  };
}

function openClient(options: ClientPoolOptions, index: number, failures: string[]): Promise<Client> {
  const { transport } = options;
  const env = createRawEnv({ baseUrl: options.origin });
  return new Promise((resolve, reject) => {
    let ledger: Ledger | undefined;
    let connection: TransportConnection | undefined;
    const close = () => {
      connection?.close();
      env.close();
    };
    const fail = (detail: string) => {
      const failure = `${transport.name} client ${index}: ${detail}`;
      if (ledger !== undefined) {
        failures.push(failure);
        return;
      }
      clearTimeout(timer);
      close();
      reject(new Error(failure));
    };
    const timer = setTimeout(() => fail('was not answered in time'), OPEN_TIMEOUT_MS);
    connection = transport.open(
      {
        env,
        clientId: clientId(options.clientIdPrefix ?? transport.name, index),
        cursor: null,
        history: 0,
        pollIntervalMs: options.pollIntervalMs,
        pollPhaseMs: options.pollPhaseMs(index),
        waitSeconds: options.waitSeconds,
        presence: false,
      },
      {
        opened: (cursor) => {
          const position = cursor === null ? null : parseCursor(cursor);
          if (position === null) {
            fail(`opened with the cursor ${cursor}, which is no position`);
            return;
          }
          clearTimeout(timer);
          ledger = createLedger(position.seq);
          resolve({ ledger, close });
        },
        received: (messages) => {
          const at = env.now();
          for (const message of messages) ledger?.received(message.seq);
          options.received?.(messages, at);
        },
        reset: ({ reason }) => fail(`was told to begin anew (${reason})`),
        ended: ({ reason, detail }) => {
          if (reason !== 'closed') fail(`${reason}: ${detail}`);
        },
        presence: () => undefined,
        alive: () => undefined,
      },
    );
  });
}
