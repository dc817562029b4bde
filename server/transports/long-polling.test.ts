import { describe, expect, test, vi } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import type { Page } from '../protocol/messages.ts';
import { ask, codeOf, join, parsed, post, postAll, readStats, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { openBareWebSocket } from '../testing/web-socket-bytes.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };

async function now(lab: LabServer): Promise<string> {
  return parsed<Page>((await ask(lab, 'GET', '/v1/short-polling?history=0')).text).cursor;
}

/** Waits until so many polls are held. */
async function held(lab: LabServer, polls: number): Promise<void> {
  const parked = async () => (await readStats(lab)).transports['long-polling']?.parked;
  await vi.waitFor(async () => expect(await parked()).toBe(polls), OBSERVING);
}

describe('a held poll', () => {
  test('is answered with what is stored, of all in one turn up to its limit', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const cursor = await now(lab);
    const polls = [
      ask(lab, 'GET', `/v1/long-polling?cursor=${cursor}`),
      ask(lab, 'GET', `/v1/long-polling?cursor=${cursor}&limit=1`),
    ];
    await held(lab, 2);
    const { webSocket, tcp } = await openBareWebSocket(lab);
    const drafts = ['1', '2', '3'].map((text) => ({ type: 'publish', id: `id-${text}`, text }));
    // All in one write.
    tcp.cork();
    for (const frame of [{ type: 'authenticate', token }, ...drafts]) webSocket.send(JSON.stringify(frame));
    tcp.uncork();
    const [all, one] = (await Promise.all(polls)).map(({ text }) => parsed<Page>(text));
    expect(all?.messages.map(({ text }) => text)).toEqual(['1', '2', '3']);
    expect([one?.messages.map(({ text }) => text), one?.more]).toEqual([['1'], true]);
    expect(one?.cursor).toMatch(/\.1$/);
  });

  test('is not held where there is something to say: messages, no cursor, a reset', async () => {
    const lab = await startLab();
    const { token } = await join(lab);
    const [first] = await postAll(lab, token, ['1', '2']);
    const queries = [`?cursor=${first?.cursor}`, '', '?history=0', '?cursor=other.1&history=0'];
    const pages = await Promise.all(queries.map(async (query) => ask(lab, 'GET', `/v1/long-polling${query}`)));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(pages.map(({ text }) => parsed<Page>(text).messages.length)).toEqual([1, 2, 0, 0]);
  });

  test('whose client has gone is let go, and so are those of other connections when they end', async () => {
    const lab = await startLab();
    const cursor = await now(lab);
    const clients = [await connectRaw(lab.url), await connectRaw(lab.url)];
    for (const client of clients) client.request('GET', `/v1/long-polling?cursor=${cursor}&wait=60`);
    await held(lab, 2);
    for (const { socket } of clients) socket.destroy();
    await held(lab, 0);
  });
});

describe('maxParkedPerClient', () => {
  test('one poll more than a client may have held is 429 with Retry-After; other clients and no client are let in', async () => {
    const lab = await startLab({ maxParkedPerClient: 2 });
    const { token } = await join(lab);
    const cursor = await now(lab);
    const poll = (client: string) => ask(lab, 'GET', `/v1/long-polling?cursor=${cursor}${client}`);
    const polls = [poll('&client=a'), poll('&client=a'), poll('&client=b'), poll(''), poll(''), poll('')];
    await held(lab, 6);
    const refused = await poll('&client=a');
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([429, 'rate-limited', '1']);
    await post(lab, token, 'text');
    expect((await Promise.all(polls)).map(({ status }) => status)).toEqual(Array(6).fill(200));
    const again = poll('&client=a');
    await expect(again).resolves.toMatchObject({ status: 200 });
  });

  test('a poll that was given up makes room', async () => {
    const lab = await startLab({ maxParkedPerClient: 1 });
    const cursor = await now(lab);
    const gone = await connectRaw(lab.url);
    gone.request('GET', `/v1/long-polling?cursor=${cursor}&client=a`);
    await held(lab, 1);
    gone.socket.destroy();
    await held(lab, 0);
    expect((await ask(lab, 'GET', `/v1/long-polling?cursor=${cursor}&client=a&wait=1`)).status).toBe(204);
  });

  test('0 turns it off', async () => {
    const lab = await startLab({ maxParkedPerClient: 0 });
    const { token } = await join(lab);
    const cursor = await now(lab);
    const polls = Array.from({ length: 20 }, () => ask(lab, 'GET', `/v1/long-polling?cursor=${cursor}&client=a`));
    await held(lab, 20);
    await post(lab, token, 'text');
    expect((await Promise.all(polls)).every(({ status }) => status === 200)).toBe(true);
  });
});

test('retain: the log keeps so many messages, and a cursor from before them is reset', async () => {
  const lab = await startLab({ retain: 2 });
  const { token } = await join(lab);
  const [first, second] = await postAll(lab, token, ['1', '2', '3', '4']);
  for (const transport of ['short-polling', 'long-polling']) {
    const page = async (cursor: string | undefined) =>
      parsed<Page>((await ask(lab, 'GET', `/v1/${transport}?cursor=${cursor}`)).text);
    expect(await page(first?.cursor)).toMatchObject({
      reset: { reason: 'trimmed', cursor: second?.cursor },
      messages: [{ text: '3' }, { text: '4' }],
    });
    expect((await page(second?.cursor)).reset).toBeUndefined();
  }
});
