import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createEndings } from '../guards/endings.ts';
import { Outlet } from './outlet.ts';
import { createStallWatch, type StallWatch } from './stall-watch.ts';

const MEGABYTES = Buffer.alloc(20_000_000);
let watch: StallWatch | undefined;
afterEach(() => watch?.stop());

/** Two ends of one connection; the far one does not read. */
function pair(): Promise<{ near: Socket; far: Socket }> {
  return new Promise((resolve) => {
    const server = createServer((near) => {
      server.close();
      near.on('error', () => undefined);
      onTestFinished(() => void near.destroy());
      resolve({ near, far });
    });
    let far: Socket;
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      far = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
      far.pause();
      onTestFinished(() => void far.destroy());
    });
  });
}

async function outletOf(stallMs: number) {
  const { near, far } = await pair();
  const endings = createEndings({ warn: () => undefined });
  watch = createStallWatch({ stallMs, maxUnreadBytes: 0, maxUnreadBytesPerAddress: 0, sockets: () => [near], endings });
  const told = { flushed: 0, stalled: 0 };
  const outlet = new Outlet(
    near,
    watch,
    () => {
      told.flushed += 1;
    },
    () => {
      told.stalled += 1;
    },
  );
  const write = (bytes: Buffer) => {
    near.write(bytes);
    outlet.wrote();
  };
  return { outlet, told, far, near, write };
}

describe('an outlet', () => {
  test('is ready where the socket takes everything at once, and then tells nothing', async () => {
    const { outlet, told, write } = await outletOf(60_000);
    write(Buffer.from('little'));
    expect(outlet.ready).toBe(true);
    expect(told.flushed).toBe(0);
  });

  test('is not ready while bytes are unwritten, and tells once when they are written', async () => {
    const { outlet, told, far, write } = await outletOf(60_000);
    write(MEGABYTES);
    expect(outlet.ready).toBe(false);
    write(Buffer.from('little'));
    far.resume();
    await vi.waitFor(() => expect(told.flushed).toBe(1), { timeout: 20_000, interval: 5 });
    expect(outlet.ready).toBe(true);
  });

  test('has a reader that leaves bytes unread for too long told of', async () => {
    const { told, write } = await outletOf(50);
    write(MEGABYTES);
    await vi.waitFor(() => expect(told.stalled).toBeGreaterThan(0), { timeout: 20_000, interval: 5 });
    expect(told.flushed).toBe(0);
  });

  test('counts from the first unwritten byte, whatever is written after it', async () => {
    const { told, write } = await outletOf(300);
    write(MEGABYTES);
    const since = performance.now();
    while (told.stalled === 0) {
      write(Buffer.from('more'));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(performance.now() - since).toBeGreaterThanOrEqual(299);
  });

  test('does not tell of a reader that catches up, however often it was behind', async () => {
    const { outlet, told, far, near, write } = await outletOf(60_000);
    far.resume();
    for (let round = 1; round <= 5; round += 1) {
      write(MEGABYTES);
      if (outlet.ready) continue;
      await vi.waitFor(() => expect(outlet.ready).toBe(true), { timeout: 20_000, interval: 5 });
    }
    expect(told.stalled).toBe(0);
    expect(near.writableLength).toBe(0);
  });

  test('tells nothing any more once it has ended', async () => {
    const [ended, other] = [await outletOf(50), await outletOf(50)];
    ended.write(MEGABYTES);
    ended.outlet.end();
    other.write(MEGABYTES);
    await vi.waitFor(() => expect(other.told.stalled).toBeGreaterThan(0), { timeout: 20_000, interval: 5 });
    expect(ended.told.stalled).toBe(0);
  });

  test('tells of no flush where the connection broke instead', async () => {
    const { told, far, near, write } = await outletOf(60_000);
    write(MEGABYTES);
    const closed = new Promise((resolve) => near.on('close', resolve));
    far.destroy();
    await closed;
    expect(told.flushed).toBe(0);
  });
});
