// A process with a sqlite store, for tests that kill it: `node sqlite-writer.js PATH SEED WHEN`. It appends for as long as
// it lives, and prints a line `id seq` for each receipt. WHEN says what it kills itself at: never, told or receipted.
import { writeSync } from 'node:fs';
import { createSqliteStore } from '../stores/sqlite.ts';

const [path = '', seed = '', when = 'never'] = process.argv.slice(2);
const PUBLISHERS = 20;
const store = createSqliteStore({ path, retain: 1_000_000, dedupeWindowMs: 3_600_000 });
const { epoch, head } = await store.span();
/** At once, and not when the event loop comes to it: what was printed has left the process. */
const print = (line: string) => writeSync(1, `${line}\n`);
const die = () => process.kill(process.pid, 'SIGKILL');

print(`open ${epoch} ${head} ${store.secret.toString('hex')}`);
store.onCommit((messages) => {
  if (when !== 'told') return;
  print(messages.map(({ id, seq }) => `${id} ${seq}`).join('\n'));
  die();
});

async function publish(publisher: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const id = `${seed}-${publisher}-${count}`;
    const text = `${id} `.repeat(1 + ((count * publisher) % 200));
    const result = await store.append({ id, from: 'u-1', name: 'Ada', text, via: 'http' });
    if (result.outcome !== 'stored' || result.receipt.duplicate) throw new Error(`${id} was there already`);
    print(`${id} ${result.receipt.seq}`);
    if (when === 'receipted') die();
  }
}
await Promise.all(Array.from({ length: PUBLISHERS }, (_, publisher) => publish(publisher)));
