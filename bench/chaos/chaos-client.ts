// One client of a run: a ChatSession as it is used everywhere, whose history is written down, and whose reading can be
// stopped.
import { createChatSession } from '../../client/session/chat-session.ts';
import type { ChatSession, OutboxEntry } from '../../client/session/session-types.ts';
import type { Transport } from '../../client/transports/transport.ts';
import { parseCursor } from '../../server/protocol/cursor.ts';
import { defined } from '../../server/protocol/defined.ts';
import type { Message, Receipt } from '../../server/protocol/messages.ts';
import { createStallableEnv, type StallableEnv } from '../load/stallable-env.ts';
import type { ReaderHistory, SeenReceipt, Sent, Stretch } from './history.ts';

export interface ChaosClientOptions {
  readonly name: string;
  readonly lane: string;
  /** The transport to begin with. */
  readonly transport: string;
  readonly transports: readonly Transport[];
  /** Of the network it is on, `http://HOST:PORT`. */
  readonly origin: string;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly random: () => number;
  /** @returns the epoch that a position is of, by what stands before the dot of its cursor: by default all of it. */
  readonly epochOf?: (name: string) => string;
  /** @returns one object for all equal messages, so that many histories of a long run fit into memory. */
  readonly intern: (epoch: string, message: Message) => Message;
}

export interface ChaosClient {
  readonly name: string;
  readonly session: ChatSession;
  readonly env: StallableEnv;
  /** Whether it has ever been connected. */
  readonly begun: boolean;
  /** How often a connection was opened, and the messages and receipts that came so far. */
  readonly counts: { readonly connections: number; readonly messages: number; readonly receipts: number };
  send(text: string): void;
  reader(): ReaderHistory;
  sent(): readonly Sent[];
  receipts(): readonly SeenReceipt[];
  close(): void;
}

interface OpenStretch extends Stretch {
  readonly messages: Message[];
}

/** The same transports, with each receipt and each opening told. */
function overheard(transport: Transport, opened: () => void, receipted: (receipt: Receipt) => void): Transport {
  return {
    ...transport,
    open(options, listener) {
      opened();
      const connection = transport.open(options, listener);
      return {
        async publish(draft, token) {
          const receipt = await connection.publish(draft, token);
          receipted(receipt);
          return receipt;
        },
        setPollIntervalMs: (ms) => connection.setPollIntervalMs(ms),
        close: () => connection.close(),
      };
    },
  };
}

export function createChaosClient(options: ChaosClientOptions): ChaosClient {
  const {
    name,
    lane,
    transport,
    origin,
    pollIntervalMs,
    waitSeconds,
    random,
    intern,
    epochOf = (name) => name,
  } = options;
  const env = createStallableEnv(origin);
  const stretches: OpenStretch[] = [];
  const entries = new Map<string, OutboxEntry>();
  const receipts: SeenReceipt[] = [];
  const counts = { connections: 0, messages: 0, receipts: 0 };

  function positionOf(text: string | null) {
    const cursor = text === null ? null : parseCursor(text);
    if (cursor === null) throw new Error(`${name} was given the cursor ${text}, which is none`);
    return { epoch: epochOf(cursor.epoch), seq: cursor.seq };
  }

  function onReceipt({ id, seq, at, cursor, duplicate }: Receipt): void {
    counts.receipts += 1;
    receipts.push({ client: name, id, epoch: positionOf(cursor).epoch, seq, at, duplicate });
  }

  function onOpening(): void {
    counts.connections += 1;
  }

  const session = createChatSession({
    env,
    transports: options.transports.map((each) => overheard(each, onOpening, onReceipt)),
    transport,
    clientId: name,
    pollIntervalMs,
    waitSeconds,
    random,
    listener: {
      status({ state }) {
        if (state !== 'connected' || stretches.length > 0 || session.cursor === null) return;
        const { epoch, seq } = positionOf(session.cursor);
        stretches.push({ reset: null, epoch, after: seq, messages: [] });
      },
      messages(messages) {
        const stretch = stretches.at(-1);
        if (stretch === undefined) throw new Error(`${name} was given messages before a position`);
        for (const message of messages) stretch.messages.push(intern(stretch.epoch, message));
        counts.messages += messages.length;
      },
      reset({ reason, cursor }) {
        const { epoch, seq } = positionOf(cursor);
        stretches.push({ reset: reason, epoch, after: seq, messages: [] });
      },
      outbox: (entry) => void entries.set(entry.id, entry),
    },
  });

  return {
    name,
    session,
    env,
    get begun() {
      return stretches.length > 0;
    },
    counts,
    send: (text) => void session.send(text),
    reader: () => ({ name, lane, stretches }),
    sent: () => Array.from(entries.values(), (entry) => toSent(name, entry)),
    receipts: () => receipts,
    close() {
      session.close();
      env.close();
    },
  };
}

function toSent(client: string, { id, text, state, detail }: OutboxEntry): Sent {
  if (state === 'failed') return { client, id, text, outcome: 'refused', ...defined({ detail }) };
  return { client, id, text, outcome: state === 'stored' ? 'stored' : 'unsettled' };
}

/** @param head the cursor at the end of the log. @returns who has not settled yet, and why. */
export function stragglers(clients: readonly ChaosClient[], head: string): string[] {
  return clients.flatMap(({ name, session }) => {
    const unsettled = session.outbox.filter(({ state }) => state !== 'failed').length;
    const { state, transport } = session.status;
    if (unsettled > 0) return [`${name} (${transport}, ${state}) has ${unsettled} texts without a receipt`];
    if (session.cursor !== head) return [`${name} (${transport}, ${state}) is at ${session.cursor}, not at ${head}`];
    return [];
  });
}
