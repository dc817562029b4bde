// Tells a person what stands in the way beyond a lost connection, and offers a way out: what the session found out, and
// the browser's own limit of connections, which keeps a request from even leaving.
import { defined } from '../../server/protocol/defined.ts';
import type { OutboxEntry, SessionStatus, SessionTrouble } from '../session/session-types.ts';
import { byId } from './dom.ts';

/** How long a request may go without an answer before the person is told, in ms. */
export const HELD_UP_MS = 2000;
/** The one whose connections are not counted among the browser's six. */
const UNCOUNTED = 'websocket';

/** Which transport to offer where one of them is refused, */
const REFUSED: Readonly<Record<string, string>> = { websocket: 'sse', sse: 'long-polling' };
/** and where it is held back. */
const HELD_BACK: Readonly<Record<string, string>> = { sse: UNCOUNTED, websocket: 'long-polling' };

export interface ObstaclesOptions {
  readonly label: (transport: string) => string;
  readonly switchTo: (transport: string) => void;
}

export interface Obstacles {
  status(status: SessionStatus): void;
  outbox(entry: OutboxEntry): void;
}

interface Obstacle {
  readonly words: string;
  /** The transport that is offered, where another one helps. */
  readonly instead?: string;
}

export function createObstacles({ label, switchTo }: ObstaclesOptions): Obstacles {
  const box = byId('obstacle', HTMLElement);
  const words = byId('obstacle-words', HTMLElement);
  const button = byId('obstacle-switch', HTMLButtonElement);
  /** Messages that are on their way. */
  const sent = new Set<string>();
  let transport = '';
  let connecting = false;
  let trouble: SessionTrouble | undefined;
  let heldUp = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let instead = '';

  function show(): void {
    const obstacle = trouble === undefined ? waiting() : inTrouble(trouble, transport, label);
    if (obstacle !== null && words.textContent !== obstacle.words) words.textContent = obstacle.words;
    instead = obstacle?.instead ?? '';
    button.hidden = instead === '';
    button.textContent = `Switch to ${label(instead)}`;
    box.hidden = obstacle === null;
  }

  function waiting(): Obstacle | null {
    if (!heldUp) return null;
    const what = connecting ? `The lab has not answered over ${label(transport)}` : 'Your message has no receipt';
    const limit =
      'It may not even have left: over HTTP/1.1 a browser opens at most six connections to one server (“connections ' +
      'per host”), and each tab that listens keeps one of them.';
    const ways = `Ways out: ${label(UNCOUNTED)}, which is not counted among the six, or fewer tabs.`;
    return { words: `${what} for ${HELD_UP_MS / 1000} s. ${limit} ${ways}`, instead: UNCOUNTED };
  }

  /** The time begins anew with each thing that gets through. */
  function watch(): void {
    clearTimeout(timer);
    heldUp = false;
    if (transport !== UNCOUNTED && (connecting || sent.size > 0)) {
      timer = setTimeout(() => {
        heldUp = true;
        show();
      }, HELD_UP_MS);
    }
    show();
  }

  button.addEventListener('click', () => switchTo(instead));
  return {
    status(status) {
      const now = status.state === 'connecting';
      const same = now === connecting && status.transport === transport;
      connecting = now;
      transport = status.transport;
      trouble = status.state === 'closed' ? undefined : status.trouble;
      if (same) show();
      else watch();
    },
    outbox({ id, state }) {
      const before = sent.size;
      if (state === 'sent') sent.add(id);
      else sent.delete(id);
      if (sent.size !== before) watch();
    },
  };
}

function inTrouble(trouble: SessionTrouble, transport: string, label: (transport: string) => string): Obstacle {
  const offer = (others: Readonly<Record<string, string>>) => {
    const instead = others[transport];
    return defined({ instead });
  };
  switch (trouble) {
    case 'never-opened':
      return {
        words: `${label(transport)} has never got through here (the server or a proxy refused it).`,
        ...offer(REFUSED),
      };
    case 'held-back':
      return {
        words:
          'Something on the way holds the stream back: a proxy that collects what it should pass on, or this browser, ' +
          'which opens at most six connections to one server over HTTP/1.1.',
        ...offer(HELD_BACK),
      };
    case 'several-servers':
      return {
        words:
          'Several servers answer under this address, each with a room of its own. Here they are asked less often; ' +
          'whoever runs them has to give them one store, or send each visitor to the same one.',
      };
  }
}
