// Counts what others say while this page's room is out of sight: another tab, another window, another view.
import { titleUnread } from './page-title.ts';

export interface Unread {
  /** Others have said something. */
  said(count: number): void;
  /** Whether the room is the view that is shown. */
  inView(shown: boolean): void;
}

export function createUnread(): Unread {
  let count = 0;
  let shown = true;
  const seen = () => shown && document.visibilityState === 'visible';

  function look(): void {
    if (seen()) count = 0;
    titleUnread(count);
  }

  document.addEventListener('visibilitychange', look);
  return {
    said(more) {
      if (seen()) return;
      count += more;
      titleUnread(count);
    },
    inView(now) {
      shown = now;
      look();
    },
  };
}
