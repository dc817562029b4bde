// A reverse proxy as one meets them: it may know nothing of WebSocket, or spread requests over servers that are strangers
// to each other.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts one that gives each request to the next target; it refuses WebSockets, and ends with the test. @returns its URL. */
export async function startHttpProxy(...targets: readonly string[]): Promise<string> {
  let requests = 0;
  const server = createServer((from, to) => {
    const target = new URL(targets[requests % targets.length] ?? '');
    requests += 1;
    const { method, url: path, headers } = from;
    const ahead = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    ahead.on('error', () => to.destroy());
    to.on('close', () => ahead.destroy());
    from.pipe(ahead);
  });
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
