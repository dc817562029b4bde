// A WebSocket of this view's own into the room: it authenticates, and then publishes.
import { errorText } from '../../../server/protocol/error-text.ts';
import type { Joined } from '../../../server/protocol/messages.ts';
import { transportPath } from '../../../server/protocol/routes.ts';
import { requestJoin } from '../../session/joining.ts';
import type { SocketHandle, TransportEnv } from '../../transports/transport.ts';
import { isFields, parseJson } from '../../transports/wire/checks.ts';
import type { TabIdentity } from '../identity.ts';

const UNAUTHORIZED = 401;

export interface RoomSocketOptions {
  readonly env: TransportEnv;
  readonly identity: TabIdentity;
  readonly clientId: string;
  readonly trace: string;
  /** From now on `publish` is taken. */
  readonly ready: () => void;
  /** A text frame of the server's, as a value. */
  readonly received?: (frame: Readonly<Record<string, unknown>>) => void;
  /** Something was refused; the connection may go on. */
  readonly refused: (detail: string) => void;
  readonly closed: (detail: string) => void;
}

export interface RoomSocket {
  send(frame: string): void;
  close(): void;
}

/** @returns the JSON of a frame that publishes a text. */
export function publishFrame(id: string, text: string): string {
  return JSON.stringify({ type: 'publish', id, text });
}

/** Opens it at once, and joins first where there is no identity yet. */
export function openRoomSocket(options: RoomSocketOptions): RoomSocket {
  const { env, identity, clientId, trace, ready, refused, received, closed } = options;
  const abort = new AbortController();
  /** A token that the server did not take is not offered again. */
  let refusedToken: string | null = null;

  async function join(): Promise<Joined> {
    const joined = await requestJoin(env, clientId, undefined, abort.signal);
    identity.keep(joined);
    return joined;
  }

  async function authenticate(): Promise<void> {
    try {
      const known = identity.joined?.token === refusedToken ? null : identity.joined;
      const { token } = known ?? (await join());
      socket.send(JSON.stringify({ type: 'authenticate', token }));
    } catch (error) {
      if (!abort.signal.aborted) refused(errorText(error));
    }
  }

  function handle(frame: Readonly<Record<string, unknown>>): void {
    received?.(frame);
    if (frame['type'] === 'authenticated') ready();
    if (frame['type'] !== 'error') return;
    if (frame['status'] === UNAUTHORIZED && refusedToken === null) {
      refusedToken = identity.joined?.token ?? null;
      void authenticate();
    } else refused(String(frame['detail']));
  }

  const query = new URLSearchParams({ client: clientId, history: '0', trace });
  const socket: SocketHandle = env.openSocket(`${transportPath('websocket')}?${query}`, {
    opened: () => void authenticate(),
    text(data) {
      const frame = parseJson(data);
      if (isFields(frame)) handle(frame);
    },
    closed(code, reason) {
      abort.abort();
      closed(`the connection was closed (${code}${reason === '' ? '' : `: ${reason}`})`);
    },
  });

  return {
    send: socket.send,
    close() {
      abort.abort();
      socket.close();
    },
  };
}
