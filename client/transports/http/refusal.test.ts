import { describe, expect, test } from 'vitest';
import { type HttpResponse, PublishError } from '../transport.ts';
import { isTransient, readRefusal, refusalEnd, refusalError } from './refusal.ts';

async function* once(text: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(text);
}

function response(status: number, body: string, retryAfter: string | null = null): HttpResponse {
  return { status, header: (name) => (name === 'retry-after' ? retryAfter : null), body: once(body) };
}

describe('a refusal', () => {
  test('tells status, code, detail and when to come back', async () => {
    const refusal = await readRefusal(response(429, '{"code":"rate-limited","detail":"too fast"}', '2'));
    expect(refusal).toEqual({ status: 429, code: 'rate-limited', detail: 'too fast', retryAfterMs: 2000 });
    expect(refusalError(refusal)).toMatchObject({ message: 'too fast', status: 429, retryAfterMs: 2000 });
    expect(refusalEnd(refusal)).toEqual({ reason: 'refused', detail: 'too fast', status: 429, retryMs: 2000 });
  });

  test('of a proxy that speaks HTML is told by its status', async () => {
    const refusal = await readRefusal(response(502, '<html>'));
    expect(refusal).toEqual({ status: 502, code: null, detail: 'the server answered 502', retryAfterMs: null });
    expect(refusalEnd(refusal)).toEqual({ reason: 'refused', detail: 'the server answered 502', status: 502 });
  });

  test('understands Retry-After as a date too', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    const { retryAfterMs } = await readRefusal(response(503, '', date));
    expect(retryAfterMs).toBeGreaterThan(58_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    expect((await readRefusal(response(503, '', 'soon'))).retryAfterMs).toBeNull();
  });

  test.each([
    [null, true],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
    [401, false],
    [409, false],
    [413, false],
  ])('with status %s is transient: %s', (status, transient) => {
    expect(isTransient(new PublishError('', status, null, null))).toBe(transient);
  });

  test('of a request that the server found malformed is transient: its end was lost on the way', () => {
    expect(isTransient(new PublishError('', 400, 'malformed-request', null))).toBe(true);
    expect(isTransient(new PublishError('', 400, 'invalid-body', null))).toBe(false);
    // A proxy has no code of ours.
    expect(isTransient(new PublishError('', 400, null, null))).toBe(true);
  });
});
