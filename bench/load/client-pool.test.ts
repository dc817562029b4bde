import { describe, expect, it } from 'vitest';
import type { Transport, TransportListener, TransportOptions } from '../../client/transports/transport.ts';
import type { Message } from '../../server/protocol/messages.ts';
import { type ClientPoolOptions, openClientPool } from './client-pool.ts';

/** A transport that does what the test says, client by client. */
function fakeTransport(onOpen: (listener: TransportListener, client: number) => void) {
  const listeners: TransportListener[] = [];
  const options: TransportOptions[] = [];
  let closed = 0;
  const transport: Transport = {
    name: 'fake',
    label: 'Fake',
    summary: '',
    pace: 'stream',
    open: (given, listener) => {
      options.push(given);
      listeners.push(listener);
      const client = listeners.length - 1;
      queueMicrotask(() => onOpen(listener, client));
      return {
        publish: () => Promise.reject(new Error('not used')),
        setPollIntervalMs: () => undefined,
        close: () => {
          closed += 1;
          listener.ended({ reason: 'closed', detail: '' });
        },
      };
    },
  };
  return { transport, listeners, options, closed: () => closed };
}

function message(seq: number): Message {
  return { seq, id: `m${seq}`, from: 'u', name: 'Bench', text: `${seq} ..`, at: 0, via: 'http' };
}

function poolOf(transport: Transport, clients: number, rest: Partial<ClientPoolOptions> = {}) {
  return openClientPool({
    transport,
    origin: 'http://127.0.0.1:9',
    clients,
    pollIntervalMs: 1000,
    waitSeconds: 30,
    pollPhaseMs: (client) => client * 10,
    signal: new AbortController().signal,
    ...rest,
  });
}

describe('a pool of clients', () => {
  it('opens each with an id and a phase of its own, without history', async () => {
    const fake = fakeTransport((listener) => listener.opened('e.0'));
    const pool = await poolOf(fake.transport, 3);
    expect(fake.options.map(({ clientId }) => clientId)).toEqual(['fake-0', 'fake-1', 'fake-2']);
    expect(fake.options.map(({ pollPhaseMs }) => pollPhaseMs)).toEqual([0, 10, 20]);
    expect(fake.options[0]).toMatchObject({ cursor: null, history: 0, presence: false });
    pool.close();
    expect(fake.closed()).toBe(3);
    expect(pool.failures).toEqual([]);
  });

  it('keeps a ledger per client, from where each began', async () => {
    const fake = fakeTransport((listener, client) => listener.opened(`e.${client}`));
    const batches: number[] = [];
    const pool = await poolOf(fake.transport, 2, { received: (messages) => batches.push(messages.length) });
    fake.listeners[0]?.received([message(1), message(2)]);
    expect(pool.allHaveUpTo(2)).toBe(false);
    fake.listeners[1]?.received([message(2)]);
    expect(pool.allHaveUpTo(2)).toBe(true);
    fake.listeners[1]?.received([message(2)]);
    expect(pool.totals(3)).toEqual({ expected: 5, delivered: 3, missing: 2, duplicated: 1, outOfOrder: 0 });
    expect(batches).toEqual([2, 1, 1]);
    pool.close();
    expect(pool.totals(3).delivered).toBe(3);
  });

  it('tells of connections that end and of resets', async () => {
    const fake = fakeTransport((listener) => listener.opened('e.0'));
    const pool = await poolOf(fake.transport, 1);
    fake.listeners[0]?.reset({ reason: 'trimmed', cursor: 'e.5' });
    fake.listeners[0]?.ended({ reason: 'lost', detail: 'gone' });
    expect(pool.failures).toEqual(['fake client 0: was told to begin anew (trimmed)', 'fake client 0: lost: gone']);
  });

  it('rejects, and leaves none open, where one is refused', async () => {
    const fake = fakeTransport((listener, client) => {
      if (client === 1) listener.ended({ reason: 'refused', detail: '503', status: 503 });
      else listener.opened('e.0');
    });
    await expect(poolOf(fake.transport, 3)).rejects.toThrow('fake client 1: refused: 503');
    expect(fake.closed()).toBe(3);
  });

  it('opens no more once it is told to stop', async () => {
    const fake = fakeTransport((listener) => listener.opened('e.0'));
    await expect(poolOf(fake.transport, 3, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
    expect(fake.options).toEqual([]);
  });
});
