// WebSocket (RFC 6455), subprotocol lab.v1: one connection that both sides speak over, publishing included.
import type { Draft, Receipt } from '../../server/protocol/messages.ts';
import { streamPath } from './http/read-path.ts';
import {
  PublishError,
  type SocketHandle,
  type Transport,
  type TransportConnection,
  type TransportEnd,
  type TransportListener,
  type TransportOptions,
} from './transport.ts';
import { isFields, isReceipt, parseJson } from './wire/checks.ts';
import { CLOSED_BY_US, lost, nonsense, unreachable } from './wire/ends.ts';
import { guardListener } from './wire/guarded-listener.ts';
import { createStreamReader } from './wire/stream-reader.ts';

const NAME = 'websocket';
/** No close frame came: the connection broke, or never was. */
const ABNORMAL = 1006;
/** The server is going away, or went without a code: nothing was wrong with what we did. */
const PARTINGS: readonly number[] = [1000, 1001, 1005];

interface Pending {
  readonly token: string;
  resolve(receipt: Receipt): void;
  reject(error: PublishError): void;
}

function endOf(code: number, reason: string, opened: boolean): TransportEnd {
  const because = reason === '' ? '' : `: ${reason}`;
  if (!opened) return unreachable(`the WebSocket did not open${because}`);
  if (code === ABNORMAL) return lost(`the connection broke off${because}`);
  if (PARTINGS.includes(code)) return lost(`the server closed the connection (${code})${because}`);
  return { reason: 'refused', detail: `the server closed the connection (${code})${because}` };
}

function unknownFate(detail: string): PublishError {
  return new PublishError(detail, null, null, null);
}

function open(options: TransportOptions, toListener: TransportListener): TransportConnection {
  const pending = new Map<string, Pending>();
  /** The token that this connection speaks for, or has asked to. */
  let token: string | null = null;
  let socket: SocketHandle | null = null;
  /** Frames for a socket that is not open yet; null once it is. */
  let early: string[] | null = [];

  const listener = guardListener(toListener, () => {
    for (const { reject } of pending.values()) reject(unknownFate('the connection ended before a receipt'));
    pending.clear();
    socket?.close();
  });
  const reader = createStreamReader(listener);

  function onReceipt(frame: unknown): void {
    if (!isReceipt(frame)) {
      listener.ended(nonsense('a receipt without its fields'));
      return;
    }
    const { id, seq, cursor, at, duplicate } = frame;
    pending.get(id)?.resolve({ id, seq, cursor, at, duplicate });
    pending.delete(id);
  }

  function onError(frame: Readonly<Record<string, unknown>>): void {
    const { id, status, code, detail, retryAfterMs } = frame;
    if (typeof status !== 'number' || typeof code !== 'string' || typeof detail !== 'string') {
      listener.ended(nonsense('an error without its fields'));
      return;
    }
    if (typeof id === 'string') {
      const publish = pending.get(id);
      pending.delete(id);
      // The next publish authenticates again.
      if (status === 401 && publish?.token === token) token = null;
      publish?.reject(new PublishError(detail, status, code, typeof retryAfterMs === 'number' ? retryAfterMs : null));
    } else if (status === 401) {
      // Of the authentication; the publishes that were sent behind it are each answered too.
      token = null;
    } else if (status !== 409) {
      // Whichever frame it was about, no answer to it will come. (409: authenticated already, which does no harm.)
      listener.ended({ reason: 'refused', detail, status });
    }
  }

  function onText(data: string): void {
    if (listener.over) return;
    const frame = parseJson(data);
    if (!isFields(frame) || typeof frame['type'] !== 'string') {
      listener.ended(nonsense('a frame that is no JSON object with a type'));
      return;
    }
    switch (frame['type']) {
      case 'receipt':
        onReceipt(frame);
        break;
      case 'error':
        onError(frame);
        break;
      case 'authenticated':
        break;
      default: {
        const value = frame['type'] === 'message' ? frame['message'] : frame;
        const end = reader.take(frame['type'], value);
        if (end !== null) listener.ended(end);
      }
    }
    reader.flush();
  }

  function send(frame: object): void {
    const text = JSON.stringify(frame);
    if (early === null) socket?.send(text);
    else early.push(text);
  }

  function publish(draft: Draft, publishToken: string): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      if (listener.over) {
        reject(unknownFate('the connection is closed'));
        return;
      }
      if (token !== null && token !== publishToken) {
        // A connection speaks for one visitor, from its authentication to its end.
        reject(unknownFate('the connection speaks for another identity'));
        listener.ended({ ...lost('another identity takes another connection', 'renamed'), retryMs: 0 });
        return;
      }
      if (token === null) {
        token = publishToken;
        send({ type: 'authenticate', token });
      }
      pending.set(draft.id, { token: publishToken, resolve, reject });
      send({ type: 'publish', id: draft.id, text: draft.text });
    });
  }

  socket = options.env.openSocket(streamPath(NAME, options), {
    opened() {
      const frames = early ?? [];
      early = null;
      listener.answered();
      for (const frame of frames) socket?.send(frame);
    },
    text: onText,
    closed(code, reason) {
      listener.ended(endOf(code, reason, early === null));
    },
  });
  return {
    publish,
    setPollIntervalMs() {
      // A stream is not polled.
    },
    close() {
      listener.ended(CLOSED_BY_US);
    },
  };
}

export function createWebSocketTransport(): Transport {
  return {
    name: NAME,
    label: 'WebSocket',
    summary: 'One connection that stays open and on which both sides may speak at any time.',
    pace: 'stream',
    open,
  };
}
