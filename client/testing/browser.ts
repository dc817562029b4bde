// Finds a browser for tests: LAB_BROWSER, the one inside an npm package on linux-x64, or the system's Chrome.
import { accessSync, constants, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What to start for browser tests, and in which environment. */
export interface FoundBrowser {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
  /** The folder with its `fonts`, where it came in an npm package. */
  readonly unpackedInto?: string;
}

/** That, or why there is nothing; a browser that is there and does not work is `broken`, and one test says so. */
export type BrowserForTests = FoundBrowser | { readonly missing: string; readonly broken?: true };

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
  if (process.platform === 'linux' && process.arch === 'x64') return unpackChromium(folder);
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [...folders.flatMap((path) => SYSTEM_NAMES.map((name) => join(path, name))), ...SYSTEM_PATHS];
  const found = candidates.find(isProgram);
  return found === undefined
    ? { missing: 'no Chrome or Chromium found: install one, or name one in LAB_BROWSER' }
    : started(found);
}

/** With these variables set before its import, the package brings its own system libraries and fonts. */
async function unpackChromium(folder: string): Promise<FoundBrowser> {
  const before = { ...process.env };
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs20.x';
  process.env['TMPDIR'] = folder;
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const executablePath = await chromium.executablePath();
    // Its own fonts.conf names fixed folders, and not the one that it was unpacked into.
    const config = join(folder, 'fonts.conf');
    writeFileSync(config, fontConfig([join(folder, 'fonts'), ...SYSTEM_FONTS], join(folder, 'fonts-cache')));
    return { ...started(executablePath), env: { ...environment(), FONTCONFIG_FILE: config }, unpackedInto: folder };
  } finally {
    // What the package changes is for the browser; tests have libraries and temporary folders of their own.
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

const SYSTEM_FONTS = ['/usr/share/fonts', '/usr/local/share/fonts'];

/** @returns a configuration for fontconfig: where fonts are, and where it may write what it found there. */
export function fontConfig(fontFolders: readonly string[], cacheFolder: string): string {
  const dirs = fontFolders.map((path) => `  <dir>${xmlText(path)}</dir>\n`).join('');
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${dirs}  <cachedir>${xmlText(cacheFolder)}</cachedir>
</fontconfig>
`;
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The environment goes along, because the package changes it for the browser it unpacks. */
function started(executablePath: string): FoundBrowser {
  return { executablePath, env: environment() };
}

function environment(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(entries);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
