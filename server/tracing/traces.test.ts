import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LabServer } from '../lab-server.ts';
import { ask, join, parsed, post, postHeaders, startLab } from '../testing/lab.ts';
import { connectRaw, requestText } from '../testing/raw-client.ts';
import { watchServerSockets } from '../testing/server-sockets.ts';
import { openBareWebSocket } from '../testing/web-socket-bytes.ts';
import { clientFrame } from '../websocket/client-frames.ts';
import { TRACED_BYTES } from './traces.ts';

const CONTROLS = { labControls: 'on' } as const;
const OBSERVING = { timeout: 20_000, interval: 5 };
const PAGE = 'x'.repeat(4000);

interface Told {
  readonly event: string;
  readonly data: Record<string, string | number>;
}

/** Opens a trace. `told`: the events so far, without its hello. */
async function openTrace(lab: LabServer) {
  const client = await connectRaw(lab.url);
  client.request('GET', '/v1/lab/trace');
  await client.head();
  let text = '';
  const state = { ended: false };
  const read = async () => {
    for (let chunk = await client.chunk(); chunk.length > 0; chunk = await client.chunk()) text += chunk.toString();
    state.ended = true;
  };
  read().catch(() => {
    state.ended = true;
  });
  const told = (): Told[] =>
    text
      .split('\n\n')
      .slice(0, -1)
      .map((block) => {
        const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
        return { event, data: parsed<Told['data']>(data) };
      });
  await vi.waitFor(() => expect(told()).toHaveLength(1), OBSERVING);
  const count = (event: string) => told().filter((one) => one.event === event).length;
  return { id: String(told()[0]?.data['trace']), told: () => told().slice(1), count, state, client };
}

/** A text of so many pages in the room. */
async function fill(lab: LabServer, pages: number): Promise<void> {
  const { token } = await join(lab);
  for (let i = 0; i < pages; i += 1) await post(lab, token, PAGE);
}

