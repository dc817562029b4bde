import { expect, it, onTestFinished } from 'vitest';
import { formatCursor } from '../../../server/protocol/cursor.ts';
import { transportPath } from '../../../server/protocol/routes.ts';
import { eventually } from '../eventually.ts';
import { startLab } from '../server-under-test.ts';
import { openAskers, type WorkerAskers } from './askers.ts';
import type { AskCommand } from './commands.ts';

async function askersOf(rest: Partial<AskCommand>, transport = 'short-polling', query = ''): Promise<WorkerAskers> {
  const lab = await startLab();
  onTestFinished(() => lab.stop());
  const { room } = await lab.stats();
  const askers = await openAskers({
    do: 'ask',
    askers: 1,
    origin: lab.origin,
    path: `${transportPath(transport)}?cursor=${formatCursor(room.epoch, room.head)}${query}`,
    clientIdPrefix: 'asker',
    connections: 3,
    perSecond: 200,
    spreadMs: 100,
    seed: 1,
    ...rest,
  });
  onTestFinished(() => askers.close());
  return askers;
}

const has = (askers: WorkerAskers, count: number) =>
  eventually(async () => askers.answered >= count, 60_000, new AbortController().signal);

it('askers at random times count empty answers, also when more are due than there are connections', async () => {
  const askers = await askersOf({ connections: 1, perSecond: 2000 });
  expect(await has(askers, 50)).toBe(true);
  expect(askers.failures).toEqual([]);
});

it('askers that are held ask again as soon as they are answered', async () => {
  const askers = await askersOf({ perSecond: null }, 'long-polling', '&wait=1');
  expect(await has(askers, 7)).toBe(true);
  expect(askers.failures).toEqual([]);
});

it('an answer that is not an empty one is told, and ends the asking', async () => {
  const askers = await askersOf({ path: '/v1/nothing-here?a=b' });
  await eventually(async () => askers.failures.length > 0, 60_000, new AbortController().signal);
  expect(askers.failures[0]).toContain('an empty answer was expected, not HTTP/1.1 404');
});

it('askers that can’t connect are refused', async () => {
  await expect(askersOf({ origin: 'http://127.0.0.1:9' })).rejects.toThrow('ECONNREFUSED');
});
