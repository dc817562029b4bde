// Races from outside: leases, their rooms and networks, and what their traces tell.
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { LabServer } from '../../lab-server.ts';
import { connectTo, eventually, gone } from '../../network/testing/link.ts';
import { Inbox } from '../../testing/inbox.ts';
import { type Answer, ask, codeOf, join, parsed, post, startLab } from '../../testing/lab.ts';
import { messageOf, openSocket, openSse } from '../../testing/streams.ts';
import { RACES_PATH } from './race-routes.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

interface Opened {
  readonly id: string;
  readonly url: string;
  readonly trace: string;
}

interface Told {
  readonly type: string;
  readonly at: number;
  readonly [member: string]: unknown;
}

async function openRace(lab: LabServer): Promise<Opened> {
  const answer = await ask(lab, 'POST', RACES_PATH);
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return parsed(answer.text);
}

function change(lab: LabServer, { id }: Opened, body: object): Promise<Answer> {
  return ask(lab, 'PUT', `${RACES_PATH}/${id}`, { headers: JSON_TYPE, body: JSON.stringify(body) });
}

/** Resolves when the trace has said hello. */
async function watch(
  lab: LabServer,
  { trace }: Opened,
  options: object = {},
): Promise<Inbox<Told> & { socket: WebSocket }> {
  const socket = new WebSocket(`${lab.url.replace('http', 'ws')}${trace}`, { perMessageDeflate: false, ...options });
  onTestFinished(() => socket.terminate());
  const events = new Inbox<Told>();
  socket.on('message', (data) => events.push(parsed(String(data))));
  socket.on('close', (code) => events.end(new Error(`the trace was closed with ${code}`)));
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  expect(await events.next()).toMatchObject({ type: 'hello', race: { url: expect.any(String), impairments: {} } });
  return Object.assign(events, { socket });
}

/** Resolves with the next event of a type; those before it are skipped. */
async function next(events: Inbox<Told>, type: string): Promise<Told> {
  for (;;) {
    const event = await events.next();
    if (event.type === type) return event;
  }
}

/** The race's lab as the helpers of tests want it. */
function labOf(lab: LabServer, { url }: Opened): LabServer {
  return { ...lab, url };
}

