// The log of the room as this page shows it: messages, and lines that say what became of the connection.
import type { Message, Reset } from '../../server/protocol/messages.ts';
import type { ConnectionLine } from './connection-lines.ts';
import { fromTemplate, within } from './dom.ts';
import { formatMessageTime } from './format.ts';
import { type Latency, wordsForLatency } from './latency.ts';
import type { TransportLooks } from './transport-looks.ts';
import { isVisible } from './visible.ts';

/** Messages and lines kept in the page; older ones go. */
export const MAX_ITEMS = 500;
/** How long what was there before is kept from screen readers: they read whatever is in the page when it ends. */
const HUSH_MS = 500;

const RESET_LINES: Readonly<Record<Reset['reason'], string>> = {
  'rolled-back': 'The server lost the newest messages. What was shown here before is not all there any more',
  'epoch-changed': 'The server began a new log. What was shown here before is no longer known to it',
  ahead: 'The server lost messages that were shown here. This is what it has',
  trimmed: 'Too much was said in the meantime. This is the newest of it',
};

/** A message as it came to this page. */
export interface Arrival {
  readonly message: Message;
  readonly own: boolean;
  /** The transport that it came over. */
  readonly over: string;
  /** How long it took; null of history, which is no news. */
  readonly latency: Latency | null;
}

export interface MessageListOptions {
  readonly list: HTMLElement;
  /** The live region around the list. */
  readonly log: HTMLElement;
  /** Shown while there is no message. */
  readonly empty: HTMLElement;
  readonly looks: TransportLooks;
}

export interface MessageList {
  /** @param news whether they are to be read out as they come; history is not. */
  add(arrivals: readonly Arrival[], news: boolean): void;
  line(line: ConnectionLine): void;
  /** Clears the messages and says why. The lines stay: they are this page's, not the room's. */
  reset(reset: Reset): void;
}

export function createMessageList({ list, log, empty, looks }: MessageListOptions): MessageList {
  let hush: ReturnType<typeof setTimeout> | undefined;

  function append(items: DocumentFragment | HTMLElement): void {
    list.append(items);
    for (let extra = list.childElementCount - MAX_ITEMS; extra > 0; extra -= 1) list.firstElementChild?.remove();
  }

  function quietly(): void {
    log.ariaLive = 'off';
    clearTimeout(hush);
    hush = setTimeout(() => {
      log.ariaLive = 'polite';
    }, HUSH_MS);
  }

  function addLine(kind: string, text: string): void {
    const item = fromTemplate('line-template', HTMLLIElement);
    item.dataset['line'] = kind;
    within(item, '.line-text', HTMLElement).textContent = text;
    showTime(within(item, 'time', HTMLTimeElement), Date.now());
    // The status says the same, in a live region of its own.
    quietly();
    append(item);
  }

  function lastLine(kind: string): HTMLElement | null {
    const last = list.lastElementChild;
    return last instanceof HTMLElement && last.dataset['line'] === kind ? last : null;
  }

  return {
    add(arrivals, news) {
      if (!news) quietly();
      empty.hidden = true;
      // Of a long history only what will stay is built.
      const kept = arrivals.slice(-MAX_ITEMS);
      const items = document.createDocumentFragment();
      for (const arrival of kept) items.append(messageItem(arrival, looks));
      append(items);
    },
    line(line) {
      if (line.replaces) lastLine(line.kind)?.remove();
      addLine(line.kind, line.text);
    },
    reset(reset) {
      for (const item of list.querySelectorAll('li.message')) item.remove();
      addLine('reset', RESET_LINES[reset.reason]);
      empty.hidden = false;
    },
  };
}

function messageItem({ message, own, over, latency }: Arrival, looks: TransportLooks): HTMLElement {
  const item = fromTemplate('message-template', HTMLLIElement);
  item.dataset['seq'] = String(message.seq);
  item.dataset['id'] = message.id;
  item.dataset['via'] = message.via;
  looks.paint(item, message.via);
  within(item, '.name', HTMLElement).textContent = message.name;
  within(item, '.via', HTMLElement).append(looks.badge(message.via, true));
  const text = within(item, '.text', HTMLElement);
  text.textContent = message.text;
  if (!isVisible(message.text)) text.dataset['unseen'] = '';
  const time = within(item, 'time', HTMLTimeElement);
  showTime(time, message.at);
  if (latency !== null) {
    const took = within(item, '.took', HTMLElement);
    within(took, '.over', HTMLElement).append(looks.badge(over, true));
    within(took, '.latency', HTMLElement).textContent = wordsForLatency(latency);
    took.hidden = false;
  }
  if (own) {
    item.dataset['own'] = '';
    item.dataset['state'] = 'stored';
    within(item, '.you', HTMLElement).hidden = false;
    const kept = within(item, '.kept', HTMLElement);
    kept.textContent = 'stored';
    kept.hidden = false;
  }
  return item;
}

function showTime(time: HTMLTimeElement, at: number): void {
  const iso = new Date(at).toISOString();
  time.dateTime = iso;
  time.title = iso;
  time.textContent = formatMessageTime(at, Date.now());
}
