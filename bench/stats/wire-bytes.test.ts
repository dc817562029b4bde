// The predicted bytes against those that a real server counts.

import { expect, it, onTestFinished } from 'vitest';
import { EMPTY_ANSWER_BYTES, messageJsonBytes, pageAnswerBytes } from '../../client/answer-bytes.ts';
import { createNodeEnv } from '../../client/transports/env-node.ts';
import { transports } from '../../client/transports/index.ts';
import { joinedSchema, type Message, receiptSchema, type TransportStats } from '../../server/protocol/messages.ts';
import { ROUTES, transportPath } from '../../server/protocol/routes.ts';
import { createHttpCaller } from '../load/http-caller.ts';
import { type LabUnderTest, startLab } from '../load/server-under-test.ts';
import type { Exchange } from './replay.ts';
import { heartbeatsWithin, pollingBytes, pollRequestBytes, sseBytes, webSocketBytes } from './wire-bytes.ts';

/** Lengths and letters that change the size of a frame's or chunk's header, and of a text in JSON. */
const TEXTS = ['1', 'x'.repeat(40), 'x'.repeat(120), 'ä€😀', '"\\\n\u0000', 'y'.repeat(4096), '\u0001'.repeat(4000)];

async function testLab(flags: readonly string[] = []): Promise<LabUnderTest> {
  const lab = await startLab(['--heartbeat-ms', '3600000', ...flags]);
  onTestFinished(() => lab.stop());
  return lab;
}

/** @returns what publishes texts, each after the one before is stored, and gives the messages that they have become. */
async function publisherOf(lab: LabUnderTest): Promise<(texts: readonly string[]) => Promise<Message[]>> {
  const http = createHttpCaller(lab.origin, 1);
  onTestFinished(() => http.close());
  const joined = await http.call('POST', ROUTES.join, { body: JSON.stringify({ name: 'Zoë' }) });
  const { token, uid, name } = joinedSchema.parse(JSON.parse(joined.body));
  let ids = 0;
  return async (texts) => {
    const messages: Message[] = [];
    for (const text of texts) {
      ids += 1;
      const id = `id-${ids}`;
      const answer = await http.call('POST', ROUTES.messages, {
        body: JSON.stringify({ id, text }),
        headers: { authorization: `Bearer ${token}` },
      });
      const { seq, at } = receiptSchema.parse(JSON.parse(answer.body));
      messages.push({ via: 'http', at, text, name, from: uid, id, seq });
    }
    return messages;
  };
}

/** A client that reads over the real transport. Resolves when it was answered. */
async function openClient(lab: LabUnderTest, name: string, clientId: string, pollIntervalMs: number) {
  const transport = transports.find((one) => one.name === name);
  if (transport === undefined) throw new Error(`there is no ${name}`);
  const env = createNodeEnv({ baseUrl: lab.origin });
  let highest = 0;
  const failures: string[] = [];
  const opened = new Promise<void>((resolve) => {
    const connection = transport.open(
      { env, clientId, cursor: null, history: 0, pollIntervalMs, waitSeconds: 30, presence: false },
      {
        opened: () => resolve(),
        received: (messages) => {
          highest = Math.max(highest, ...messages.map(({ seq }) => seq));
        },
        reset: ({ reason }) => void failures.push(reason),
        presence: () => undefined,
        alive: () => undefined,
        ended: ({ reason }) => void failures.push(reason),
      },
    );
    onTestFinished(() => {
      connection.close();
      env.close();
    });
  });
  await opened;
  return { has: (seq: number) => highest >= seq, failures };
}

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000, interval: 5 });

async function countersOf(lab: LabUnderTest, transport: string): Promise<TransportStats> {
  return (await lab.stats()).transports[transport] as TransportStats;
}

async function epochOf(lab: LabUnderTest): Promise<string> {
  return (await lab.stats()).room.epoch;
}

it.each([
  { transport: 'sse', predict: sseBytes },
  { transport: 'websocket', predict: webSocketBytes },
])('of $transport are exactly those that a server counts', async ({ transport, predict }) => {
  const lab = await testLab();
  const publish = await publisherOf(lab);
  const readers = [await openClient(lab, transport, 'a', 1), await openClient(lab, transport, 'b', 1)];
  const before = await countersOf(lab, transport);
  const messages: Message[] = [];
  for (const text of TEXTS) {
    messages.push(...(await publish([text])));
    await eventually(() => readers.every((reader) => reader.has(messages.length))).toBe(true);
  }
  const after = await countersOf(lab, transport);
  const predicted = predict({ messages, clients: 2, epoch: await epochOf(lab), heartbeats: 0 });
  expect(after.bytesOut - before.bytesOut).toBe(predicted.bytesOut);
  expect(after.bytesIn - before.bytesIn).toBe(predicted.bytesIn);
  expect(readers.flatMap(({ failures }) => failures)).toEqual([]);
});

