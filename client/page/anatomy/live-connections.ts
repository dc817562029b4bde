// This view's live connections: the trace, a WebSocket to the room, and one to an echo once something is sent there.
import type { SocketHandle, TransportEnv } from '../../transports/transport.ts';
import type { TabIdentity } from '../identity.ts';
import { openRoomSocket, type RoomSocket } from './room-socket.ts';
import type { TraceEvent } from './trace-events.ts';
import { openTrace } from './trace-stream.ts';

const ECHO_PATH = '/v1/lab/websocket-echo';

export type Target = 'echo' | 'room';

export interface LiveStatus {
  readonly state: 'closed' | 'connecting' | 'connected' | 'off';
  readonly text: string;
}

export interface LiveConnectionsOptions {
  readonly env: TransportEnv;
  readonly identity: TabIdentity;
  readonly clientId: string;
  readonly status: (status: LiveStatus) => void;
  readonly event: (event: TraceEvent) => void;
  readonly refused: (detail: string) => void;
}

export interface LiveConnections {
  open(): void;
  /** Sends a text frame, as soon as the connection to the target is there. */
  send(target: Target, text: string): void;
  close(): void;
}

export function createLiveConnections(options: LiveConnectionsOptions): LiveConnections {
  const { env, identity, clientId, status, event, refused } = options;
  let endTrace: (() => void) | null = null;
  let trace: string | null = null;
  let room: RoomSocket | null = null;
  let echo: SocketHandle | null = null;
  /** What waits for a connection that is being opened; null once it is there. */
  let waiting: Record<Target, string[] | null> = { room: [], echo: [] };

  function dropSockets(): void {
    room?.close();
    echo?.close();
    room = null;
    echo = null;
    trace = null;
    waiting = { room: [], echo: [] };
  }

  function release(target: Target, send: (text: string) => void): void {
    const texts = waiting[target] ?? [];
    waiting[target] = null;
    for (const text of texts) send(text);
  }

  function openRoom(id: string): void {
    const socket = openRoomSocket({
      env,
      identity,
      clientId,
      trace: id,
      ready() {
        release('room', socket.send);
        status({ state: 'connected', text: 'Connected: every byte of it is shown below' });
      },
      refused,
      closed(detail) {
        if (room !== socket) return;
        room = null;
        waiting.room = [];
        status({ state: 'closed', text: `Not connected: ${detail}` });
      },
    });
    room = socket;
  }

  function openEcho(id: string): SocketHandle {
    const socket = env.openSocket(`${ECHO_PATH}?${new URLSearchParams({ trace: id })}`, {
      opened: () => release('echo', socket.send),
      text: () => undefined,
      closed(code, reason) {
        if (echo !== socket) return;
        echo = null;
        waiting.echo = [];
        refused(`The echo closed the connection (${code}${reason === '' ? '' : `: ${reason}`}).`);
      },
    });
    return socket;
  }

  function closeAll(): void {
    endTrace?.();
    endTrace = null;
    dropSockets();
  }

  return {
    open() {
      closeAll();
      status({ state: 'connecting', text: 'Connecting' });
      endTrace = openTrace(env, {
        began(id) {
          // After an interruption the old sockets are traced to nobody.
          dropSockets();
          trace = id;
          openRoom(id);
        },
        event,
        interrupted() {
          dropSockets();
          status({ state: 'connecting', text: 'The lab can’t be reached: connecting again' });
        },
        off: () => status({ state: 'off', text: 'No live bytes here' }),
        failed: (detail) => status({ state: 'closed', text: `No live bytes: ${detail}` }),
      });
    },
    send(target, text) {
      if (trace === null) return;
      if (target === 'room' && room === null) openRoom(trace);
      if (target === 'echo') echo ??= openEcho(trace);
      const line = waiting[target];
      if (line !== null) line.push(text);
      else (target === 'room' ? room : echo)?.send(text);
    },
    close: closeAll,
  };
}
