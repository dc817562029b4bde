// Finds a browser for tests: LAB_BROWSER, the one inside an npm package on linux-x64, or the system's Chrome.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What to start for browser tests, and in which environment; or why there is nothing. */
export type BrowserForTests =
  | { readonly executablePath: string; readonly env: Readonly<Record<string, string>> }
  | { readonly missing: string };

const SYSTEM_NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
const SYSTEM_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Resolves with a browser; one that has to be unpacked is, into the folder. */
export async function findBrowser(folder: string): Promise<BrowserForTests> {
  const chosen = process.env['LAB_BROWSER'];
  if (chosen !== undefined && chosen !== '') {
    return isProgram(chosen) ? started(chosen) : { missing: `LAB_BROWSER is no program: ${chosen}` };
  }
  if (process.platform === 'linux' && process.arch === 'x64') return started(await unpackChromium(folder));
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [...folders.flatMap((path) => SYSTEM_NAMES.map((name) => join(path, name))), ...SYSTEM_PATHS];
  const found = candidates.find(isProgram);
  return found === undefined
    ? { missing: 'no Chrome or Chromium found: install one, or name one in LAB_BROWSER' }
    : started(found);
}

/** With these variables set before its import, the package brings its own system libraries and fonts. */
async function unpackChromium(folder: string): Promise<string> {
  const { TMPDIR } = process.env;
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs20.x';
  process.env['TMPDIR'] = folder;
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    return await chromium.executablePath();
  } finally {
    // Tests have temporary folders of their own, which are not the browser's.
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}

/** The environment goes along, because the package has changed it for the browser it unpacked. */
function started(executablePath: string): BrowserForTests {
  const entries = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { executablePath, env: Object.fromEntries(entries) };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
