// `npm run docs`: draws docs/ and results/schema.json anew from results/. With --check it writes nothing, and fails where
// what is there is not what would be drawn.
import { parseArgs } from 'node:util';
import { staleDocs, updateDocs } from './docs.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
if (values.check) {
  const stale = await staleDocs();
  if (stale.length > 0) {
    process.stderr.write(`Not what results/ and the sources say: ${stale.join(', ')}\nRun npm run docs.\n`);
    process.exitCode = 1;
  }
} else {
  const written = await updateDocs();
  process.stdout.write(written.length > 0 ? `Drawn anew: ${written.join(', ')}\n` : 'docs/ is current.\n');
}
