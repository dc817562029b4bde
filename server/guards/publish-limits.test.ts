import { describe, expect, test } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import { codeOf, join, parsed, post, readStats, startLab } from '../testing/lab.ts';
import { openSocket } from '../testing/streams.ts';

async function statuses(lab: LabServer, token: string, count: number): Promise<number[]> {
  const answers: number[] = [];
  for (let i = 0; i < count; i += 1) answers.push((await post(lab, token, `text ${i}`)).status);
  return answers;
}

// A rate of one in some seconds can't be set, so a burst of five is used up and the sixth asked for at once; were the
// machine so slow that a second has passed by then, more would be allowed: so many are asked for that one is refused.
const ENOUGH = 400;

/** Publishes until one is refused. */
async function refusal(lab: LabServer, token: string) {
  for (let i = 0; i < ENOUGH; i += 1) {
    const answer = await post(lab, token, `text ${i}`);
    if (answer.status !== 201) return answer;
  }
  throw new Error('none was refused');
}

describe.each(['publishRate', 'addressPublishRate'] as const)('%s', (limit) => {
  test('allows a burst, then refuses with 429 and Retry-After, and stores nothing of what it refused', async () => {
    const lab = await startLab({ [limit]: 1 });
    const { token } = await join(lab);
    expect(await statuses(lab, token, 5)).toEqual([201, 201, 201, 201, 201]);
    const refused = await refusal(lab, token);
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([429, 'rate-limited', '1']);
    const { room, transports } = await readStats(lab);
    expect(room.head).toBe(transports['http']?.published);
  });

  test('holds for WebSocket as well, and there says after how many ms', async () => {
    const lab = await startLab({ [limit]: 1 });
    const { token } = await join(lab);
    const { frames, send } = await openSocket(lab);
    send({ type: 'authenticate', token });
    for (let i = 0; i < ENOUGH; i += 1) send({ type: 'publish', id: `id-${i}`, text: 'text' });
    const refused = await frames.until(({ type }) => type === 'error');
    expect(refused).toMatchObject({ status: 429, code: 'rate-limited', id: expect.stringMatching(/^id-/) });
    const { retryAfterMs } = refused as { retryAfterMs?: number };
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(1000);
  });

  test('0 turns it off', async () => {
    const lab = await startLab({ publishRate: 0, addressPublishRate: 0 });
    const { token } = await join(lab);
    const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => post(lab, token, `text ${i}`)));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
  });
});

test('the rate of a uid is its own; that of an address is shared by all uids there', async () => {
  const ofUid = await startLab({ publishRate: 1 });
  await refusal(ofUid, (await join(ofUid)).token);
  expect((await post(ofUid, (await join(ofUid)).token, 'another')).status).toBe(201);

  const ofAddress = await startLab({ addressPublishRate: 1 });
  await refusal(ofAddress, (await join(ofAddress)).token);
  const others = await Promise.all(
    Array.from({ length: 20 }, async () => post(ofAddress, (await join(ofAddress)).token, 'x')),
  );
  expect(others.some(({ status }) => status === 429)).toBe(true);
});

test('POST and WebSocket draw on the same rate', async () => {
  const lab = await startLab({ publishRate: 1 });
  const { token } = await join(lab);
  await refusal(lab, token);
  const { frames, send } = await openSocket(lab);
  send({ type: 'authenticate', token });
  for (let i = 0; i < 20; i += 1) send({ type: 'publish', id: `socket-${i}`, text: 'text' });
  expect(await frames.until(({ type }) => type === 'error')).toMatchObject({ code: 'rate-limited' });
});

test('after the time it was told to wait, a publisher is let in again', async () => {
  const lab = await startLab({ publishRate: 20 });
  const { token } = await join(lab);
  const { frames, send } = await openSocket(lab);
  send({ type: 'authenticate', token });
  await frames.until(({ type }) => type === 'authenticated');
  for (let i = 0; i < ENOUGH; i += 1) send({ type: 'publish', id: `id-${i}`, text: 'text' });
  let retryAfterMs = 0;
  for (let answers = 0; answers < ENOUGH; ) {
    const frame = await frames.until(({ type }) => type === 'receipt' || type === 'error');
    answers += 1;
    if (frame.type === 'error') retryAfterMs = frame.retryAfterMs ?? 0;
  }
  await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
  const answer = await post(lab, token, 'later');
  // A whole burst was refused meanwhile, and none of it counted.
  expect(answer.status).toBe(201);
  expect(parsed(answer.text)).toMatchObject({ duplicate: false });
});