describe('a race', () => {
  it('has a room and counters of its own: the lab and other races see nothing of it', async () => {
    const lab = await startLab();
    const [one, other] = [await openRace(lab), await openRace(lab)];
    const { token } = await join(labOf(lab, one));
    expect((await post(labOf(lab, one), token, 'only here')).status).toBe(201);
    const read = async (where: LabServer) =>
      parsed<{ messages: { text: string }[] }>((await ask(where, 'GET', '/v1/short-polling')).text).messages;
    expect((await read(labOf(lab, one))).map(({ text }) => text)).toEqual(['only here']);
    expect([await read(labOf(lab, other)), await read(lab)]).toEqual([[], []]);
    const stats = parsed<{ transports: { http: { published: number } } }>((await ask(lab, 'GET', '/v1/stats')).text);
    expect(stats.transports.http.published).toBe(0);
  });

  it('has a network of its own', async () => {
    const lab = await startLab();
    const [one, other] = [await openRace(lab), await openRace(lab)];
    const answer = await change(lab, one, { impairments: { refuse: true } });
    expect(parsed(answer.text)).toMatchObject({ id: one.id, url: one.url, impairments: { refuse: true } });
    await expect(ask(labOf(lab, one), 'GET', '/healthz')).rejects.toThrow('ECONNRESET');
    expect((await ask(labOf(lab, other), 'GET', '/healthz')).status).toBe(200);
    await change(lab, one, { impairments: {} });
    expect((await ask(labOf(lab, one), 'GET', '/healthz')).status).toBe(200);
  });

  it('can be cut once: open connections are reset, new ones work', async () => {
    const lab = await startLab();
    const race = await openRace(lab);
    const events = await watch(lab, race);
    const { closed } = await openSocket(labOf(lab, race));
    expect((await ask(lab, 'POST', `${RACES_PATH}/${race.id}/cut`)).status).toBe(204);
    expect((await closed).code).toBe(1006);
    expect(await next(events, 'cut')).toMatchObject({ connections: 1 });
    expect((await ask(labOf(lab, race), 'GET', '/healthz')).status).toBe(200);
  });

  it('has a bot that talks in bursts until it is told to stop', async () => {
    const lab = await startLab();
    const race = await openRace(lab);
    const { events } = await openSse(labOf(lab, race));
    await events.next();
    await change(lab, race, { bot: { messages: 2, gapMs: 5, everyMs: 50 } });
    const messages = [messageOf(await events.next()), messageOf(await events.next()), messageOf(await events.next())];
    expect(messages.map(({ seq, name, via }) => [seq, name, via])).toEqual(
      [1, 2, 3].map((seq) => [seq, 'Bot', 'http']),
    );
    const answer = await change(lab, race, { bot: { messages: 0, gapMs: 0, everyMs: 20 } });
    expect(parsed(answer.text)).toMatchObject({ bot: { messages: 0 } });
  });

  it.each<[object, string]>([
    [{ impairments: { idleCutMs: -1 } }, 'idleCutMs'],
    [{ bot: { messages: 21, gapMs: 0, everyMs: 50 } }, 'must be a whole number from 0 to 20'],
    [{ bot: { messages: 1, gapMs: 0, everyMs: 1 } }, 'must be a whole number from 20 to 60000 (ms)'],
    [{ speed: 3 }, 'speed'],
  ])('refuses %j and says what would be right', async (body, right) => {
    const lab = await startLab();
    const answer = await change(lab, await openRace(lab), body);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-body']);
    expect(answer.text).toContain(right);
  });

  it('takes no other methods, no foreign pages, and is not there where controls are off', async () => {
    const lab = await startLab();
    const { id } = await openRace(lab);
    expect((await ask(lab, 'GET', RACES_PATH)).headers['allow']).toBe('POST, OPTIONS');
    expect((await ask(lab, 'GET', `${RACES_PATH}/${id}`)).headers['allow']).toBe('PUT, DELETE, OPTIONS');
    const foreign = { headers: { Origin: 'http://evil.example' } };
    expect((await ask(lab, 'POST', RACES_PATH, foreign)).status).toBe(403);
    expect((await ask(lab, 'DELETE', `${RACES_PATH}/${id}`, foreign)).status).toBe(403);
    await expect(watch(lab, { id, url: '', trace: `${RACES_PATH}/${id}/trace` }, foreign)).rejects.toThrow('403');
    const off = await startLab({ labControls: 'off' });
    expect((await ask(off, 'POST', RACES_PATH)).status).toBe(404);
    expect((await ask(off, 'GET', `${RACES_PATH}/x/trace`)).status).toBe(404);
    // A race's own lab has no controls.
    expect((await ask(labOf(lab, await openRace(lab)), 'POST', RACES_PATH)).status).toBe(404);
  });

  it('may be framed by a page of this machine, and nothing else of the lab may', async () => {
    const lab = await startLab();
    const race = labOf(lab, await openRace(lab));
    const policy = async (where: LabServer, path: string) => {
      const { headers } = await ask(where, 'GET', path);
      return [
        /frame-ancestors ([^;]*)/.exec(String(headers['content-security-policy']))?.[1],
        headers['x-frame-options'],
      ];
    };
    expect(await policy(race, '/race-frame.html')).toEqual(['http:', undefined]);
    expect(await policy(race, '/')).toEqual(["'none'", 'SAMEORIGIN']);
    expect(await policy(lab, '/race-frame.html')).toEqual(["'none'", 'SAMEORIGIN']);
  });
});

