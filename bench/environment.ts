// What a run was made with: machine, versions, commit. No host name and no paths.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import type { Environment, Quiet } from './run/run-file.ts';
import { tidy } from './stats/over-rounds.ts';

/** The packages that take part in the measurement, on either side. */
const PACKAGES = ['ws', 'express', 'eventsource-parser', 'autocannon', 'hdr-histogram-js'];

/** @param argv the flags of this run. @param quiet what came of waiting for it; null where nobody waited. */
export function readEnvironment(argv: readonly string[], quiet: Quiet | null): Environment {
  const [cpu] = cpus();
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, packageVersion(name)])),
    ...readCommit(),
    flags: withoutOut(argv),
    ...(quiet === null ? {} : { quiet }),
    loadAverage: [tidy(one), tidy(five), tidy(fifteen)],
  };
}

function packageVersion(name: string): string {
  const text = readFileSync(join(packageRoot(), 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function readCommit(): Pick<Environment, 'commit' | 'dirty'> {
  const git = (...args: string[]) =>
    execFileSync('git', ['--no-optional-locks', ...args], {
      cwd: packageRoot(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const commit = git('rev-parse', '--verify', 'HEAD');
    // What the bench itself writes makes no difference to what it measures.
    return { commit, dirty: git('status', '--porcelain', '--', '.', ':!results', ':!docs') !== '' };
  } catch {
    return { commit: null, dirty: null };
  }
}

/** @returns the flags but for where the run is written. */
export function withoutOut(argv: readonly string[]): string[] {
  return argv.filter((flag, index) => flag !== '--out' && !flag.startsWith('--out=') && argv[index - 1] !== '--out');
}