describe('an exchange', () => {
  test('is told from its request to its end, and what follows on its connection is not', async () => {
    const lab = await startLab(CONTROLS);
    const trace = await openTrace(lab);
    const client = await connectRaw(lab.url);
    const traced = requestText('GET', `/v1/short-polling?trace=${trace.id}`);
    const untraced = requestText('GET', '/v1/short-polling?client=somebody-else');
    client.send(`${untraced}${traced}${untraced}`);
    for (let i = 0; i < 3; i += 1) expect((await client.response()).status).toBe(200);
    client.send(untraced);
    await client.response();
    await vi.waitFor(() => expect(trace.count('ended')).toBe(1), OBSERVING);
    const told = trace.told();
    const answer = told.filter(({ event }) => event === 'response').map(({ data }) => data['text']);
    expect(answer.join('').match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(told.map(({ event }) => event)[0]).toBe('request');
    expect(told.at(-1)?.event).toBe('ended');
  });

  test('is told to its own trace alone, also among others on one connection', async () => {
    const lab = await startLab({ ...CONTROLS, maxTracedAtOnce: 100 });
    const [one, other] = [await openTrace(lab), await openTrace(lab)];
    const client = await connectRaw(lab.url);
    const polls = 8;
    for (let i = 0; i < polls; i += 1) {
      for (const { id } of [one, other]) client.request('GET', `/v1/short-polling?history=0&trace=${id}`);
    }
    for (let i = 0; i < 2 * polls; i += 1) await client.response();
    for (const { count, told } of [one, other]) {
      await vi.waitFor(() => expect(count('ended')).toBe(polls), OBSERVING);
      const texts = told().flatMap(({ event, data }) => (event === 'response' ? [data['text']] : []));
      expect(texts.join('').match(/HTTP\/1\.1/g)).toHaveLength(polls);
    }
  });

  test('that is cut off ends as well', async () => {
    const lab = await startLab(CONTROLS);
    const trace = await openTrace(lab);
    const client = await connectRaw(lab.url);
    client.request('GET', `/v1/sse?trace=${trace.id}`);
    await client.head();
    client.socket.destroy();
    await vi.waitFor(() => expect(trace.count('ended')).toBe(1), OBSERVING);
  });

  test('shows no secret that the browser adds by itself, only how long it is', async () => {
    const lab = await startLab(CONTROLS);
    const trace = await openTrace(lab);
    const headers = { Cookie: 'session=hush', Authorization: 'Basic aHVzaA==', 'proxy-authorization': 'hush' };
    await ask(lab, 'GET', `/v1/short-polling?trace=${trace.id}`, { headers });
    await vi.waitFor(() => expect(trace.count('request')).toBe(1), OBSERVING);
    const { text, bytes } = trace.told()[0]?.data ?? {};
    expect(text).toContain(`Cookie: ${'*'.repeat('session=hush'.length)}\r\n`);
    expect(text).not.toMatch(/hush|aHVz/);
    expect(bytes).toBe(Buffer.byteLength(String(text)));
  });

  test('shows the lab’s own token, and of a long body as much as is read', async () => {
    const lab = await startLab(CONTROLS);
    const trace = await openTrace(lab);
    const { token } = await join(lab);
    await post(lab, token, 'text', { query: `?trace=${trace.id}` });
    const client = await connectRaw(lab.url);
    const body = 'b'.repeat(10_000_000);
    client.send(
      requestText('POST', `/v1/messages?trace=${trace.id}`, { ...postHeaders('wrong'), Connection: 'close' }, body),
    );
    await vi.waitFor(() => expect(trace.count('ended')).toBe(2), OBSERVING);
    const told = JSON.stringify(trace.told());
    expect(told).toContain(`Authorization: Bearer ${token}`);
    expect(told.length).toBeLessThan(150_000);
  });
});

describe('a trace', () => {
  test('tells of long writes their beginning and their length', async () => {
    const lab = await startLab(CONTROLS);
    await fill(lab, 20);
    const trace = await openTrace(lab);
    await ask(lab, 'GET', `/v1/short-polling?trace=${trace.id}`);
    await vi.waitFor(() => expect(trace.count('ended')).toBe(1), OBSERVING);
    const answers = trace.told().filter(({ event }) => event === 'response');
    const longest = answers.reduce((most, { data }) => Math.max(most, String(data['text']).length), 0);
    expect(longest).toBe(TRACED_BYTES);
    expect(answers.reduce((sum, { data }) => sum + Number(data['bytes']), 0)).toBeGreaterThan(20 * PAGE.length);
  });

  test('follows so many at a time, and then others', async () => {
    const lab = await startLab({ ...CONTROLS, maxTracedAtOnce: 3 });
    const trace = await openTrace(lab);
    const streams = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const client = await connectRaw(lab.url);
        client.request('GET', `/v1/sse?trace=${trace.id}`);
        await client.head();
        return client;
      }),
    );
    await vi.waitFor(() => expect(trace.count('response')).toBeGreaterThanOrEqual(3), OBSERVING);
    expect(trace.count('request')).toBe(3);
    for (const { socket } of streams) socket.destroy();
    await vi.waitFor(() => expect(trace.count('ended')).toBe(3), OBSERVING);
    await ask(lab, 'GET', `/v1/short-polling?trace=${trace.id}`);
    await vi.waitFor(() => expect(trace.count('ended')).toBe(4), OBSERVING);
  });

  test('that is not read is ended, and those that are go on', async () => {
    const lab = await startLab({ ...CONTROLS, traceUnreadBytes: 16_384 });
    await fill(lab, 20);
    const { of } = watchServerSockets();
    const [unread, read] = [await openTrace(lab), await openTrace(lab)];
    const atServer = of(unread.client.socket.localPort);
    unread.client.socket.pause();
    const polled = async () => {
      await ask(lab, 'GET', `/v1/short-polling?trace=${unread.id}`);
      expect(atServer.destroyed).toBe(true);
    };
    await vi.waitFor(polled, { timeout: 20_000, interval: 1 });
    await ask(lab, 'GET', `/v1/short-polling?trace=${read.id}`);
    await vi.waitFor(() => expect(read.count('ended')).toBe(1), OBSERVING);
  });

  test('is there for everybody, however many were opened: the one used the longest ago ends', async () => {
    const lab = await startLab({ ...CONTROLS, maxTraces: 3 });
    const used = await openTrace(lab);
    const opened: Awaited<ReturnType<typeof openTrace>>[] = [];
    for (let i = 0; i < 5; i += 1) {
      await ask(lab, 'GET', `/v1/short-polling?trace=${used.id}`);
      opened.push(await openTrace(lab));
    }
    const ended = () => opened.map(({ state }) => state.ended);
    await vi.waitFor(() => expect(ended()).toEqual([true, true, true, false, false]), OBSERVING);
    expect(used.state.ended).toBe(false);
  });

  test('that is not read does not stop a shutdown, and what it followed ends quietly', async () => {
    const lab = await startLab({ ...CONTROLS, shutdownMs: 200 });
    await fill(lab, 20);
    const trace = await openTrace(lab);
    trace.client.socket.pause();
    const { webSocket, tcp } = await openBareWebSocket(lab, `?trace=${trace.id}`);
    onTestFinished(() => webSocket.terminate());
    tcp.write(clientFrame({ opcode: 9, payload: Buffer.from('ping') }));
    for (let i = 0; i < 20; i += 1) await ask(lab, 'GET', `/v1/short-polling?trace=${trace.id}`);
    const held = await connectRaw(lab.url);
    held.request('GET', `/v1/sse?trace=${trace.id}`);
    await held.head();
    // An error that nobody catches would fail the run.
    await lab.close();
  });
});
