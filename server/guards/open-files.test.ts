// A server that may open few files: it refuses in words, serves on, and says so.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { projectRoot } from '../project-root.ts';
import { connectRaw } from '../testing/raw-client.ts';
import { mostAccepted, mostConnections, mostOpenFiles, withinOpenFiles } from './open-files.ts';

describe('the limit of connections that holds', () => {
  test.each([
    [18_000, Number.POSITIVE_INFINITY, 18_000],
    [0, Number.POSITIVE_INFINITY, 0],
    [18_000, 20_000, 18_000],
    [18_000, 1024, 924],
    [0, 1024, 924],
    [10, 1024, 10],
    [18_000, 64, 32],
  ])('%i asked for, %d files: %i', (asked, files, holds) => expect(withinOpenFiles(asked, files)).toBe(holds));
});

test('the limit is not asked for again: a report looks up the name of each connection, and all wait meanwhile', () => {
  const report = vi.spyOn(process.report, 'getReport');
  onTestFinished(() => report.mockRestore());
  expect(mostAccepted()).toBeGreaterThan(mostOpenFiles() / 2);
  withinOpenFiles(0);
  expect(report).not.toHaveBeenCalled();
});

test('more clients than files: 503 to who is too many, everything to who is in, and a line in the log', async () => {
  const files = 200;
  const main = join(projectRoot(), 'dist/server/main.js');
  const flags = '--port 0 --store memory --no-page-build';
  const child = spawn('sh', ['-c', `ulimit -n ${files} && exec "${process.execPath}" "${main}" ${flags}`], {
    env: { PATH: process.env['PATH'] },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let logged = '';
  child.stderr.on('data', (chunk: Buffer) => {
    logged += chunk.toString();
  });
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = /listening on (\S+)/.exec(line)?.[1] ?? '';
    if (url !== '') break;
  }
  const inside = await connectRaw(url);
  const others = await Promise.all(Array.from({ length: 2 * files }, () => connectRaw(url)));
  inside.request('GET', '/v1/stats');
  expect((await inside.response()).status).toBe(200);
  inside.request('GET', '/readyz');
  expect((await inside.response()).status).toBe(200);
  // The first one too many; those far beyond were dropped unheard.
  const last = others[mostConnections(files)];
  last?.request('GET', '/v1/stats');
  expect((await last?.response())?.status).toBe(503);
  expect(logged).toContain('raise the limit of open files');
  expect(logged).toContain('connections were refused');
  child.kill('SIGTERM');
  await once(child, 'exit');
});
