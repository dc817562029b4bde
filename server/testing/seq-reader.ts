// A reader of a stream for very many messages: it keeps their seqs and drops the rest, and it can stop reading.
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { requestText } from './raw-client.ts';

const HEADERS = {
  sse: {},
  websocket: {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  },
};

/** Of a message's JSON, and of nothing else that is said. */
const BEGINNING = '{"seq":';

export interface SeqReader {
  readonly tcp: Socket;
  /** The seqs of all messages that came whole, in the order in which they came. */
  readonly seqs: readonly number[];
  pause(): void;
  resume(): void;
}

/**
 * Resolves when the stream has said hello. It answers no pings, and takes a message to end where its JSON does, so the
 * texts must not look like JSON.
 */
export function openSeqReader(url: string, transport: 'sse' | 'websocket', query: string): Promise<SeqReader> {
  const { hostname, port } = new URL(url);
  const tcp = connect({ host: hostname, port: Number(port) });
  onTestFinished(() => void tcp.destroy());
  tcp.write(requestText('GET', `/v1/${transport}${query}`, HEADERS[transport]));
  const seqs: number[] = [];
  let unread = '';
  const take = () => {
    let at = 0;
    for (;;) {
      const start = unread.indexOf(BEGINNING, at);
      const via = start < 0 ? -1 : unread.indexOf('"via":"', start);
      const end = via < 0 ? -1 : unread.indexOf('"}', via);
      if (end < 0) break;
      const seq = start + BEGINNING.length;
      seqs.push(Number(unread.slice(seq, unread.indexOf(',', seq))));
      at = end;
    }
    unread = unread.slice(at);
  };
  const reader = { tcp, seqs, pause: () => void tcp.pause(), resume: () => void tcp.resume() };
  return new Promise((resolve, reject) => {
    tcp.on('error', reject);
    tcp.on('data', (bytes) => {
      unread += bytes.toString('latin1');
      // Resolving again says nothing.
      if (unread.includes('"heartbeatMs"')) resolve(reader);
      take();
    });
  });
}
