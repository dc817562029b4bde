import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { readEnvironment, withoutOut } from './environment.ts';
import { packageRoot } from './package-root.ts';

it('says what the run was made with, but neither the host’s name nor a path', () => {
  const environment = readEnvironment(['--quick', '--out', packageRoot()], null);
  expect(environment.node).toBe(process.version);
  expect(environment.packages['ws']).toMatch(/^\d+\.\d+\.\d+/);
  const text = JSON.stringify(environment);
  expect(text).not.toContain(packageRoot());
  expect(text.includes(hostname()) && hostname().length > 5).toBe(false);
});

it('leaves out where the run is written', () => {
  expect(withoutOut(['--quick', '--out', '/tmp/x', '--seed', '2'])).toEqual(['--quick', '--seed', '2']);
  expect(withoutOut(['--out=/tmp/x', '--quick'])).toEqual(['--quick']);
});
