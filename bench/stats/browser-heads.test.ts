import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHttpCaller, type HttpCaller } from '../load/http-caller.ts';
import { emptyPollPath } from '../load/round-trip.ts';
import { type LabUnderTest, startLab } from '../load/server-under-test.ts';
import { BROWSER_HEAD_BYTES, BROWSER_HEADS } from './browser-heads.ts';

let lab: LabUnderTest;
let http: HttpCaller;

beforeAll(async () => {
  lab = await startLab();
  http = createHttpCaller(lab.origin, 1);
});

afterAll(async () => {
  http.close();
  await lab.stop();
});

const received = async () => (await lab.stats()).transports['short-polling']?.bytesIn ?? 0;

it('a poll with a browser’s heads weighs just so much more, and as much as browsers’ do', async () => {
  const path = await emptyPollPath(lab);
  const weigh = async (headers: Readonly<Record<string, string>>) => {
    const before = await received();
    expect((await http.call('GET', path, { headers })).status).toBe(204);
    return (await received()) - before;
  };
  const bare = await weigh({});
  const withHeads = await weigh(Object.fromEntries(BROWSER_HEADS));
  expect(withHeads - bare).toBe(BROWSER_HEAD_BYTES);
  expect(withHeads).toBeGreaterThan(500);
  expect(withHeads).toBeLessThan(900);
});
