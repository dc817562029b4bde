// Starts a browser, and finds out whether it shows what every page has: a text, and a field to type in.
import { type Browser, chromium } from 'playwright-core';
import type { BrowserForTests, FoundBrowser } from './browser.ts';

export function launch({ executablePath, env }: FoundBrowser): Promise<Browser> {
  return chromium.launch({ executablePath, env: { ...env } });
}

/** Resolves with the browser where it works; else with what is wrong with it, in a line. */
export async function tryBrowser(found: BrowserForTests): Promise<BrowserForTests> {
  if ('missing' in found) return found;
  try {
    await widthOfText(found);
    return found;
  } catch (error) {
    // What playwright says goes on with a log of many lines.
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n', 1);
    return { missing: `${found.executablePath} does not work: ${reason}`, broken: true };
  }
}

/** Resolves with how many pixels wide some text is; rejects where it is not shown. */
export async function widthOfText(found: FoundBrowser): Promise<number> {
  const browser = await launch(found);
  try {
    const page = await browser.newPage();
    const crashed = new Promise<never>((_resolve, reject) => {
      page.on('crash', () => reject(new Error('a page with an <input> crashes; has it no fonts?')));
    });
    const shown = page.setContent('<span>Transport Lab</span><input value="text">');
    const box = await Promise.race([shown.then(() => page.locator('span').boundingBox()), crashed]);
    if (box === null || box.width === 0) throw new Error('a text is 0 pixels wide; has it no fonts?');
    return box.width;
  } finally {
    await browser.close();
  }
}
