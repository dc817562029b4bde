// `npm run race-trial`: lets a race run in a real browser, and counts what a visitor's tab pays for it: memory after
// garbage collections, and tasks of more than 50 ms, during which the page answers to nobody. It judges nothing.
import type { Browser, CDPSession, Page } from 'playwright-core';
import { outliveReaders } from '../server/command/output.ts';
import { FlagError, HELP_LINE, integer, readSettings, settingsHelp } from '../server/command/settings.ts';
import { errorText } from '../server/protocol/error-text.ts';
import { withRacePage } from './race-page.ts';

const SETTINGS = {
  seconds: integer(60, 10, 86_400, 'seconds that are watched, after ten to begin with'),
  rate: integer(10, 1, 50, 'messages a second'),
};
const HELP = `Lets the race run in a real browser, and counts what it costs the visitor's tab: memory after garbage collections, and
tasks of more than 50 ms. On a busy machine there are more of them.

  npm run race-trial -- [flags]

${settingsHelp(SETTINGS, false)}
${HELP_LINE}
`;
const BEGIN_MS = 10_000;
const LINES = 6;
const USAGE_ERROR = 2;

interface Watched {
  /** Durations of tasks of more than 50 ms since the last look, in ms; the browser's own word. */
  takeLongTasks(): Promise<number[]>;
  /** After a collection, which is none of the race's tasks. */
  memory(): Promise<{ readonly heapBytes: number; readonly nodes: number }>;
  messages(): Promise<number>;
}

async function watch(page: Page, session: CDPSession): Promise<Watched> {
  await session.send('Performance.enable');
  await session.send('HeapProfiler.enable');
  const takeLongTasks = () => page.evaluate('window.longTasks.splice(0)') as Promise<number[]>;
  return {
    takeLongTasks,
    async memory() {
      await session.send('HeapProfiler.collectGarbage');
      const { metrics } = await session.send('Performance.getMetrics');
      const metric = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
      await takeLongTasks();
      return { heapBytes: metric('JSHeapUsedSize'), nodes: metric('Nodes') };
    },
    messages: async () => Number(await page.locator('[data-stage]').getAttribute('data-head')),
  };
}

const OBSERVE = `
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: 'longtask' });
`;

async function trial(browser: Browser, origin: string, seconds: number, rate: number): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(OBSERVE);
  await page.goto(`${origin}/#race?messages=1&gap=0&every=${Math.round(1000 / rate)}`);
  await page.locator('[data-stage][data-state=on]').waitFor();
  await page.waitForTimeout(BEGIN_MS);
  const watched = await watch(page, await page.context().newCDPSession(page));
  const tasks: number[] = [];
  async function report(atSeconds: number): Promise<void> {
    const { heapBytes, nodes } = await watched.memory();
    const figures = [
      `${await watched.messages()} messages`,
      `heap ${(heapBytes / 1e6).toFixed(2)} MB`,
      `${nodes} nodes`,
    ];
    process.stdout.write(`${atSeconds.toFixed(0).padStart(6)} s: ${figures.join(', ')}\n`);
  }
  await report(0);
  for (let line = 1; line <= LINES; line += 1) {
    await page.waitForTimeout((seconds * 1000) / LINES);
    tasks.push(...(await watched.takeLongTasks()));
    await report((seconds * line) / LINES);
  }
  const longest = tasks.length === 0 ? '' : `; the longest ${Math.max(...tasks).toFixed(0)} ms`;
  process.stdout.write(`Tasks of more than 50 ms in ${seconds} s: ${tasks.length}${longest}\n`);
}

outliveReaders();
try {
  const given = readSettings(SETTINGS, process.argv.slice(2));
  if (given === 'help') process.stdout.write(HELP);
  else {
    const { seconds, rate } = given.values;
    await withRacePage((browser, origin) => trial(browser, origin, seconds, rate));
  }
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = error instanceof FlagError ? USAGE_ERROR : 1;
}
