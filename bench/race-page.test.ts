// The commands that show and watch the race's page, run as a person would.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { packageRoot } from './package-root.ts';

const root = packageRoot();
const found = inject('browser');
const skipped = 'missing' in found ? ` (skipped: ${found.missing})` : '';
/** Both build the page, and unpack a browser. */
const PATIENCE_MS = 180_000;

function run(main: string, ...flags: string[]) {
  return promisify(execFile)(process.execPath, [join(root, 'server/launch.mjs'), `bench/${main}`, ...flags]);
}

/** @returns the width and the height that a PNG says it has. */
function sizeOf(png: Buffer): readonly [number, number] {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe.skipIf('missing' in found)(`the race’s page${skipped}`, () => {
  it(
    'is drawn light and dark, from a real race',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'picture-test-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      await run('picture-main.ts', '--into', folder);
      expect(readdirSync(folder).sort()).toEqual(['race-dark.png', 'race-light.png']);
      const [dark, light] = ['dark', 'light'].map((scheme) => readFileSync(join(folder, `race-${scheme}.png`)));
      if (dark === undefined || light === undefined) throw new Error('two pictures were drawn');
      for (const [width, height] of [sizeOf(dark), sizeOf(light)]) {
        expect(width).toBe(1800);
        expect(height).toBeGreaterThan(900);
      }
      expect(dark.equals(light)).toBe(false);
    },
    PATIENCE_MS,
  );

  it(
    'is watched: messages come, and heap and tasks are told',
    async () => {
      const { stdout } = await run('race-trial-main.ts', '--seconds', '10');
      const messages = [...stdout.matchAll(/ (\d+) messages, heap \d+\.\d+ MB, \d+ nodes/g)].map(([, count]) =>
        Number(count),
      );
      expect(messages).toHaveLength(7);
      expect(messages).toEqual(messages.toSorted((one, other) => one - other));
      expect(messages.at(-1)).toBeGreaterThan(messages[0] ?? Number.POSITIVE_INFINITY);
      expect(stdout).toMatch(/Tasks of more than 50 ms in 10 s: \d+/);
    },
    PATIENCE_MS,
  );

  it.each(['picture-main.ts', 'race-trial-main.ts'])('%s refuses a flag that it does not know', async (main) => {
    await expect(run(main, '--colour')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--colour') });
  });
});
