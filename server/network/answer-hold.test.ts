// What a buffering proxy holds back of HTTP, and when it lets go; over real sockets, and split at every byte.
import { describe, expect, it } from 'vitest';
import { AnswerHold, HELD_BYTES } from './answer-hold.ts';
import { eventually, startLink } from './testing/link.ts';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const HEAD = 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nGET ';
const SIZED = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: yes\r\n\r\n';
const EMPTY = 'HTTP/1.1 204 No Content\r\n\r\n';
const UNCHANGED = 'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n';
const TO_HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n';
const INTERIM = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
const STREAM = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** What passes of answers to these requests, byte by byte: the text behind each byte at which something passed. */
function passes(requests: string, answers: string): string[] {
  const passed: string[] = [];
  const hold = new AnswerHold((bytes) => passed.push(bytes.toString()), true);
  for (const byte of Buffer.from(requests)) hold.request(Buffer.from([byte]));
  for (const byte of Buffer.from(answers)) hold.take(Buffer.from([byte]));
  return passed;
}

describe('a proxy that holds answers', () => {
  it.each([
    ['a body of known length', GET, [SIZED]],
    ['chunks with an extension and a trailer', GET, [CHUNKED]],
    ['a 204 and a 304, which have no body', GET + GET, [EMPTY, UNCHANGED]],
    ['the answer to HEAD, behind a POST whose body looks like a request', POST + HEAD + GET, [SIZED, TO_HEAD, SIZED]],
    ['an interim answer and the one that follows', HEAD + GET, [INTERIM, TO_HEAD, CHUNKED]],
  ])('lets each answer go when it is complete: %s', (_what, requests, answers) => {
    expect(passes(requests, answers.join(''))).toEqual(answers);
  });

  it('lets several answers of one read go at once, and holds the begun one', () => {
    const passed: string[] = [];
    const hold = new AnswerHold((bytes) => passed.push(bytes.toString()), true);
    hold.take(Buffer.from(SIZED + CHUNKED + STREAM));
    expect(passed).toEqual([SIZED + CHUNKED]);
    expect(hold.heldBytes).toBe(STREAM.length);
  });

  it('is no proxy for a WebSocket once it is open, nor for what is no HTTP', () => {
    expect(passes(GET, `${SWITCHED}ab`)).toEqual([SWITCHED, 'a', 'b']);
    const passed: string[] = [];
    const hold = new AnswerHold((bytes) => passed.push(bytes.toString()), true);
    hold.take(Buffer.from('220 mail.example\r\n\r\n'));
    hold.take(Buffer.from('250'));
    expect(passed).toEqual(['220 mail.example\r\n\r\n', '250']);
  });

  it('lets a stream go a full buffer at a time, and all of it when it is switched off', () => {
    const passed: number[] = [];
    const hold = new AnswerHold((bytes) => passed.push(bytes.length), true);
    hold.take(Buffer.from(STREAM));
    const event = Buffer.from(`3e8\r\n${'x'.repeat(1000)}\r\n`);
    for (let sent = 0; sent < 20; sent += 1) hold.take(event);
    expect(passed.length).toBe(2);
    for (const bytes of passed) expect(bytes).toBeGreaterThanOrEqual(HELD_BYTES);
    hold.set(false);
    const all = STREAM.length + 20 * event.length;
    expect(passed.reduce((sum, bytes) => sum + bytes, 0)).toBe(all);
    hold.take(event);
    expect(passed.at(-1)).toBe(event.length);
  });

  it('begins in the middle of a stream that was open before', async () => {
    const link = await startLink();
    const { client, server } = await link.join();
    server.socket.write(`${STREAM}3\r\none\r\n`);
    await client.bytes(STREAM.length + 8);
    link.proxy.set({ serverToClient: { holdAnswers: true } });
    server.socket.write('3\r\ntwo\r\n');
    server.socket.write('0\r\n\r\n');
    const all = await client.bytes(STREAM.length + 21);
    expect(all.toString()).toBe(`${STREAM}3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n`);
  });

  it('keeps nothing back when the server ends', async () => {
    const link = await startLink({ serverToClient: { holdAnswers: true } });
    const { client, server } = await link.join();
    const untilClose = 'HTTP/1.1 200 OK\r\n\r\nuntil the end';
    server.socket.end(untilClose);
    await client.until(() => client.ended);
    expect(client.received.toString()).toBe(untilClose);
  });
});

describe('a proxy that cuts what is idle', () => {
  it('ends both sides where nothing passes, and nothing is reset', async () => {
    const link = await startLink({ idleCutMs: 20 });
    const { client, server } = await link.join();
    await Promise.all([client.until(() => client.ended), server.until(() => server.ended)]);
    expect([client.errorCode, server.errorCode]).toEqual([undefined, undefined]);
    expect(link.proxy.state()).toMatchObject({ idleCuts: 1, cuts: 0 });
    await eventually(() => link.proxy.state().open === 0);
  });

  it('counts the bytes of the client’s side: an answer that is held back is silence', async () => {
    const link = await startLink({ idleCutMs: 50, serverToClient: { holdAnswers: true } });
    const { client, server } = await link.join();
    // Goes on being sent, so that only what passes can decide.
    const sending = setInterval(() => server.socket.write('1\r\nx\r\n'), 5);
    server.socket.write(STREAM);
    await client.until(() => client.ended);
    clearInterval(sending);
    expect(client.received.length).toBe(0);
  });

  it('applies to connections that are open, and can be taken back', async () => {
    const link = await startLink({ idleCutMs: 3_600_000 });
    const { client } = await link.join();
    link.proxy.set({});
    link.proxy.set({ idleCutMs: 10 });
    await client.until(() => client.ended);
    expect(link.proxy.state().idleCuts).toBe(1);
  });
});
