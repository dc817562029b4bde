import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { HTTP, Meter } from './meter.ts';

const TRANSPORTS = [{ name: 'poll', pace: 'clock' } as const, { name: 'stream', pace: 'stream' } as const];

function metered(countedClients = 100) {
  const meter = new Meter({
    transports: TRANSPORTS,
    countedClients,
    connectionClients: 2,
    presenceLeaseMs: 60_000,
  });
  /** A socket whose counters are the test's. */
  const socket = () => {
    const made = new Socket();
    const counters = { read: 0, written: 0 };
    Object.defineProperty(made, 'bytesRead', { get: () => counters.read });
    Object.defineProperty(made, 'bytesWritten', { get: () => counters.written });
    meter.watch(made);
    return { made, counters };
  };
  const bytes = (name: string, client: string | null = null) => {
    const { bytesIn, bytesOut } = meter.read(client)[name] ?? { bytesIn: -1, bytesOut: -1 };
    return [bytesIn, bytesOut];
  };
  return { meter, socket, bytes };
}

describe('bytes of one socket', () => {
  test('belong to the request that was begun last: what is read to the new one, what was written to the old one', () => {
    const { meter, socket, bytes } = metered();
    const { made, counters } = socket();
    counters.read = 100;
    meter.begin(made, 'poll', null);
    counters.written = 1000;
    counters.read = 150;
    meter.begin(made, 'stream', null);
    counters.written = 3000;
    expect(bytes('poll')).toEqual([100, 1000]);
    expect(bytes('stream')).toEqual([50, 2000]);
    expect(bytes(HTTP)).toEqual([0, 0]);
  });

  test('of a body that comes after its head belong to its request, once that has ended', () => {
    const { meter, socket, bytes } = metered();
    const { made, counters } = socket();
    counters.read = 100;
    meter.begin(made, 'poll', null);
    counters.read = 400;
    meter.bodyEnded(made);
    counters.read = 450;
    meter.begin(made, 'stream', null);
    expect([bytes('poll'), bytes('stream')]).toEqual([
      [400, 0],
      [50, 0],
    ]);
  });

  test('that carried no request belong to http, and all are kept when it closes', () => {
    const { meter, socket, bytes } = metered();
    const { made, counters } = socket();
    counters.read = 7;
    counters.written = 9;
    made.emit('close');
    expect(bytes(HTTP)).toEqual([7, 9]);
    expect(meter.sockets()).toEqual([]);
    counters.read = 1000;
    expect(bytes(HTTP)).toEqual([7, 9]);
  });

  test('never become fewer: a socket that is destroyed takes back what it had not written', () => {
    const { meter, socket, bytes } = metered();
    const { made, counters } = socket();
    meter.begin(made, 'stream', null);
    counters.written = 5000;
    expect(bytes('stream')).toEqual([0, 5000]);
    counters.written = 3000;
    made.emit('close');
    expect(bytes('stream')).toEqual([0, 5000]);
  });

  test('are watched once, though the server gets the connection twice', () => {
    const { meter, socket, bytes } = metered();
    const { made, counters } = socket();
    meter.begin(made, 'poll', null);
    counters.read = 10;
    meter.watch(made);
    counters.read = 20;
    expect(bytes('poll')).toEqual([20, 0]);
    expect(EventEmitter.listenerCount(made, 'close')).toBe(1);
  });
});

describe('clients', () => {
  test('have counters of their own, which are part of the totals', () => {
    const { meter, socket, bytes } = metered();
    for (const [client, read] of [
      ['a', 10],
      ['b', 20],
      [null, 40],
    ] as const) {
      const { made, counters } = socket();
      counters.read = read;
      meter.begin(made, 'poll', client);
    }
    expect([bytes('poll'), bytes('poll', 'a'), bytes('poll', 'b'), bytes('poll', 'c')]).toEqual([
      [70, 0],
      [10, 0],
      [20, 0],
      [0, 0],
    ]);
    expect(meter.read('a')['poll']).toMatchObject({ requests: 1, connectionsOpened: 1 });
  });

  test('are counted up to a number, and then the one that was named first is forgotten', () => {
    const { meter } = metered(2);
    for (const client of ['a', 'b', 'a', 'c']) meter.account('poll', client).add('requests', 1);
    const requests = (client: string | null) => meter.read(client)['poll']?.requests;
    expect([requests('a'), requests('b'), requests('c')]).toEqual([0, 1, 1]);
    expect(requests(null)).toBe(4);
  });

  test('may be named like members of objects', () => {
    const { meter } = metered();
    meter.account('poll', '__proto__').add('requests', 1);
    meter.account('poll', 'constructor').add('requests', 1);
    expect(meter.read('__proto__')['poll']?.requests).toBe(1);
    expect(meter.read('toString')['poll']?.requests).toBe(0);
  });
});

test('of a connection that carries one client after the other, so many are remembered', () => {
  const { meter, socket } = metered();
  const { made } = socket();
  const opened = (client: string | null) => meter.read(client)['poll']?.connectionsOpened;
  for (const client of ['a', 'b', 'a', 'b']) meter.begin(made, 'poll', client);
  expect([opened('a'), opened('b')]).toEqual([1, 1]);
  for (const client of ['c', 'a']) meter.begin(made, 'poll', client);
  expect([opened('a'), opened('c'), opened(null)]).toEqual([2, 1, 1]);
});
