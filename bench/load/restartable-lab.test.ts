import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { monotonicClock as clock } from './clock.ts';
import { createPublisher } from './publisher.ts';
import { type RestartableLab, startRestartableLab } from './restartable-lab.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(): Promise<RestartableLab> {
  const folder = mkdtempSync(join(tmpdir(), 'restartable-lab-test-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const server = await startRestartableLab({
    store: `sqlite:${join(folder, 'room.db')}`,
    webSocketEngines: ['ws', 'by-hand'],
    flags: ['--heartbeat-ms', '200'],
  });
  endings.push(() => server.stop());
  return server;
}

it.each(['SIGKILL', 'SIGTERM'] as const)('comes back after a %s where it was, with what it had', async (signal) => {
  const server = await start();
  const publisher = await createPublisher(server.origin, { textBytes: 100, tag: 'test' });
  endings.push(() => publisher.close());
  publisher.publish({ index: 0, intendedAt: clock.now() });
  await publisher.settled();
  expect(publisher.failures).toEqual([]);
  const { room: before } = await server.stats();

  await server.end(signal);
  await expect(server.stats()).rejects.toThrow();
  await server.start();
  const { room: after } = await server.stats();
  expect([after.epoch, after.head]).toEqual([before.epoch, 1]);
});

it('a death that nobody ordered is a crash, and one that was is none', async () => {
  const server = await start();
  let crashes = 0;
  const crashed = server.ended.catch((error: unknown) => {
    crashes += 1;
    return String(error);
  });
  await server.end('SIGKILL');
  await server.start();
  expect(crashes).toBe(0);
  server.process.kill('SIGKILL');
  expect(await crashed).toContain('SIGKILL');
});

it('leaves nothing running where it is stopped while it starts', async () => {
  const server = await start();
  await server.end('SIGKILL');
  const starting = server.start();
  await server.stop();
  await starting.catch(() => undefined);
  await expect(server.start()).rejects.toThrow('for good');
  await expect(server.stats()).rejects.toThrow();
});
