import { describe, expect, test } from 'vitest';
import { createFakeEnv } from '../testing/fake-env.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { AWKWARD_TEXTS, sampleMessage } from '../testing/samples.ts';
import { createSseTransport, readEvents } from './sse.ts';
import type { TransportOptions } from './transport.ts';
import { guardListener } from './wire/guarded-listener.ts';

const encoder = new TextEncoder();
const noCleanUp = () => undefined;

function event(fields: Readonly<Record<string, string>>, lineEnd = '\n'): string {
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}${lineEnd}`)
    .join('')}${lineEnd}`;
}

const hello = (cursor: string | null) =>
  event({ event: 'hello', data: JSON.stringify({ cursor, heartbeatMs: 15000 }) });
const messageEvent = (seq: number, text: string, lineEnd?: string) =>
  event({ id: `e.${seq}`, data: JSON.stringify(sampleMessage(seq, text)) }, lineEnd);

async function* chunks(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  for (const part of parts) yield part;
}

async function read(...parts: readonly (string | Uint8Array)[]): Promise<Recorder> {
  const recorder = createRecorder();
  const bytes = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part));
  await readEvents(chunks(bytes), guardListener(recorder, noCleanUp));
  return recorder;
}

describe('an event stream', () => {
  test('means the same wherever it is cut into two chunks', async () => {
    const bytes = encoder.encode(
      hello('e.0') +
        AWKWARD_TEXTS.map((text, index) => messageEvent(index + 1, text, index % 2 === 0 ? '\n' : '\r\n')).join(''),
    );
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const { texts } = await read(bytes.subarray(0, cut), bytes.subarray(cut));
      expect(texts, `cut at byte ${cut}`).toEqual(AWKWARD_TEXTS);
    }
  });

  test('means the same in chunks of one byte', async () => {
    const bytes = encoder.encode(hello('e.0') + AWKWARD_TEXTS.map((text, i) => messageEvent(i + 1, text)).join(''));
    const { texts } = await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(texts).toEqual(AWKWARD_TEXTS);
  });

  test('tells the messages of one chunk together, and keeps them in order with a reset', async () => {
    const reset = event({ event: 'reset', data: JSON.stringify({ reason: 'trimmed', cursor: 'e.8' }) });
    const { lines } = await read(
      hello('e.0') + messageEvent(1, 'a') + messageEvent(2, 'b') + reset + messageEvent(9, 'c'),
    );
    expect(lines).toEqual(['opened e.0', 'received 1 2', 'reset trimmed e.8', 'received 9', 'ended lost']);
  });

  test('says null where the hello announces a reset', async () => {
    const { lines } = await read(hello(null));
    expect(lines).toEqual(['opened null', 'ended lost']);
  });

  test('is alive for two and a half heartbeats', async () => {
    const { aliveMs } = await read(hello('e.0'));
    expect(aliveMs).toBe(37_500);
  });

  test('ends with bye, and hears nothing behind it', async () => {
    const bye = event({ retry: '250', event: 'bye', data: '{"retryMs":250}' });
    const { lines, end } = await read(hello('e.0') + messageEvent(1, 'a') + bye + messageEvent(2, 'b'));
    expect(lines).toEqual(['opened e.0', 'received 1', 'ended bye']);
    expect(end?.retryMs).toBe(250);
  });

  test('passes over events, fields and comments that it does not know', async () => {
    const { lines } = await read(
      `: comment\n\nretry: 1000\n\n${hello('e.0')}${event({ event: 'ping', data: '' })}`,
      event({ event: 'later', data: 'x', other: 'y' }) + messageEvent(1, 'a'),
    );
    expect(lines).toEqual(['opened e.0', 'received 1', 'ended lost']);
  });

  test.each([
    ['a message before hello', messageEvent(1, 'a')],
    ['a message that is no JSON', `${hello('e.0')}data: {\n\n`],
    ['a message without its fields', `${hello('e.0')}data: {"seq":1}\n\n`],
    ['a second hello', hello('e.0') + hello('e.0')],
    ['an event without an end', `${hello('e.0')}data: ${'x'.repeat(300_000)}`],
  ])('ends on nonsense: %s', async (_, text) => {
    const { end } = await read(text);
    expect(end).toMatchObject({ reason: 'lost', detail: expect.stringContaining('nonsense') });
  });

  test('ends where it is not UTF-8', async () => {
    const { end } = await read(hello('e.0'), Uint8Array.of(0x64, 0xff, 0x0a));
    expect(end).toMatchObject({ reason: 'lost', detail: expect.stringContaining('broke off') });
  });
});

describe('the sse transport', () => {
  function open(extra: Partial<TransportOptions> = {}) {
    const env = createFakeEnv();
    const recorder = createRecorder();
    const connection = createSseTransport().open(
      { env, clientId: 'c', cursor: null, pollIntervalMs: 1000, waitSeconds: 30, presence: false, ...extra },
      recorder,
    );
    return { env, recorder, connection };
  }

  test('asks by cursor, and for presence only where it is wanted', () => {
    expect(open().env.exchanges[0]?.request.path).toBe('/v1/sse?client=c');
    expect(open({ cursor: 'e.5', history: 7, presence: true }).env.exchanges[0]?.request.path).toBe(
      '/v1/sse?client=c&cursor=e.5&history=7&presence=1',
    );
  });

  test('ends refused, with the time to come back, where the server is overloaded', async () => {
    const { env, recorder } = open();
    env.exchanges[0]?.answer(503, { detail: 'too many connections' }, { 'retry-after': '3' });
    await expect
      .poll(() => recorder.end)
      .toEqual({
        reason: 'refused',
        detail: 'too many connections',
        status: 503,
        retryMs: 3000,
      });
  });

  test('ends where the body is no event stream', async () => {
    const { env, recorder } = open();
    env.exchanges[0]?.answer(200, '<html>', { 'content-type': 'text/html' });
    await expect.poll(() => recorder.end?.detail).toContain('no event stream');
  });

  test('closes at once, and rejects what is being published', async () => {
    const { env, recorder, connection } = open();
    const publishing = connection.publish({ id: 'a', text: 'x' }, 'token');
    connection.close();
    expect(recorder.lines).toEqual(['ended closed']);
    expect(env.exchanges.map(({ aborted }) => aborted)).toEqual([true, true]);
    await expect(publishing).rejects.toMatchObject({ name: 'PublishError', status: null });
    connection.close();
    expect(recorder.lines).toEqual(['ended closed']);
  });
});
