// What the bare broadcasters share: the least that can take the bench's POST and hand the message to all who listen.
// No store, no identity, no limits, no catching up; it speaks just enough of the wire protocol to be measured with the
// same publisher and the same clients as the lab.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const EPOCH = 'bare';

export interface BareRoom {
  readonly server: Server;
  /** Where a reader that comes now begins. */
  cursor(): string;
  /** Accepts connections on a free port of loopback, and says so. */
  listen(): void;
}

/** @param broadcast hands one message, as JSON, to all who listen. */
export function createBareRoom(
  broadcast: (json: string, cursor: string) => void,
  stream: (request: IncomingMessage, response: ServerResponse) => void,
): BareRoom {
  let seq = 0;
  const cursor = () => `${EPOCH}.${seq}`;
  const identity = JSON.stringify({ uid: 'bare', name: 'Bench', token: 'bare' });

  function publish(body: string, response: ServerResponse): void {
    const { id, text } = JSON.parse(body) as { id: string; text: string };
    seq += 1;
    const at = Date.now();
    broadcast(JSON.stringify({ seq, id, from: 'bare', name: 'Bench', text, at, via: 'http' }), cursor());
    answer(response, JSON.stringify({ id, seq, cursor: cursor(), at, duplicate: false }));
  }

  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      stream(request, response);
      return;
    }
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.url === '/v1/join') answer(response, identity);
      else publish(Buffer.concat(parts).toString(), response);
    });
  });
  // As the lab's: a publisher's connection may have nothing to send for longer than Node's own five seconds.
  server.keepAliveTimeout = 75_000;
  return {
    server,
    cursor,
    listen: () => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address === null || typeof address !== 'object') return;
        process.stdout.write(`listening on http://127.0.0.1:${address.port}\n`);
      });
    },
  };
}

function answer(response: ServerResponse, body: string): void {
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}