describe('leases', () => {
  it('are bounded by maxRaces, and one that is ended makes room', async () => {
    const lab = await startLab({ maxRaces: 2 });
    const [first] = await Promise.all([openRace(lab), openRace(lab)]);
    const refused = await ask(lab, 'POST', RACES_PATH);
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([503, 'too-many-races', '5']);
    expect((await ask(lab, 'DELETE', `${RACES_PATH}/${first.id}`)).status).toBe(204);
    await gone(first.url);
    await openRace(lab);
    expect((await ask(lab, 'DELETE', `${RACES_PATH}/${first.id}`)).status).toBe(404);
    expect((await change(lab, first, {})).status).toBe(404);
  });

  it('have few connections each, and a bot that does not flood them', async () => {
    const lab = await startLab();
    const race = await openRace(lab);
    const open = new Set<Socket>();
    for (let i = 0; i < 32; i += 1) open.add(await connectTo(race.url));
    const oneMore = await connectTo(race.url);
    const ended = new Promise((resolve) => oneMore.once('end', resolve).resume());
    await ended;
    expect([...open].filter(({ destroyed }) => destroyed)).toEqual([]);
    for (const socket of open) socket.destroy();
    const answer = await change(lab, race, { bot: { messages: 20, gapMs: 0, everyMs: 50 } });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('at most 100 messages a second')]);
  });

  it('are refused, all of them, where there are to be none', async () => {
    const refused = await ask(await startLab({ maxRaces: 0 }), 'POST', RACES_PATH);
    // Not 503: who waits would wait for ever.
    expect([refused.status, codeOf(refused), refused.text]).toEqual([
      404,
      'not-found',
      expect.stringContaining('--max-races is 0'),
    ]);
  });

  it('are freed ten seconds after nobody watches, and not before', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const lab = await startLab();
    const [unwatched, watched] = [await openRace(lab), await openRace(lab)];
    const events = await watch(lab, watched);
    vi.advanceTimersByTime(10_000);
    await gone(unwatched.url);
    events.socket.terminate();
    await eventually(() => vi.getTimerCount() > 0);
    expect((await change(lab, watched, {})).status).toBe(200);
    // A page that comes back in time keeps it.
    await watch(lab, watched).then(({ socket }) => socket.terminate());
    await eventually(() => vi.getTimerCount() > 0);
    vi.advanceTimersByTime(10_000);
    await gone(watched.url);
    expect((await change(lab, watched, {})).status).toBe(404);
  });

  it('end with the lab, and so do their traces', async () => {
    const lab = await startLab();
    const race = await openRace(lab);
    const events = await watch(lab, race);
    await lab.close();
    await expect(connectTo(race.url)).rejects.toThrow('ECONNREFUSED');
    await expect(next(events, 'never')).rejects.toThrow('1001');
  });
});

describe('the trace of a race', () => {
  it('tells of every message, request, answer and end on the race’s port, with the server’s time', async () => {
    const lab = await startLab();
    const race = await openRace(lab);
    const events = await watch(lab, race);
    const { token } = await join(labOf(lab, race));
    const before = Date.now() - 1;
    await post(labOf(lab, race), token, 'told', { query: '?via=sse&client=tab' });
    const request = await next(events, 'request');
    expect(request).toMatchObject({ method: 'POST', target: '/v1/messages?via=sse&client=tab' });
    expect(String(request['text'])).toContain('"text":"told"');
    const stored = await next(events, 'stored');
    expect(stored).toMatchObject({ message: { seq: 1, text: 'told', via: 'sse' } });
    const response = await next(events, 'response');
    expect(String(response['text'])).toMatch(/^HTTP\/1.1 201 /);
    const ended = await next(events, 'ended');
    expect(ended['exchange']).toBe(request['exchange']);
    const times = [request, stored, response, ended].map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const at of times) {
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(Date.now() + 1);
    }
  });

  it.each(['ws', 'by-hand'] as const)('tells of handshakes and frames, with the engine %s', async (websocketEngine) => {
    const lab = await startLab({ websocketEngine });
    const race = await openRace(lab);
    const events = await watch(lab, race);
    const { socket, frames } = await openSocket(labOf(lab, race), '?client=w');
    await frames.next();
    expect(await next(events, 'handshake')).toMatchObject({ target: '/v1/websocket?client=w', at: expect.any(Number) });
    expect(await next(events, 'frame')).toMatchObject({ direction: 'out', at: expect.any(Number) });
    socket.close();
    expect(await next(events, 'closed')).toMatchObject({ at: expect.any(Number) });
  });

  it('tells of changes of the network, and gives the page its own time back', async () => {
    const lab = await startLab();
    const race = await openRace(lab);
    const events = await watch(lab, race);
    await change(lab, race, { impairments: { blackhole: true } });
    expect(await next(events, 'impairments')).toMatchObject({ impairments: { blackhole: true } });
    events.socket.send('{"type":"clock","t":12.5}');
    expect(await next(events, 'clock')).toMatchObject({ t: 12.5, at: expect.any(Number) });
    events.socket.send('hello?');
    await expect(next(events, 'never')).rejects.toThrow('1008');
  });

  it('belongs to the page that came last', async () => {
    const lab = await startLab();
    const race = await openRace(lab);
    const first = await watch(lab, race);
    const second = await watch(lab, race);
    await expect(next(first, 'never')).rejects.toThrow('1008');
    await change(lab, race, { impairments: {} });
    await next(second, 'impairments');
  });
});
