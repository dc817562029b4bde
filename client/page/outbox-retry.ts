// When the outbox sends again what has failed: a countdown, and "Try now".
import { byId } from './dom.ts';
import { formatCountdown } from './format.ts';

const TICK_MS = 250;

export interface OutboxRetryOptions {
  /** The session's clock, in ms. */
  readonly now: () => number;
  /** The moment on that clock, or null where nothing is held back. */
  readonly retryAt: () => number | null;
  readonly tryNow: () => void;
}

/** @returns a function to call whenever the moment may have changed. */
export function createOutboxRetry({ now, retryAt, tryNow }: OutboxRetryOptions): () => void {
  const line = byId('outbox-retry', HTMLElement);
  const words = byId('outbox-retry-words', HTMLElement);
  let ticking: ReturnType<typeof setInterval> | undefined;

  function show(): void {
    const at = retryAt();
    line.hidden = at === null;
    if (at === null) {
      clearInterval(ticking);
      ticking = undefined;
      return;
    }
    words.textContent = `Sent again in ${formatCountdown(at - now())}`;
    ticking ??= setInterval(show, TICK_MS);
  }

  byId('outbox-try', HTMLButtonElement).addEventListener('click', () => {
    tryNow();
    show();
  });
  return show;
}
