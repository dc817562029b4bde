// One bystander per transport, from another address than the attacker: each publishes now and then, and reads everything.
// How long anybody waited is seen on the way: from a text's sending to its arrival at each of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { transports } from '../../client/transports/index.ts';
import { formatCursor } from '../../server/protocol/cursor.ts';
import type { Message } from '../../server/protocol/messages.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { type ChaosClient, createChaosClient } from '../chaos/chaos-client.ts';
import type { Sent } from '../chaos/history.ts';

/** What the attacker's own messages are called. */
const ATTACKERS_ID = /^abuse-/;
const NAME = 'bystander';
const POLL_INTERVAL_MS = 250;
/** Ms from one text of a bystander to its next. */
const TALK_MS = 200;
const WAIT_SECONDS = 30;

export interface Bystanders {
  readonly clients: readonly ChaosClient[];
  /** The longest that a text was on its way to anybody so far, in ms, those that have not arrived yet included. */
  longestMs(): number;
  /** What the attacker had stored, as far as anybody read it: for an oracle that wants to know who sent what. */
  attackersMessages(): Sent[];
  /** Lets each say something again and again, until the signal is aborted. */
  talk(signal: AbortSignal): Promise<void>;
  close(): void;
}

export function createBystanders(origin: string, seed: number): Bystanders {
  const known = new Map<string, Message>();
  const foreign = new Map<string, Sent>();
  const sentAt = new Map<string, { readonly at: number; readers: number }>();
  let longest = 0;

  /** Each reader comes here once with each message. */
  const arrived = (text: string) => {
    const sent = sentAt.get(text);
    if (sent === undefined) return;
    longest = Math.max(longest, performance.now() - sent.at);
    sent.readers += 1;
    if (sent.readers === transports.length) sentAt.delete(text);
  };
  const intern = (epoch: string, message: Message): Message => {
    const isForeign = ATTACKERS_ID.test(message.id);
    if (!isForeign) arrived(message.text);
    // Of what an attacker said its length will do: it is said for hours.
    const kept = isForeign ? { ...message, text: `${message.text.length} characters` } : message;
    const key = formatCursor(epoch, message.seq);
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, kept);
      if (isForeign) foreign.set(kept.id, { client: 'the attacker', id: kept.id, text: kept.text, outcome: 'stored' });
      return kept;
    }
    return JSON.stringify(first) === JSON.stringify(kept) ? first : kept;
  };
  const clients = transports.map(({ name }, index) =>
    createChaosClient({
      name: `${NAME}-${name}`,
      lane: name,
      transport: name,
      transports,
      origin,
      pollIntervalMs: POLL_INTERVAL_MS,
      waitSeconds: WAIT_SECONDS,
      random: seededRandom(seed, index),
      intern,
    }),
  );

  return {
    clients,
    longestMs: () => {
      const [oldest] = sentAt.values();
      return oldest === undefined ? longest : Math.max(longest, performance.now() - oldest.at);
    },
    attackersMessages: () => [...foreign.values()],
    talk: async (signal) => {
      for (let said = 1; !signal.aborted; said += 1) {
        for (const client of clients) {
          const text = `${client.name} says ${said}`;
          sentAt.set(text, { at: performance.now(), readers: 0 });
          client.send(text);
        }
        await sleep(TALK_MS, undefined, { signal }).catch(() => undefined);
      }
    },
    close: () => {
      for (const client of clients) client.close();
    },
  };
}
