// docs/index.html and what lies beside it: built by vite into one classic script, because a module would not load from
// a file.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { packageRoot } from '../package-root.ts';

/** The libraries inside the bundle. */
const BUNDLED = ['chart.js/dist/chart.js', '@kurkle/color/dist/color.esm.js'];

/** In the order in which they stand in style.css. */
const STYLES = ['page', 'forms', 'results'];

/** @returns the texts of the page's files by name. The same source gives the same bytes. */
export async function buildDocsPage(): Promise<Map<string, string>> {
  const source = join(packageRoot(), 'bench/report/page');
  const read = (name: string) => readFileSync(join(source, name), 'utf8');
  return new Map([
    ['index.html', read('index.html')],
    ['style.css', STYLES.map((name) => read(`styles/${name}.css`)).join('\n')],
    ['charts.js', await bundle(join(source, 'main.ts'))],
  ]);
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    root: packageRoot(),
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      emptyOutDir: false,
      minify: true,
      lib: { entry, formats: ['iife'], name: 'transportLabPage', fileName: () => 'charts.js' },
    },
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const [script] = outputs;
  if (outputs.length !== 1 || script?.type !== 'chunk') throw new Error('The docs page must be one script.');
  return [...BUNDLED.map(licenceOf), script.code.trimEnd(), ''].join('\n');
}

/** @returns the comment that names the library's version, authors and licence; the minifier leaves it out. */
function licenceOf(file: string): string {
  const [comment] = /\/\*![\s\S]*?\*\//.exec(readFileSync(join(packageRoot(), 'node_modules', file), 'utf8')) ?? [];
  if (comment === undefined) throw new Error(`${file} has no licence comment to keep.`);
  return comment;
}
