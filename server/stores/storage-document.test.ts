// docs/storage.md, done as it says: a restart, a backup and its restore, with the lab as it is started by people.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { helpText } from '../config.ts';
import { projectRoot } from '../project-root.ts';
import type { Page } from '../protocol/messages.ts';
import { ask, join, parsed, post, postAll } from '../testing/lab.ts';
import { temporaryFolder } from '../testing/temporary.ts';

const document = readFileSync(joinPath(projectRoot(), 'docs', 'storage.md'), 'utf8');

/** @returns the shell lines under `<!-- example: NAME -->`. */
function example(name: string): string[] {
  const code = new RegExp(`<!-- example: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\n\`\`\``).exec(document)?.[1];
  if (code === undefined) throw new Error(`docs/storage.md has no example "${name}"`);
  return code.split('\n');
}

function run(folder: string, lines: readonly string[]): void {
  execFileSync('sh', ['-ec', lines.join('\n')], { cwd: folder, stdio: 'inherit' });
}

function spawnLab(folder: string, flags: readonly string[]) {
  const main = joinPath(projectRoot(), 'dist', 'server', 'main.js');
  const child = spawn(process.execPath, [main, '--port', '0', '--no-page-build', ...flags], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Starts the lab in a folder, with its default store. Resolves when it listens. */
async function startIn(folder: string, flags: readonly string[] = []) {
  const child = spawnLab(folder, flags);
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /listening on (http:\/\/\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    const close = async () => {
      child.stdout.resume();
      child.kill('SIGTERM');
      expect(await closed).toEqual([0, null]);
    };
    return { url, connections: 0, close };
  }
  throw new Error('it did not start');
}

type StartedLab = Awaited<ReturnType<typeof startIn>>;

async function poll(lab: StartedLab, cursor?: string): Promise<Page | null> {
  const { status, text } = await ask(lab, 'GET', `/v1/short-polling${cursor === undefined ? '' : `?cursor=${cursor}`}`);
  return status === 204 ? null : parsed<Page>(text);
}

const textsOf = (page: Page | null) => page?.messages.map(({ text }) => text);

describe.skipIf(process.platform === 'win32')(
  'docs/storage.md (skipped on Windows: its commands are for a shell)',
  () => {
    test('a restart goes on with the same cursors and tokens', async () => {
      const folder = temporaryFolder();
      const before = await startIn(folder);
      const { token } = await join(before);
      await postAll(before, token, ['one', 'two']);
      const cursor = (await poll(before))?.cursor;
      await before.close();

      const after = await startIn(folder);
      expect(await poll(after, cursor)).toBeNull();
      expect((await post(after, token, 'three')).status).toBe(201);
      expect(textsOf(await poll(after, cursor))).toEqual(['three']);
      expect(textsOf(await poll(after))).toEqual(['one', 'two', 'three']);
    });

    test('a backup is restored as it says: its log and tokens, and a new epoch, so that no client misses anything', async () => {
      const folder = temporaryFolder();
      const first = await startIn(folder);
      const { token } = await join(first);
      await postAll(first, token, ['one', 'two']);
      await first.close();
      run(folder, example('backup'));

      const second = await startIn(folder);
      await postAll(second, token, ['lost', 'lost too']);
      const ahead = (await poll(second))?.cursor;
      await second.close();
      const restore = example('restore');
      const start = restore.pop() ?? '';
      run(folder, restore);
      expect(start).toMatch(/^npm start -- /);
      const third = await startIn(folder, start.replace('npm start -- ', '').split(' '));

      // As many new messages as were lost: with the old epoch the cursor would look as if it were good.
      await postAll(third, token, ['three', 'four', 'five']);
      const page = await poll(third, ahead);
      expect(page?.reset?.reason).toBe('epoch-changed');
      expect(textsOf(page)).toEqual(['one', 'two', 'three', 'four', 'five']);
      await third.close();
      expect(await poll(await startIn(folder), page?.cursor)).toBeNull();
    });
  },
);

test('its table of what is said at the start is what is said', async () => {
  const folder = temporaryFolder();
  writeFileSync(joinPath(folder, 'notes.txt'), 'no database, but long enough to be looked at. '.repeat(20));
  const child = spawnLab(folder, ['--store', 'sqlite:notes.txt']);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toBe(
    'transport-lab: the store notes.txt is no SQLite file: move it away, or choose another file with --store\n',
  );
  expect(document).toContain('| is no SQLite file, ');
});

test('its flags are the lab’s', () => {
  const flags = [...document.matchAll(/(?<=`)--[a-z-]+/g)].map(([flag]) => flag);
  expect(flags.length).toBeGreaterThan(0);
  for (const flag of flags) expect(helpText()).toContain(`  ${flag}`);
});
