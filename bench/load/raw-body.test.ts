import { describe, expect, it } from 'vitest';
import { createIncomingBody } from './raw-body.ts';

function bodyWithSource() {
  const calls: string[] = [];
  const body = createIncomingBody({
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    abandoned: () => calls.push('abandoned'),
  });
  return { body, calls, iterator: body[Symbol.asyncIterator]() };
}

const bytes = (...all: number[]) => Uint8Array.from(all);
const done = { done: true, value: undefined };

describe('a body', () => {
  it('hands on what waits, then what comes, then its end, for good', async () => {
    const { body, calls, iterator } = bodyWithSource();
    body.push(bytes(1));
    body.push(bytes(2));
    expect(await iterator.next()).toEqual({ done: false, value: bytes(1) });
    expect(await iterator.next()).toEqual({ done: false, value: bytes(2) });
    const third = iterator.next();
    body.push(bytes(3));
    expect(await third).toEqual({ done: false, value: bytes(3) });
    const last = iterator.next();
    body.end();
    expect([await last, await iterator.next()]).toEqual([done, done]);
    expect(calls).toEqual([]);
  });

  it('is read to where it broke off, and then fails', async () => {
    const { body, iterator } = bodyWithSource();
    body.push(bytes(1));
    body.fail(new Error('broke'));
    body.end();
    expect(await iterator.next()).toEqual({ done: false, value: bytes(1) });
    await expect(iterator.next()).rejects.toThrow('broke');
    await expect(iterator.next()).rejects.toThrow('broke');
  });

  it('fails a reader that waits', async () => {
    const { body, iterator } = bodyWithSource();
    const waiting = iterator.next();
    body.fail(new Error('broke'));
    await expect(waiting).rejects.toThrow('broke');
  });

  it('stops the socket when too much waits, once, until all of that is read', async () => {
    const { body, calls, iterator } = bodyWithSource();
    for (let i = 0; i < 4; i += 1) body.push(new Uint8Array(32 * 1024));
    expect(calls).toEqual(['pause']);
    for (let i = 0; i < 3; i += 1) await iterator.next();
    expect(calls).toEqual(['pause']);
    await iterator.next();
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('leaves the socket alone once it has ended: that serves others', async () => {
    const { body, calls } = bodyWithSource();
    body.push(new Uint8Array(65 * 1024));
    body.end();
    for await (const piece of body) expect(piece).toHaveLength(65 * 1024);
    expect(calls).toEqual(['pause']);
  });

  it('tells when its reader leaves, unless it had ended', async () => {
    const { body, calls } = bodyWithSource();
    body.push(bytes(1));
    for await (const piece of body) {
      expect(piece).toEqual(bytes(1));
      break;
    }
    expect(calls).toEqual(['abandoned']);
    const other = bodyWithSource();
    other.body.push(bytes(1));
    other.body.end();
    for await (const _ of other.body) break;
    expect(other.calls).toEqual([]);
  });
});
