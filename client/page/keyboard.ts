// A phone's keyboard takes half of the window. Some browsers make the page lower then, others only what is seen of it;
// the style sheet is told in one way: `data-low` on the root, and the height that is seen as `--visible-height`.

/** Lower than this, in px, there is no room for anything beside the box that is written in. */
const LOW_PX = 560;

/** @param chat what is to fill what is seen. @param box what is written in. */
export function followKeyboard(chat: HTMLElement, box: HTMLElement): void {
  const root = document.documentElement;

  function follow(): void {
    const height = visualViewport?.height ?? innerHeight;
    root.style.setProperty('--visible-height', `${Math.floor(height)}px`);
    root.toggleAttribute('data-low', height < LOW_PX);
    if (height < LOW_PX && document.activeElement === box) chat.scrollIntoView({ block: 'start' });
  }

  visualViewport?.addEventListener('resize', follow);
  addEventListener('resize', follow);
  box.addEventListener('focus', follow);
  follow();
}
