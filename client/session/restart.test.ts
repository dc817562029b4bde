// A restart of the server under many clients and load: nobody loses anything, and they do not come back all at once.
import { expect, onTestFinished, test } from 'vitest';
import type { LabConfig } from '../../server/config.ts';
import { startLabServer } from '../../server/lab-server.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { openStore } from '../../server/stores/index.ts';
import { testConfig } from '../../server/testing/config.ts';
import { temporaryFolder } from '../../server/testing/temporary.ts';
import { numbers, readStats } from '../testing/lab.ts';
import { createNodeEnv } from '../transports/env-node.ts';
import { transports } from '../transports/index.ts';
import type { Transport } from '../transports/transport.ts';
import { createChatSession } from './chat-session.ts';
import type { ChatSession, OutboxState } from './session-types.ts';

const SEED = 7_401;
const CLIENTS = 500;
/**
 * The load: so many texts at a time, each by another client, while not too many are unseen. So a busy machine has the same
 * texts later, and never more of them at once than it can hand out: 500 clients are 25,000 deliveries a second already.
 */
const BURST = { everyMs: 100, texts: 5, mostUnseen: 20 };
/** From one sender to the next: prime to the number of clients, so that all have their turn. */
const STRIDE = 7;
const TEXTS_BEFORE = 50;
const BYE_SPREAD_MS = 3_000;
const PATIENT = { timeout: 120_000, interval: 50 };

/** A connection that ended, and how long its client meant to stay away: how late a busy machine runs is not in it. */
interface Departure {
  readonly transport: string;
  /** Whether the server said when to come back. It can't to a poll that finds nobody. */
  readonly told: boolean;
  readonly delayMs: number;
}

interface Client {
  readonly session: ChatSession;
  readonly seqs: readonly number[];
  readonly texts: readonly string[];
  /** The last state of each text sent. */
  readonly sent: ReadonlyMap<string, OutboxState>;
  readonly departures: Departure[];
}

function enter(url: string, transport: Transport, index: number, random: () => number): Client {
  const env = createNodeEnv({ baseUrl: url });
  const seqs: number[] = [];
  const texts: string[] = [];
  const sent = new Map<string, OutboxState>();
  const departures: Departure[] = [];
  const session = createChatSession({
    env,
    transports: [transport],
    transport: transport.name,
    clientId: `client-${index}`,
    pollIntervalMs: 500,
    pollPhaseMs: random() * 500,
    random,
    listener: {
      messages(messages) {
        seqs.push(...messages.map(({ seq }) => seq));
        texts.push(...messages.map(({ text }) => text));
      },
      reset: ({ reason }) => void texts.push(`reset: ${reason}`),
      outbox: ({ text, state }) => void sent.set(text, state),
      status({ state, retryAt = Number.NaN, lastEnd }) {
        if (state !== 'waiting') return;
        departures.push({
          transport: transport.name,
          told: lastEnd?.retryMs !== undefined,
          delayMs: retryAt - env.now(),
        });
      },
    },
  });
  onTestFinished(() => {
    session.close();
    env.close();
  });
  session.connect();
  return { session, seqs, texts, sent, departures };
}

interface Crowd {
  readonly clients: readonly Client[];
  /** Texts sent so far. */
  readonly texts: number;
  send(client: Client): void;
  /** Resolves when every client is connected. */
  connected(): Promise<void>;
  /** Resolves when so many texts are stored and seen. */
  seen(texts: number): Promise<void>;
}

/** Resolves when all are connected, and have an identity. */
async function gather(url: string, random: () => number): Promise<Crowd> {
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    enter(url, transports[index % transports.length] as Transport, index, random),
  );
  let texts = 0;
  const crowd: Crowd = {
    clients,
    get texts() {
      return texts;
    },
    send(client) {
      texts += 1;
      client.session.send(`text ${texts}`);
    },
    connected: () =>
      expect.poll(() => clients.filter(({ session }) => session.status.state !== 'connected').length, PATIENT).toBe(0),
    seen: (count) => expect.poll(() => clients[0]?.texts.length, PATIENT).toBeGreaterThanOrEqual(count),
  };
  await crowd.connected();
  await Promise.all(clients.map(({ session }) => session.join()));
  return crowd;
}

