// The browser that tests use works on a machine that has no fonts; and where it does not work, one test says so.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { temporaryFolder } from '../../server/testing/temporary.ts';
import { type FoundBrowser, fontConfig } from './browser.ts';
import { tryBrowser, widthOfText } from './try-browser.ts';

const found = inject('browser');
const unpacked = 'missing' in found || found.unpackedInto === undefined ? null : found;

it('shows texts and fields, if there is a browser at all', () => {
  expect('broken' in found ? found.missing : null).toBeNull();
});

describe.skipIf(unpacked === null)(
  `the unpacked browser${unpacked === null ? ' (skipped: there is none)' : ''}`,
  () => {
    /** With these fonts and no others, whatever the system has. */
    function withFonts(folders: readonly string[], folder = temporaryFolder()): FoundBrowser {
      const config = join(folder, 'fonts.conf');
      writeFileSync(config, fontConfig(folders, join(folder, 'cache')));
      return { ...(unpacked as FoundBrowser), env: { ...unpacked?.env, FONTCONFIG_FILE: config } };
    }

    it('shows texts and fields with nothing but the fonts that it brought, wherever they are', async () => {
      const fonts = join(unpacked?.unpackedInto ?? '', 'fonts');
      const width = await widthOfText(withFonts([fonts]));
      const odd = join(temporaryFolder(), 'a & b <c>');
      mkdirSync(odd);
      symlinkSync(fonts, join(odd, 'fonts'));
      // Fontconfig goes by its own defaults, the system's fonts, where it can't read a configuration.
      expect(await widthOfText(withFonts([join(odd, 'fonts')], odd))).toBe(width);
    });

    it('is told of in a line where it has no fonts', async () => {
      const without = await tryBrowser(withFonts([]));
      expect(without).toMatchObject({ broken: true, missing: expect.stringMatching(/ does not work: .*fonts/) });
    });
  },
);
