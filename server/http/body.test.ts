// What a body costs that comes in pieces.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readJson } from './body.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function held(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('a body that comes byte by byte is kept in little more than its bytes', async () => {
  const count = 20;
  const text = JSON.stringify('x'.repeat(30_000));
  const before = held();
  const bodies = Array.from({ length: count }, () => {
    const request = Object.assign(new PassThrough(), { headers: { 'content-type': 'application/json' } });
    const body = readJson(request as unknown as IncomingMessage, {} as ServerResponse);
    // Each a read of its own, as it would be from the network.
    for (const byte of Buffer.from(text).subarray(0, -1)) request.emit('data', Buffer.allocUnsafeSlow(1).fill(byte));
    return { request, body };
  });
  expect(held() - before).toBeLessThan(count * text.length * 4);
  for (const { request } of bodies) request.end('"');
  for (const { body } of bodies) expect(JSON.stringify(await body)).toBe(text);
});
