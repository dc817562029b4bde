// Keeps a scrolling log at its end while the reader is there, and otherwise offers a way to what is new.

/** A reader this near to the end counts as being there. */
const NEAR_END_PX = 32;

export interface LogScroller {
  /** Something came that the reader may not see. */
  arrived(count: number): void;
  /** Goes to the end, and stays there until the reader scrolls away. */
  toEnd(): void;
}

/** @param content what grows within the scroller. */
export function createLogScroller(
  scroller: HTMLElement,
  content: HTMLElement[],
  button: HTMLButtonElement,
): LogScroller {
  let atEnd = true;
  let top = 0;
  let unseen = 0;

  function showButton(): void {
    button.hidden = unseen === 0;
    button.textContent = unseen === 1 ? '1 new message' : `${unseen} new messages`;
  }

  function follow(): void {
    if (!atEnd) return;
    scroller.scrollTop = scroller.scrollHeight;
    top = scroller.scrollTop;
  }

  function setAtEnd(next: boolean): void {
    atEnd = next;
    // There the browser must not hold the place by itself when old items go; elsewhere it should.
    scroller.dataset['atEnd'] = String(next);
  }

  function toEnd(): void {
    setAtEnd(true);
    unseen = 0;
    showButton();
    follow();
  }

  scroller.addEventListener(
    'scroll',
    () => {
      const left = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      // Being far from the end may only mean that something was added since: who leaves it goes up.
      if (left <= NEAR_END_PX) setAtEnd(true);
      else if (scroller.scrollTop < top) setAtEnd(false);
      top = scroller.scrollTop;
      if (atEnd && unseen > 0) {
        unseen = 0;
        showButton();
      }
    },
    { passive: true },
  );
  button.addEventListener('click', () => {
    toEnd();
    // The button goes away with the click, and would take the focus with it.
    scroller.focus({ preventScroll: true });
  });
  setAtEnd(true);
  // Growth by messages, by a rotated screen, by a taller message box: all of it, in the frame in which it happens.
  const sizes = new ResizeObserver(follow);
  for (const element of [scroller, ...content]) sizes.observe(element);

  return {
    arrived(count) {
      if (atEnd) return;
      unseen += count;
      showButton();
    },
    toEnd,
  };
}
