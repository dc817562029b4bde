// A whole lab on a sqlite store whose disk is full: what its clients see, and what its log says.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join as joinPath } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../project-root.ts';
import type { Page, Receipt } from '../protocol/messages.ts';
import { ask, codeOf, join, parsed, post, startLab } from '../testing/lab.ts';
import { openSocket, openSse } from '../testing/streams.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { createSqliteStore } from './sqlite.ts';

const TEXT = 'x'.repeat(4000);

test('publishes are receipted until the disk is full, then 503, and readers have exactly what was receipted', async () => {
  const path = joinPath(temporaryFolder(), 'room.db');
  const options = { path, retain: 1000, dedupeWindowMs: 60_000 };
  const store = createSqliteStore({ ...options, maxPages: 64 });
  const lab = await startLab({}, store);
  const { token } = await join(lab);
  const sse = await openSse(lab);
  const socket = await openSocket(lab);
  expect((await ask(lab, 'GET', '/readyz')).status).toBe(200);

  const receipts: Receipt[] = [];
  let answer = await post(lab, token, TEXT);
  for (; answer.status === 201; answer = await post(lab, token, TEXT)) receipts.push(parsed(answer.text));
  expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'store-unavailable', '1']);
  expect(answer.text).not.toContain(path);
  const ready = await ask(lab, 'GET', '/readyz');
  expect([ready.status, codeOf(ready)]).toEqual([503, 'store-unavailable']);
  expect((await ask(lab, 'GET', '/healthz')).status).toBe(200);
  socket.send({ type: 'authenticate', token });
  socket.send({ type: 'publish', id: 'by-frame', text: TEXT });
  expect(await socket.frames.until(({ type }) => type === 'error')).toMatchObject({ id: 'by-frame', status: 503 });

  const seqs = receipts.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  const page = parsed<Page>((await ask(lab, 'GET', '/v1/short-polling?history=200')).text);
  expect(page.messages.map(({ seq }) => seq)).toEqual(seqs);
  const events = await sse.events.take(1 + seqs.length);
  expect(events.slice(1).map(({ data }) => parsed<{ seq: number }>(data).seq)).toEqual(seqs);

  await lab.close();
  const after = createSqliteStore(options);
  onTestFinished(() => after.close());
  expect((await after.read(0, 1000)).map(({ seq }) => seq)).toEqual(seqs);
});

test.skipIf(process.platform === 'win32')(
  'a disk that refuses to write makes no receipt untrue, and the lab’s log says why (skipped on Windows: no ulimit)',
  async () => {
    const folder = temporaryFolder();
    const main = joinPath(projectRoot(), 'dist', 'server', 'main.js');
    // No file may grow beyond so many blocks: what it writes then fails as on a disk without room.
    const script = `trap '' XFSZ; ulimit -f 400; exec "$0" "${main}" --port 0 --no-page-build`;
    const child = spawn('sh', ['-c', script, process.execPath], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    let url = '';
    for await (const line of createInterface({ input: child.stdout })) {
      url = /listening on (http:\/\/\S+)/.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }
    const lab = { url, connections: 0, close: () => Promise.resolve() };
    const { token } = await join(lab);
    const receipts: Receipt[] = [];
    let answer = await post(lab, token, TEXT);
    for (; answer.status === 201; answer = await post(lab, token, TEXT)) receipts.push(parsed(answer.text));
    expect([answer.status, codeOf(answer)]).toEqual([503, 'store-unavailable']);
    expect((await ask(lab, 'GET', '/readyz')).status).toBe(503);
    child.kill('SIGKILL');
    await once(child, 'close');

    expect(log).toContain('the store data/room.db can’t');
    expect(log).not.toContain(TEXT.slice(0, 100));
    expect(log).not.toContain(token);
    const after = createSqliteStore({ path: joinPath(folder, 'data/room.db'), retain: 1000, dedupeWindowMs: 60_000 });
    onTestFinished(() => after.close());
    const kept = await after.read(0, 1000);
    expect(receipts.length).toBeGreaterThan(0);
    expect(kept.slice(0, receipts.length).map(({ id, seq }) => [id, seq])).toEqual(
      receipts.map(({ id, seq }) => [id, seq]),
    );
  },
);
