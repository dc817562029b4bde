// The state of the connection, in words, with its signs of life, and the two buttons that change it.
import type { Pulse, SessionStatus } from '../session/session-types.ts';
import { byId } from './dom.ts';
import { formatCountdown, formatElapsed } from './format.ts';

const TICK_MS = 250;
/** What a sign of life may be late, in ms: networks and timers are. */
const GRACE_MS = 1000;
/** It may be wrong: a server on this machine needs no network. */
const OFFLINE = ', but this browser says it is offline';

export interface StatusLineOptions {
  /** The session's clock, in ms. */
  readonly now: () => number;
  readonly label: (transport: string) => string;
  /** Null unless connected. */
  readonly pulse: () => Pulse | null;
  readonly connect: () => void;
  readonly disconnect: () => void;
}

export interface StatusLine {
  show(status: SessionStatus): void;
}

export function createStatusLine({ now, label, pulse, connect, disconnect }: StatusLineOptions): StatusLine {
  const words = byId('status', HTMLElement);
  const retry = byId('retry', HTMLElement);
  const signs = byId('pulse', HTMLElement);
  const connectButton = byId('connect', HTMLButtonElement);
  const disconnectButton = byId('disconnect', HTMLButtonElement);
  /** The transport that was last connected. */
  let once = '';
  let ticking: ReturnType<typeof setInterval> | undefined;
  connectButton.addEventListener('click', connect);
  disconnectButton.addEventListener('click', disconnect);

  function countDown({ retryAt, lastEnd }: SessionStatus): void {
    const when = retryAt === undefined ? '' : `Next try in ${formatCountdown(retryAt - now())}`;
    write(retry, lastEnd === undefined ? when : `${when} (${lastEnd.detail.replace(/\.$/, '')})`);
  }

  /** A connection that is silent may be dead: nobody can tell before its next sign of life is due. */
  function showPulse(status: SessionStatus): void {
    const last = pulse();
    signs.hidden = last === null;
    if (last === null) return;
    const overdue = now() > last.dueAt + GRACE_MS;
    words.dataset['pulse'] = overdue ? 'overdue' : 'due';
    write(words, wordsFor(status, label(status.transport), once) + (overdue ? ', but nothing is heard' : ''));
    write(signs, pulseWords(last, now()));
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
      words.dataset['pulse'] = 'none';
      if (state === 'connected') once = transport;
      write(words, wordsFor(status, label(transport), once));

      clearInterval(ticking);
      retry.hidden = state !== 'waiting';
      signs.hidden = state !== 'connected';
      const tick = state === 'waiting' ? countDown : state === 'connected' ? showPulse : null;
      if (tick !== null) {
        tick(status);
        ticking = setInterval(() => tick(status), TICK_MS);
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

/** @param once the transport that was last connected. */
function wordsFor({ state, attempt, transport, offline }: SessionStatus, name: string, once: string): string {
  const words = () => {
    switch (state) {
      case 'closed':
        return 'Connection closed';
      case 'connected':
        return `Connected over ${name}`;
      case 'connecting':
        if (attempt === 0) return `Connecting over ${name}`;
        break;
      case 'waiting':
    }
    return once === transport ? `Reconnecting over ${name}` : `Trying to connect over ${name}`;
  };
  return words() + (offline === true ? OFFLINE : '');
}

function pulseWords({ heardAt, dueAt, lostAt }: Pulse, now: number): string {
  const heard = `Last heard ${formatElapsed(now - heardAt)} ago`;
  if (now <= dueAt + GRACE_MS) return `${heard}, next sign of life due in ${formatCountdown(dueAt - now)}`;
  return `${heard}; a sign of life is overdue. Given up in ${formatCountdown(lostAt - now)}`;
}

/** Only what differs: whoever has selected the words keeps the selection, and a live region says nothing twice. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
