// Which view is shown: the one that the address names behind its `#`. A view's code starts when it is first shown.
import { byId, within } from './dom.ts';
import { titleView } from './page-title.ts';

export interface View {
  /** @param parameters what stands in the address behind `#view?`. */
  show(parameters: URLSearchParams): void;
  hide(): void;
}

export interface ViewEntry {
  /** The element's id, and the name in the address. */
  readonly id: string;
  readonly title: string;
  /** What the skip link leads to, and its words. */
  readonly skipTo: string;
  readonly skipWords: string;
  /** Called once. Where it rejects, the reader is told, and the next visit tries again. */
  start(): View | Promise<View>;
}

/**
 * Shows the view that the address asks for, now and whenever it changes.
 * @param first the id of the view of an address that asks for none.
 */
export function startViews(entries: readonly [ViewEntry, ...ViewEntry[]], first: string): void {
  const fallback = entries.find(({ id }) => id === first) ?? entries[0];
  const started = new Map<string, Promise<View>>();
  let current: ViewEntry | null = null;

  function start(entry: ViewEntry): Promise<View> {
    const view = started.get(entry.id) ?? Promise.resolve(entry.start());
    started.set(entry.id, view);
    return view;
  }

  async function enter(entry: ViewEntry, parameters: URLSearchParams): Promise<void> {
    try {
      const view = await start(entry);
      // The reader may have gone on while it was loading.
      if (current === entry) view.show(parameters);
    } catch (error) {
      started.delete(entry.id);
      reportError(error);
      complain(entry);
    }
  }

  async function leave(entry: ViewEntry): Promise<void> {
    const view = await started.get(entry.id)?.catch(() => undefined);
    if (current !== entry) view?.hide();
  }

  function follow(): void {
    const [anchor = '', query = ''] = location.hash.slice(1).split(/\?(.*)/s);
    // Without an anchor the address is that of the first view; one that is unknown belongs to the present one.
    const entry = anchor === '' ? fallback : (entryOf(entries, anchor) ?? current ?? fallback);
    if (entry !== current) {
      const left = current;
      current = entry;
      showOnly(entries, entry);
      if (left !== null) {
        void leave(left);
        scrollTo(0, 0);
      }
    } else if (anchor !== '' && anchor !== entry.id) return;
    void enter(entry, new URLSearchParams(query));
  }

  addEventListener('hashchange', follow);
  // A link to where one already is changes no address, and is still meant.
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link?.getAttribute('href') === location.hash && location.hash !== '') follow();
  });
  follow();
}

/** An anchor within a view belongs to it. */
function entryOf(entries: readonly ViewEntry[], anchor: string): ViewEntry | undefined {
  const id = document.getElementById(anchor)?.closest('.view')?.id;
  return entries.find((entry) => entry.id === id);
}

function showOnly(entries: readonly ViewEntry[], shown: ViewEntry): void {
  for (const { id } of entries) {
    byId(id, HTMLElement).hidden = id !== shown.id;
    const link = within(document, `.views a[href="#${id}"]`, HTMLAnchorElement);
    link.ariaCurrent = id === shown.id ? 'page' : null;
  }
  titleView(shown.title);
  const skip = byId('skip-link', HTMLAnchorElement);
  skip.href = `#${shown.skipTo}`;
  skip.textContent = shown.skipWords;
}

function complain({ id, title }: ViewEntry): void {
  const notice = document.createElement('p');
  notice.className = 'notice warning';
  notice.role = 'alert';
  notice.textContent = `${title} could not be loaded. Is the server still there? Then load the page again.`;
  byId(id, HTMLElement).prepend(notice);
}
