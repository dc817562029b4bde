// The WebSocket example of docs/protocol.md comes back after a refused handshake, whatever its WebSocket tells of one.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../project-root.ts';

const document = readFileSync(join(projectRoot(), 'docs', 'protocol.md'), 'utf8');
const [, example = ''] = /### WebSocket\n[^#]*?```js\n([\s\S]*?)```/.exec(document) ?? [];
const ATTEMPTS = 3;

/** What the example finds in a page; it need not wait between two attempts here. */
const around = (host: string) => `
  const location = { host: ${JSON.stringify(host)} }, token = '', clear = () => {}, show = () => {};
  const setTimeout = (callback) => setImmediate(callback);
  ${example}
  read();
`;

/** Resolves with how many handshakes a server sees that refuses all of them, each time in the way given. */
async function attemptsOf(flags: readonly string[], before = ''): Promise<number> {
  const server = createServer();
  let attempts = 0;
  const enough = new Promise<void>((resolve) => {
    server.on('upgrade', (_request, socket) => {
      attempts += 1;
      socket.on('error', () => socket.destroy());
      if (attempts === ATTEMPTS) resolve();
      socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const child = execFile(process.execPath, [...flags, '--input-type=module', '-e', before + around(host)]);
  onTestFinished(() => {
    child.kill('SIGKILL');
    server.close();
  });
  const ended = once(child, 'close');
  await Promise.race([enough, ended]);
  return attempts;
}

const [major = 0] = process.versions.node.split('.').map(Number);

test('Node’s own WebSocket', async () => {
  // Node 20 has that of undici 6 behind a flag.
  expect(await attemptsOf(major < 22 ? ['--experimental-websocket'] : [])).toBe(ATTEMPTS);
});

test('the ws package, which tells of both', async () => {
  const ws = join(projectRoot(), 'node_modules', 'ws', 'wrapper.mjs');
  expect(await attemptsOf([], `import { WebSocket } from ${JSON.stringify(ws)};`)).toBe(ATTEMPTS);
});
