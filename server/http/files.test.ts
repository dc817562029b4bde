import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary.ts';
import { filesOf } from './files.ts';

test('a symbolic link is followed within its folder, and leads nowhere out of it', async () => {
  const top = temporaryFolder();
  const folder = join(top, 'public');
  mkdirSync(join(folder, 'deep'), { recursive: true });
  mkdirSync(join(top, 'public-not'));
  for (const file of ['secret', 'public-not/secret', 'public/deep/file']) writeFileSync(join(top, file), file);
  symlinkSync(join(top, 'secret'), join(folder, 'out'));
  symlinkSync(top, join(folder, 'folder'));
  symlinkSync(join(top, 'public-not'), join(folder, 'sibling'));
  symlinkSync(join(folder, 'deep'), join(folder, 'within'));
  symlinkSync(folder, join(top, 'link-to-all'));

  const app = express();
  app.use('/files', filesOf(join(top, 'link-to-all')));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/files/${path}`);
    return response.status === 200 ? await response.text() : response.status;
  };
  expect(await get('deep/file')).toBe('public/deep/file');
  expect(await get('within/file')).toBe('public/deep/file');
  for (const path of ['out', 'folder/secret', 'sibling/secret', 'f%6flder/secret', 'nothing']) {
    expect(await get(path), path).toBe(404);
  }
  expect(await get('%ff')).toBe(404);
});
