// `npm run docs`: draws docs/ and results/schema.json anew from results/. With --check it writes nothing, and fails where
// what is there is not what would be drawn.
import { parseArgs } from 'node:util';
import { outliveReaders } from '../server/command/output.ts';
import { errorText } from '../server/protocol/error-text.ts';
import { staleDocs, updateDocs } from './docs.ts';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  if (!values.check) {
    const written = await updateDocs();
    process.stdout.write(written.length > 0 ? `Drawn anew: ${written.join(', ')}\n` : 'docs/ is current.\n');
    return 0;
  }
  const stale = await staleDocs();
  if (stale.length === 0) return 0;
  process.stderr.write(`Not what results/ and the sources say: ${stale.join(', ')}\nRun npm run docs.\n`);
  return 1;
}

outliveReaders();
try {
  process.exitCode = await main();
} catch (error) {
  // A file of results/ that can't be read says so itself.
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
}
