// Whether anybody looks at the race: the tab is visible, and the race is the view that is shown. Who looks away for long
// gives the race's port back.

/** In ms. */
export const GIVE_BACK_MS = 60_000;

export interface PresenceListener {
  seen(): void;
  unseen(): void;
  /** It has been out of sight for a minute, or the page is left. */
  leave(): void;
}

export interface Presence {
  inView(shown: boolean): void;
}

export function followVisibility({ seen, unseen, leave }: PresenceListener): Presence {
  let shown = false;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let wasSeen = false;

  function look(): void {
    const isSeen = shown && !document.hidden;
    if (isSeen === wasSeen) return;
    wasSeen = isSeen;
    clearTimeout(leaving);
    if (isSeen) seen();
    else {
      unseen();
      leaving = setTimeout(leave, GIVE_BACK_MS);
    }
  }

  document.addEventListener('visibilitychange', look);
  // A page that is left, and may come back out of the browser's cache.
  addEventListener('pagehide', leave);
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted && wasSeen) seen();
  });
  return {
    inView(now) {
      shown = now;
      look();
    },
  };
}
