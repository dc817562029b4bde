import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { packageRoot } from '../package-root.ts';
import { findPort } from './restartable-lab.ts';

/** Ends without ending what it has started. */
const CARELESS = (program: string, port: number) => `
  const { startProgram } = await import(${JSON.stringify(program)});
  const server = "require('node:net').createServer().listen(${port}, '127.0.0.1')";
  await startProgram(process.execPath, ['-e', server], ${port});
  process.exit(7);
`;

it('a program ends with the one that started it, however that ends by itself', async () => {
  const port = await findPort();
  const program = pathToFileURL(join(packageRoot(), 'dist/bench/load/program.js')).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', CARELESS(program, port)], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(7);
  await expect.poll(() => accepts(port), { timeout: 30_000 }).toBe(false);
});

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
