// looks-ready.mjs LOG: waits until the lab whose output that is says where it listens, is ready and shows its page.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 120_000;

const url = await (async () => {
  for (const start = performance.now(); performance.now() - start < PATIENCE_MS; await pause(100)) {
    const found = /listening on (http:\S+)/.exec(readFileSync(process.argv[2], 'utf8'))?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('npm start does not say that it listens');
})();
for (const path of ['/readyz', '/']) {
  const answer = await fetch(url + path);
  const text = await answer.text();
  if (!answer.ok || (path === '/' && !text.includes('<script'))) throw new Error(`${path}: ${answer.status} ${text}`);
}
process.stdout.write(`npm start: ready, with its page, at ${url}\n`);