/** Has texts sent all the time, by one client after the other. @returns a function that stops it. */
function startLoad(crowd: Crowd): () => void {
  const { clients, send } = crowd;
  let next = 0;
  const timer = setInterval(() => {
    const seen = Math.min(...clients.map(({ texts }) => texts.length));
    if (crowd.texts - seen > BURST.mostUnseen) return;
    for (let count = 0; count < BURST.texts; count += 1) {
      next += STRIDE;
      send(clients[next % CLIENTS] as Client);
    }
  }, BURST.everyMs);
  const stop = () => clearInterval(timer);
  onTestFinished(stop);
  return stop;
}

async function checkNothingLost({ clients, texts }: Crowd, url: string): Promise<void> {
  await expect.poll(() => clients.flatMap(({ session }) => session.outbox).length, PATIENT).toBe(0);
  const states = clients.flatMap(({ sent }) => [...sent.values()]);
  expect([states.length, new Set(states)]).toEqual([texts, new Set(['stored'])]);
  expect((await readStats(url)).room.head).toBe(texts);
  await expect.poll(() => clients.filter(({ seqs }) => seqs.at(-1) !== texts).length, PATIENT).toBe(0);
  const everything = numbers(1, texts);
  for (const { seqs } of clients) expect(seqs).toEqual(everything);
  expect(new Set(clients[0]?.texts).size).toBe(texts);
  for (const client of clients) expect(client.texts).toEqual(clients[0]?.texts);
}

/** @returns how many of the delays fall into each tenth of the announced window, and into each as long a time behind it. */
function countTenths(delays: readonly number[]): number[] {
  const tenths = delays.map((delay) => Math.floor((delay * 10) / BYE_SPREAD_MS));
  return Array.from({ length: Math.max(...tenths) + 1 }, (_, index) => tenths.filter((each) => each === index).length);
}

test(`a restart under ${CLIENTS} clients and load: every text is stored once, no list has a gap, reconnects are spread`, {
  timeout: 300_000,
}, async ({ annotate }) => {
  const config: LabConfig = {
    ...testConfig,
    store: `sqlite:${temporaryFolder()}/room.db`,
    publishRate: 0,
    addressPublishRate: 0,
    byeSpreadMs: BYE_SPREAD_MS,
    shutdownMs: 60_000,
  };
  const first = await startLabServer(config, await openStore(config, () => undefined), seededRandom(SEED));
  onTestFinished(() => first.close());
  const crowd = await gather(first.url, seededRandom(SEED + 1));
  const stopLoad = startLoad(crowd);
  await crowd.seen(TEXTS_BEFORE);

  // One text of everybody is on its way when the server goes.
  for (const client of crowd.clients) crowd.send(client);
  for (const { departures } of crowd.clients) departures.length = 0;
  await first.close();
  const second = await startLabServer({ ...config, port: Number(new URL(first.url).port) });
  onTestFinished(() => second.close());
  await crowd.connected();
  await crowd.seen(crowd.texts + 1);
  stopLoad();
  await checkNothingLost(crowd, second.url);

  const left = crowd.clients.flatMap(({ departures: [departure] }) => (departure === undefined ? [] : [departure]));
  const told = left.filter((departure) => departure.told);
  for (const { name } of transports.filter(({ pace }) => pace === 'stream')) {
    const count = told.filter(({ transport }) => transport === name).length;
    expect(count, `${name}: told when to come back`).toBe(CLIENTS / transports.length);
  }
  const tenths = countTenths(told.map(({ delayMs }) => delayMs));
  await annotate(`${left.length} of ${CLIENTS} had to come back, ${told.length} were told when; ${tenths.join(' ')}`);
  // Who found nobody was told nothing, and tries again by a backoff of its own; a busy machine makes that more of them.
  expect(Math.max(...tenths)).toBeLessThanOrEqual(0.2 * told.length);
});
