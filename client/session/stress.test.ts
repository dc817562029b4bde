import { expect, onTestFinished, test } from 'vitest';
import { startLabServer } from '../../server/lab-server.ts';
import { seededRandom } from '../../server/protocol/seeded-random.ts';
import { testConfig } from '../../server/testing/config.ts';
import { createPublisher, eventually, numbers, readStats, testEnv } from '../testing/lab.ts';
import { transports } from '../transports/index.ts';
import { createChatSession } from './chat-session.ts';

const SWITCHES = 200;
const MESSAGES_PER_SECOND = 50;
const SEED = 20_240_607;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('200 switches of transport under 50 messages a second leave the list exact, and send each text once', async () => {
  const lab = await startLabServer(testConfig);
  onTestFinished(() => lab.close());
  const random = seededRandom(SEED);
  const pick = () => transports[Math.floor(random() * transports.length)] ?? transports[0];
  const seqs: number[] = [];
  const texts: string[] = [];
  const vias = new Set<string>();
  const session = createChatSession({
    env: testEnv(lab.url),
    transports,
    transport: 'short-polling',
    clientId: 'switcher',
    pollIntervalMs: 50,
    presence: true,
    listener: {
      messages(messages) {
        for (const { seq, text, via } of messages) {
          seqs.push(seq);
          texts.push(text);
          vias.add(via);
        }
      },
      reset: ({ reason }) => void texts.push(`reset: ${reason}`),
    },
  });
  onTestFinished(() => session.close());
  session.connect();

  const publisher = await createPublisher(lab.url);
  const published: Promise<unknown>[] = [];
  const clock = setInterval(() => {
    published.push(publisher.publish(`theirs ${published.length}`));
  }, 1000 / MESSAGES_PER_SECOND);
  onTestFinished(() => clearInterval(clock));

  const mine: string[] = [];
  for (let count = 0; count < SWITCHES; ) {
    const next = pick();
    if (next === undefined || next.name === session.status.transport) continue;
    count += 1;
    session.switchTo(next.name);
    if (count % 3 === 0) {
      const text = `mine ${count}`;
      mine.push(text);
      session.send(text);
    }
    // From "at once" to long enough that the new transport is in full swing.
    await pause(random() < 0.3 ? 0 : random() * 60);
  }
  clearInterval(clock);
  await Promise.all(published);
  await eventually(() => session.outbox).toEqual([]);

  const { head } = (await readStats(lab.url)).room;
  expect(head).toBe(published.length + mine.length);
  await eventually(() => seqs.at(-1)).toBe(head);
  expect(seqs).toEqual(numbers(1, head));
  expect(texts.filter((text) => text.startsWith('mine'))).toEqual(mine);
  expect(texts.filter((text) => text.startsWith('theirs'))).toEqual(published.map((_, index) => `theirs ${index}`));
  expect([...vias].sort()).toEqual(transports.map(({ name }) => name).sort());
});
