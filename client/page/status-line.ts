// The state of the connection, in words, and the two buttons that change it.
import type { SessionStatus } from '../session/session-types.ts';
import { byId } from './dom.ts';
import { formatCountdown } from './format.ts';

const TICK_MS = 250;
/** It may be wrong: a server on this machine needs no network. */
const OFFLINE = ', but this browser says it is offline';

export interface StatusLineOptions {
  /** The session's clock, in ms. */
  readonly now: () => number;
  readonly label: (transport: string) => string;
  readonly connect: () => void;
  readonly disconnect: () => void;
}

export interface StatusLine {
  show(status: SessionStatus): void;
}

export function createStatusLine({ now, label, connect, disconnect }: StatusLineOptions): StatusLine {
  const words = byId('status', HTMLElement);
  const retry = byId('retry', HTMLElement);
  const connectButton = byId('connect', HTMLButtonElement);
  const disconnectButton = byId('disconnect', HTMLButtonElement);
  let ticking: ReturnType<typeof setInterval> | undefined;
  connectButton.addEventListener('click', connect);
  disconnectButton.addEventListener('click', disconnect);

  function countDown(status: SessionStatus): void {
    const { retryAt, lastEnd } = status;
    const when = retryAt === undefined ? '' : `Next try in ${formatCountdown(retryAt - now())}`;
    retry.textContent = lastEnd === undefined ? when : `${when} (${lastEnd.detail.replace(/\.$/, '')})`;
  }

  /** A button that is switched off loses the focus, which then belongs to the other one. */
  function enable(button: HTMLButtonElement, other: HTMLButtonElement): void {
    button.disabled = false;
    if (document.activeElement === other) button.focus();
    other.disabled = true;
  }

  return {
    show(status) {
      const { state, transport } = status;
      words.dataset['state'] = state;
      words.dataset['transport'] = transport;
      const text = wordsFor(status, label(transport)) + (status.offline === true ? OFFLINE : '');
      if (words.textContent !== text) words.textContent = text;

      clearInterval(ticking);
      retry.hidden = state !== 'waiting';
      if (state === 'waiting') {
        countDown(status);
        ticking = setInterval(() => countDown(status), TICK_MS);
      }

      connectButton.textContent = state === 'waiting' ? 'Connect now' : 'Connect';
      if (state === 'closed') enable(connectButton, disconnectButton);
      else if (state === 'waiting') {
        connectButton.disabled = false;
        disconnectButton.disabled = false;
      } else enable(disconnectButton, connectButton);
    },
  };
}

function wordsFor({ state, attempt }: SessionStatus, transport: string): string {
  switch (state) {
    case 'closed':
      return 'Connection closed';
    case 'connecting':
      return attempt > 0 ? `Reconnecting over ${transport}` : `Connecting over ${transport}`;
    case 'connected':
      return `Connected over ${transport}`;
    case 'waiting':
      return `Reconnecting over ${transport}`;
  }
}
