import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createTokens } from './guards/tokens.ts';
import { Meter } from './metering/meter.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const COUNT = 2000;
const HEAD_BYTES = 8000;

/** A part of a long text that nobody else has, as a parameter is of its request. */
function partOf(part: string): string {
  const text = Buffer.from(part.padEnd(HEAD_BYTES, '&')).toString('latin1');
  return text.slice(0, part.length);
}

test.each([
  [
    'a client’s name',
    () => {
      const meter = new Meter({
        transports: [{ name: 'short-polling', pace: 'clock' }],
        countedClients: COUNT,
        connectionClients: 16,
        presenceLeaseMs: 60_000,
      });
      return (number: number) => {
        const { client } = meter.account('short-polling', partOf(`client-number-${number}`));
        meter.lease('short-polling').touch(client ?? '');
        return meter;
      };
    },
  ],
  [
    'a token',
    () => {
      const tokens = createTokens(Buffer.alloc(32));
      return () => {
        expect(tokens.verify(partOf(tokens.issue('Ada').token))).not.toBeNull();
        return tokens;
      };
    },
  ],
])('%s that is remembered does not keep the head that it came in', (_what, create) => {
  const remember = create();
  collect();
  const before = process.memoryUsage().heapUsed;
  let kept: object = {};
  for (let number = 0; number < COUNT; number += 1) kept = remember(number);
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan((COUNT * HEAD_BYTES) / 2);
  expect(kept).toBeDefined();
});