it.each([
  { transport: 'sse', predict: sseBytes },
  { transport: 'websocket', predict: webSocketBytes },
])('of the heartbeats of $transport are exactly those that a server counts', async ({ transport, predict }) => {
  const lab = await testLab(['--heartbeat-ms', '100']);
  await openClient(lab, transport, 'a', 1);
  const before = await countersOf(lab, transport);
  const perBeat = predict({ messages: [], clients: 1, epoch: '', heartbeats: 1 });
  // An answer to a ping may be on its way when the counters are read.
  await eventually(async () => {
    const { bytesIn, bytesOut } = await countersOf(lab, transport);
    const beats = (bytesOut - before.bytesOut) / perBeat.bytesOut;
    return beats >= 3 && Number.isInteger(beats) && bytesIn - before.bytesIn === beats * perBeat.bytesIn;
  }).toBe(true);
});

it('of empty polls are exactly those that a server counts', async () => {
  const lab = await testLab();
  await openClient(lab, 'short-polling', 'client-17', 5);
  const epoch = await epochOf(lab);
  const before = await countersOf(lab, 'short-polling');
  await eventually(async () => (await countersOf(lab, 'short-polling')).requests).toBeGreaterThan(before.requests + 5);
  const after = await countersOf(lab, 'short-polling');
  const host = new URL(lab.origin).host;
  const requests = after.requests - before.requests;
  const requestBytes = pollRequestBytes({ transport: 'short-polling', host, clientId: 'client-17' }, epoch);
  expect((after.bytesIn - before.bytesIn) / requests).toBe(requestBytes + 1);
  expect((after.bytesOut - before.bytesOut) / requests).toBe(EMPTY_ANSWER_BYTES);
});

it('of long polls with their answers are exactly those that a server counts', async () => {
  const lab = await testLab();
  const publish = await publisherOf(lab);
  const reader = await openClient(lab, 'long-polling', 'l', 1);
  const parked = () => eventually(async () => (await countersOf(lab, 'long-polling')).parked).toBe(1);
  await parked();
  const before = await countersOf(lab, 'long-polling');
  const messages: Message[] = [];
  const texts = [...TEXTS, ...TEXTS];
  for (const text of texts) {
    messages.push(...(await publish([text])));
    await eventually(() => reader.has(messages.length)).toBe(true);
    await parked();
  }
  const after = await countersOf(lab, 'long-polling');
  const exchanges: Exchange[] = Array.from({ length: texts.length + 1 }, (_, had) => {
    const answered = had < texts.length;
    return { clients: 1, had, messages: answered ? 1 : 0, more: false, asked: had > 0, answered };
  });
  const epoch = await epochOf(lab);
  const host = new URL(lab.origin).host;
  const request = { transport: 'long-polling', host, clientId: 'l', waitSeconds: 30 };
  const requestBytes = pollRequestBytes(request, epoch);
  const predicted = pollingBytes({ messages, exchanges, epoch, firstSeq: 0, requestBytes });
  expect(after.requests - before.requests).toBe(texts.length);
  expect({ bytesIn: after.bytesIn - before.bytesIn, bytesOut: after.bytesOut - before.bytesOut }).toEqual(predicted);
});

it('of pages, of those too that could not hold everything, are exactly those that a server counts', async () => {
  const lab = await testLab();
  const publish = await publisherOf(lab);
  const messages = await publish(Array.from({ length: 103 }, (_, index) => `text ${index}`));
  const epoch = await epochOf(lab);
  const http = createHttpCaller(lab.origin, 1);
  onTestFinished(() => http.close());
  let had = 0;
  for (const expected of [100, 3]) {
    const before = await countersOf(lab, 'short-polling');
    await http.call('GET', `${transportPath('short-polling')}?cursor=${epoch}.${had}`);
    const after = await countersOf(lab, 'short-polling');
    const page = messages.slice(had, had + expected);
    had += expected;
    const bytes = pageAnswerBytes(page, `${epoch}.${had}`, had < messages.length);
    expect(after.bytesOut - before.bytesOut).toBe(bytes);
    const exchange = { clients: 7, had: had - expected, messages: expected, more: had < messages.length };
    const exchanges = [{ ...exchange, asked: true, answered: true }];
    const predicted = pollingBytes({ messages, exchanges, epoch, firstSeq: 0, requestBytes: 100 });
    expect(predicted).toEqual({ bytesIn: 7 * (expected === 100 ? 101 : 103), bytesOut: 7 * bytes });
  }
});

it('of a message do not depend on the order of its members', () => {
  const message: Message = { seq: 1, id: 'i', from: 'f', name: 'ä', text: '\n', at: 5, via: 'http' };
  const { via, ...rest } = message;
  expect(messageJsonBytes({ via, ...rest })).toBe(Buffer.byteLength(JSON.stringify(message)));
});

it('heartbeats are counted from a whole one after the opening', () => {
  expect(heartbeatsWithin(-100, 1000, 0, 5000)).toBe(5);
  expect(heartbeatsWithin(-100, 1000, 0, 900)).toBe(0);
  expect(heartbeatsWithin(-100, 1000, 0, 901)).toBe(1);
  expect(heartbeatsWithin(-100, 1000, 901, 1900)).toBe(0);
  expect(heartbeatsWithin(-100, 15_000, 0, 3000)).toBe(0);
});
