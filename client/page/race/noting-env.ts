// An environment that notes when each request, answer and WebSocket frame was on the client's side.
import type { HttpResponse, SocketHandlers, TransportEnv } from '../../transports/transport.ts';
import type { RequestNote, SocketNote } from './frame-messages.ts';

export interface EnvNotes {
  request(number: number, note: RequestNote): void;
  socket(number: number, note: SocketNote): void;
}

let requests = 0;
let sockets = 0;

export function createNotingEnv(env: TransportEnv, notes: EnvNotes): TransportEnv {
  return {
    async request(request) {
      requests += 1;
      const number = requests;
      const note = (what: RequestNote) => notes.request(number, what);
      note({ kind: 'request', method: request.method, path: request.path });
      let response: HttpResponse;
      try {
        response = await env.request(request);
      } catch (error) {
        note({ kind: 'done', failed: true });
        throw error;
      }
      note({ kind: 'head', status: response.status });
      return { status: response.status, header: (name) => response.header(name), body: noted(response.body, note) };
    },

    openSocket(path, handlers) {
      sockets += 1;
      const number = sockets;
      const note = (what: SocketNote) => notes.socket(number, what);
      note({ kind: 'socket-opening', path });
      const noting: SocketHandlers = {
        opened() {
          note({ kind: 'socket-open' });
          handlers.opened();
        },
        text(text) {
          note({ kind: 'socket-received', text });
          handlers.text(text);
        },
        closed(code, reason) {
          note({ kind: 'socket-closed', code });
          handlers.closed(code, reason);
        },
      };
      const socket = env.openSocket(path, noting);
      return {
        send(text) {
          note({ kind: 'socket-sent', text });
          socket.send(text);
        },
        close: (code) => socket.close(code),
      };
    },

    now: () => env.now(),
    close: () => env.close(),
  };
}

async function* noted(
  body: AsyncIterable<Uint8Array>,
  note: (what: RequestNote) => void,
): AsyncGenerator<Uint8Array, void> {
  let failed = true;
  try {
    for await (const chunk of body) {
      note({ kind: 'body', bytes: chunk.length });
      yield chunk;
    }
    failed = false;
  } finally {
    note({ kind: 'done', failed });
  }
}
