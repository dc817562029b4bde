// What the browser notices of the network and of the page, as hints for a session.
import type { SessionHint } from '../session/session-types.ts';

/** Passes hints on for as long as the page lives, and at once where the browser has no network. */
export function startHints(hint: (hint: SessionHint) => void): void {
  addEventListener('online', () => hint('online'));
  addEventListener('offline', () => hint('offline'));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') hint('visible');
  });
  // Taken from the back-forward cache, where it was frozen with all its timers.
  addEventListener('pageshow', (event) => {
    if (event.persisted) hint('visible');
  });
  if (!navigator.onLine) hint('offline');
}
