// A reverse proxy as one meets them: it knows nothing of WebSocket, and may collect what it should pass on, or spread
// requests over servers that are strangers to each other.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HttpProxyOptions {
  /** Answers are passed on when they are complete, which a stream never is. */
  readonly collects?: boolean;
}

/** Starts one that gives each request to the next target; it refuses WebSockets, and ends with the test. @returns its URL. */
export async function startHttpProxy(targets: readonly string[], options: HttpProxyOptions = {}): Promise<string> {
  let requests = 0;
  const server = createServer((from, to) => {
    const target = new URL(targets[requests % targets.length] ?? '');
    requests += 1;
    const { method, url: path, headers } = from;
    const ahead = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      if (options.collects === true) {
        to.flushHeaders();
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => to.end(Buffer.concat(parts)));
        answer.on('error', () => to.destroy());
      } else answer.pipe(to);
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
