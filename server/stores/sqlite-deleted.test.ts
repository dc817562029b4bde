// The files of the sqlite store are taken away under the running lab.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Page } from '../protocol/messages.ts';
import { ask, codeOf, join as joinLab, parsed, post, startLab } from '../testing/lab.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { createSqliteStore } from './sqlite.ts';
import type { StoreDraft } from './store.ts';

const draft = (id: string): StoreDraft => ({ id, from: 'u-1', name: 'Ada', text: id, via: 'http' });

async function openStore() {
  const path = join(temporaryFolder(), 'data', 'room.db');
  const store = createSqliteStore({ path, retain: 100, dedupeWindowMs: 1000 });
  onTestFinished(() => store.close());
  await store.append(draft('a'));
  return { path, store };
}

// There an open file can't be taken away.
describe.skipIf(process.platform === 'win32')('a store that is no longer where it was (skipped on Windows)', () => {
  test.each([
    ['its folder deleted', (path: string) => rmSync(dirname(path), { recursive: true })],
    ['its file deleted', (path: string) => rmSync(path)],
    ['its WAL deleted', (path: string) => rmSync(`${path}-wal`)],
    [
      'another in its place',
      (path: string) => {
        rmSync(path);
        writeFileSync(path, '');
      },
    ],
    [
      'a file where its folder was',
      (path: string) => {
        rmSync(dirname(path), { recursive: true });
        writeFileSync(dirname(path), '');
      },
    ],
  ])('%s: gives no receipt, is not ready, says why, and can be read on', async (_what, take) => {
    const { path, store } = await openStore();
    take(path);
    for (const refused of [store.ready(), store.append(draft('b'))]) {
      await expect(refused).rejects.toThrow(`the store ${path} is no longer where it was`);
    }
    expect(await store.span()).toMatchObject({ head: 1 });
    expect(await store.read(0, 10)).toMatchObject([{ id: 'a' }]);
    await store.close();
  });

  test('goes on where it was put back, with all that was receipted', async () => {
    const { path, store } = await openStore();
    renameSync(dirname(path), `${dirname(path)}-away`);
    await expect(store.append(draft('b'))).rejects.toThrow('no longer where it was');
    mkdirSync(dirname(path));
    await expect(store.ready()).rejects.toThrow('no longer where it was');
    rmSync(dirname(path), { recursive: true });
    renameSync(`${dirname(path)}-away`, dirname(path));
    expect(await store.ready()).toBeUndefined();
    expect(await store.append(draft('b'))).toMatchObject({ receipt: { seq: 2, duplicate: false } });
    await store.close();
    const again = createSqliteStore({ path, retain: 100, dedupeWindowMs: 1000 });
    expect((await again.read(0, 10)).map(({ id }) => id)).toEqual(['a', 'b']);
    await again.close();
  });

  test('in a lab: 503 for who publishes, not ready, alive, and the room can be read', async () => {
    const path = join(temporaryFolder(), 'data', 'room.db');
    const lab = await startLab({ store: `sqlite:${path}` });
    const { token } = await joinLab(lab);
    expect((await post(lab, token, 'kept')).status).toBe(201);
    rmSync(dirname(path), { recursive: true });
    const refused = await post(lab, token, 'refused');
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([503, 'store-unavailable', '1']);
    const [ready, alive] = [await ask(lab, 'GET', '/readyz'), await ask(lab, 'GET', '/healthz')];
    expect([ready.status, codeOf(ready), alive.status]).toEqual([503, 'store-unavailable', 200]);
    const page = parsed<Page>((await ask(lab, 'GET', '/v1/short-polling')).text);
    expect(page.messages.map(({ text }) => text)).toEqual(['kept']);
    await lab.close();
  });
});
