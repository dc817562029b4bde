// What is receipted outlives a kill -9: processes of their own, killed at any moment.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../project-root.ts';
import type { Message } from '../protocol/messages.ts';
import { temporaryFolder } from '../testing/temporary.ts';
import { createSqliteStore } from './sqlite.ts';

const SEED = 20_260_214;
const ROUNDS = 8;
const MOST_RECEIPTS = 1500;
const OPTIONS = { retain: 1_000_000, dedupeWindowMs: 3_600_000 };

interface Life {
  readonly epoch: string;
  readonly secret: string;
  /** What was receipted, or told, before the end. */
  readonly said: ReadonlyMap<string, number>;
}

function startWriter(path: string, life: number, when: 'never' | 'told' | 'receipted'): ChildProcess {
  const script = join(projectRoot(), 'dist/server/testing/sqlite-writer.js');
  const child = spawn(process.execPath, [script, path, `life-${life}`, when], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Runs a writer until it has printed so many receipts, and kills it in the midst of what it does then. */
async function live(child: ChildProcess, receipts: number): Promise<Life> {
  const said = new Map<string, number>();
  const closed = once(child, 'close');
  let [epoch, secret] = ['', ''];
  if (child.stdout === null) throw new Error('it has no output');
  // Goes on after the kill, to what was printed before it.
  for await (const line of createInterface({ input: child.stdout })) {
    const words = line.split(' ');
    if (words[0] === 'open') [, epoch = '', , secret = ''] = words;
    else said.set(words[0] ?? '', Number(words[1]));
    if (said.size === receipts) child.kill('SIGKILL');
  }
  expect((await closed)[1]).toBe('SIGKILL');
  return { epoch, secret, said };
}

async function readLog(path: string): Promise<{ log: readonly Message[]; epoch: string; secret: string }> {
  const store = createSqliteStore({ path, ...OPTIONS });
  try {
    const { epoch, head } = await store.span();
    return { log: await store.read(0, head), epoch, secret: store.secret.toString('hex') };
  } finally {
    await store.close();
  }
}

test('every receipt given before a kill is true after it, and nothing is there twice or missing', async () => {
  const path = join(temporaryFolder(), 'room.db');
  const moments = fc.sample(fc.integer({ min: 1, max: MOST_RECEIPTS }), { seed: SEED, numRuns: ROUNDS });
  const receipts = new Map<string, number>();
  const epochs = new Set<string>();
  const secrets = new Set<string>();
  for (const [life, moment] of moments.entries()) {
    const { epoch, secret, said } = await live(startWriter(path, life, 'never'), moment);
    expect(said.size).toBeGreaterThanOrEqual(moment);
    for (const [id, seq] of said) receipts.set(id, seq);

    const after = await readLog(path);
    for (const one of [epoch, after.epoch]) epochs.add(one);
    for (const one of [secret, after.secret]) secrets.add(one);
    expect(after.log.map(({ seq }) => seq)).toEqual(after.log.map((_, index) => index + 1));
    const seqs = new Map(after.log.map(({ id, seq }) => [id, seq]));
    expect(seqs.size).toBe(after.log.length);
    expect([...receipts].filter(([id, seq]) => seqs.get(id) !== seq)).toEqual([]);
    expect(after.log.every(({ id, text }) => text.startsWith(`${id} `))).toBe(true);
  }
  expect([epochs.size, secrets.size]).toEqual([1, 1]);
});

test.each(['told', 'receipted'] as const)('what was %s is in the file by then, though all ends there', async (when) => {
  const path = join(temporaryFolder(), 'room.db');
  const { said } = await live(startWriter(path, 0, when), Number.POSITIVE_INFINITY);
  expect(said.size).toBeGreaterThan(0);
  const { log } = await readLog(path);
  const seqs = new Map(log.map(({ id, seq }) => [id, seq]));
  expect([...said].filter(([id, seq]) => seqs.get(id) !== seq)).toEqual([]);
});

test('a second process on the same file is refused, and changes nothing for the first', async () => {
  const path = join(temporaryFolder(), 'room.db');
  const child = startWriter(path, 0, 'never');
  if (child.stdout === null) throw new Error('it has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  expect(() => createSqliteStore({ path, ...OPTIONS })).toThrow(
    `the store ${path} is open in another process, maybe in a second lab: stop that one, or choose another file with --store`,
  );
  const { value } = await lines.next();
  expect(value).toMatch(/^life-0-\d+-\d+ \d+$/);
  child.kill('SIGKILL');
  await once(child, 'close');
  // A kill leaves no lock behind.
  expect((await readLog(path)).log.length).toBeGreaterThan(0);
});
