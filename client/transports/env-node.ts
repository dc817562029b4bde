// Node's parts: node:http with one keep-alive agent per environment, the ws package, and the machine's monotonic clock.
import { Agent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../server/protocol/limits.ts';
import {
  type HttpRequest,
  type HttpResponse,
  RESEND_WITHIN_MS,
  type SocketHandle,
  type SocketHandlers,
  type TransportEnv,
} from './transport.ts';

/** How long a closing handshake may take, in ms, before the socket is destroyed. */
const CLOSE_TIMEOUT_MS = 5_000;
/** How long a WebSocket's opening handshake may take, in ms. */
const HANDSHAKE_TIMEOUT_MS = 15_000;
/** Bytes of a frame from the server. */
const MAX_FRAME_BYTES = 1024 * 1024;

export interface NodeEnvOptions {
  /** The lab's origin, for example `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  /** Sent as Origin, as a browser would; default: none. */
  readonly origin?: string;
  /** The local address to connect from: one machine has too few ports for very many connections. */
  readonly localAddress?: string;
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {
  // A 204 has no body.
}

function toResponse(incoming: IncomingMessage): HttpResponse {
  const status = incoming.statusCode ?? 0;
  // Nobody reads an empty body, but the agent takes the connection back only at its end.
  if (status === 204) incoming.resume();
  return {
    status,
    header(name) {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    },
    body: status === 204 ? nothing() : incoming,
  };
}

export function createNodeEnv(options: NodeEnvOptions): TransportEnv {
  const base = new URL(options.baseUrl);
  const secure = base.protocol === 'https:';
  const agent = secure ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const startRequest = secure ? requestHttps : requestHttp;
  const common: RequestOptions = {
    agent,
    hostname: base.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: base.port,
    ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
  };

  function headersOf({ headers, body }: HttpRequest): Record<string, string | number> {
    return {
      ...(options.origin === undefined ? {} : { origin: options.origin }),
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
  }

  function request(wanted: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const { method, path, body, signal } = wanted;
      if (signal?.aborted === true) {
        reject(new Error('aborted'));
        return;
      }
      let answer: IncomingMessage | null = null;
      const sentAt = Date.now();
      const outgoing = startRequest({ ...common, method, path, headers: headersOf(wanted) });
      const abort = () => {
        if (answer === null) outgoing.destroy(new Error('aborted'));
        else answer.destroy();
      };
      signal?.addEventListener('abort', abort);
      outgoing.on('close', () => signal?.removeEventListener('abort', abort));
      outgoing.on('response', (incoming) => {
        answer = incoming;
        resolve(toResponse(incoming));
      });
      outgoing.on('error', (error) => {
        // Before another try, which listens for itself: there can be many, and this one's 'close' may be long in coming.
        signal?.removeEventListener('abort', abort);
        // A kept-alive connection that the server closed just as it was used again: try another, as browsers do.
        const soon = Date.now() - sentAt < RESEND_WITHIN_MS;
        if (outgoing.reusedSocket && answer === null && signal?.aborted !== true && soon) resolve(request(wanted));
        else reject(error);
      });
      outgoing.end(body);
    });
  }

  function openSocket(path: string, handlers: SocketHandlers): SocketHandle {
    const url = new URL(path, base);
    url.protocol = secure ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, SUBPROTOCOL, {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_FRAME_BYTES,
      ...(options.origin === undefined ? {} : { origin: options.origin }),
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    });
    let failure = '';
    let closeTimer: ReturnType<typeof setTimeout> | undefined;
    socket.on('open', () => handlers.opened());
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) handlers.text(data.toString());
    });
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.on('close', (code, reason) => {
      clearTimeout(closeTimer);
      handlers.closed(code, reason.length > 0 ? reason.toString() : failure);
    });
    return {
      send(text) {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close(code = 1000) {
        if (socket.readyState === WebSocket.CLOSED) return;
        socket.close(code);
        closeTimer ??= setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
      },
    };
  }

  return {
    request,
    openSocket,
    now: () => Number(process.hrtime.bigint()) / 1e6,
    close() {
      agent.destroy();
    },
  };
}
