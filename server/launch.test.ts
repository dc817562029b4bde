// What starts the project, in a copy of it that nothing has been compiled in: with npm as people have configured it, and
// with what they have left out.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './project-root.ts';
import { ready, startProgram } from './testing/server-process.ts';
import { temporaryFolder } from './testing/temporary.ts';

const root = projectRoot();
const WINDOWS = process.platform === 'win32';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** A checkout with these packages installed; from the lock file, by their folders. */
function checkout(installed: (folder: string, dev: boolean) => boolean): string {
  const folder = temporaryFolder();
  for (const name of ['package.json', 'tsconfig.base.json', 'server']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  for (const [path, { dev = false }] of Object.entries(packages)) {
    // A package within another comes along with that one.
    if (path.lastIndexOf('node_modules/') !== 0 || !installed(path, dev) || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(root, path), join(folder, path), 'junction');
  }
  return folder;
}

function npmStart(cwd: string, ...flags: string[]) {
  const env = { ...process.env, npm_config_ignore_scripts: 'true' };
  return spawnSync('npm', ['start', '--silent', '--', ...flags], { cwd, env, encoding: 'utf8', shell: WINDOWS });
}

describe('npm start', () => {
  it('compiles the server without its tests, then what has changed, and says what does not compile', () => {
    const folder = checkout(() => true);
    const compiled = (name: string) => join(folder, 'dist', 'server', name);
    const main = join(folder, 'server', 'main.ts');

    const first = npmStart(folder, '--help');
    expect([first.stderr, first.status]).toEqual(['', 0]);
    expect(first.stdout).toContain('--port');
    const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' });
    expect(files).toContain(join('server', 'main.js'));
    expect(files.filter((path) => /testing|\.test\.|^(bench|client)\b/.test(path))).toEqual([]);

    const before = statSync(compiled('config.js')).mtimeMs;
    appendFileSync(main, 'void 0;\n');
    expect(npmStart(folder, '--help').status).toBe(0);
    expect(readFileSync(compiled('main.js'), 'utf8')).toContain('void 0;\n//#');
    expect(statSync(compiled('config.js')).mtimeMs).toBe(before);

    appendFileSync(main, 'const wrong: number = "text";\n');
    const wrong = npmStart(folder, '--help');
    expect([wrong.stdout, wrong.status]).toEqual(['', 1]);
    expect(wrong.stderr).toMatch(/main\.ts\b.*TS2322[\s\S]*does not compile/);
  });

  it('names the command that is missing where only what the server runs with is installed', () => {
    const { stdout, stderr, status } = npmStart(checkout((_folder, dev) => !dev));
    expect([stdout, status]).toEqual(['', 1]);
    expect(stderr).toMatch(/^transport-lab: the compiler is missing: run npm ci --include=dev .*\n$/);
  });

  it('is one process with the main: a signal to it ends the lab in good order', async () => {
    const args = ['server/main.ts', '--port', '0', '--store', 'memory', '--no-page-build'];
    const started = startProgram(join(root, 'server', 'launch.mjs'), args);
    await ready(started);
    started.child.kill('SIGTERM');
    expect(await started.exited).toEqual({ code: 0, signal: null });
    expect(started.stdout()).toContain('shutting down');
  });
});

/** A checkout that is built, with only what the server runs with, less what is named. */
function built(missing = ''): string {
  const folder = checkout((path, dev) => !dev && path !== missing);
  for (const name of ['server', 'page'])
    cpSync(join(root, 'dist', name), join(folder, 'dist', name), { recursive: true });
  return join(folder, 'dist', 'server', 'main.js');
}

it('runs, once it is built, with nothing but what the server runs with', async () => {
  const main = built();
  const { url } = await ready(startProgram(main, ['--port', '0', '--store', 'memory', '--no-page-build']));
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const page = await fetch(url);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')]);
});

it('runs without the library of a store that was not chosen, and says what is missing for one that was', async () => {
  const main = built('node_modules/libsql');
  await ready(startProgram(main, ['--port', '0', '--store', 'memory', '--no-page-build']));
  const { exited, stdout, stderr } = startProgram(main, ['--port', '0', '--store', 'sqlite:a.db', '--no-page-build']);
  expect([(await exited).code, stdout()]).toEqual([1, '']);
  expect(stderr()).toMatch(/^transport-lab: --store sqlite:a\.db needs .* libsql, .*\. Run npm ci .*--store memory\n$/);
});
