// What this visitor has sent and the room has not shown yet, from "unsent" to the message that takes its place.
import type { Message } from '../../server/protocol/messages.ts';
import type { OutboxEntry, OutboxState } from '../session/session-types.ts';
import { fromTemplate, within } from './dom.ts';

const WAITS_FOR: Readonly<Record<OutboxState, string>> = {
  unsent: ': waiting for a connection',
  sent: ': waiting for the receipt',
  stored: ': waiting for the room to show it',
  failed: '',
};
/** Ids of entries that are done with, kept because a receipt may come after its message. */
const DONE_IDS = 1000;

export interface OutboxListOptions {
  readonly list: HTMLElement;
  /** "Try again" was chosen for a text whose entry has failed. */
  readonly again: (text: string) => void;
}

export interface OutboxList {
  update(entry: OutboxEntry): void;
  /** Messages are shown in the room: entries with their ids go. */
  shown(messages: readonly Message[]): void;
  /** The room was cleared: what is stored comes with the history, or is older than it. */
  reset(): void;
}

export function createOutboxList({ list, again }: OutboxListOptions): OutboxList {
  const items = new Map<string, HTMLElement>();
  const done = new Set<string>();

  function drop(id: string): void {
    items.get(id)?.remove();
    items.delete(id);
    done.add(id);
    if (done.size > DONE_IDS) for (const oldest of [...done].slice(0, done.size - DONE_IDS)) done.delete(oldest);
  }

  function create(entry: OutboxEntry): HTMLElement {
    const item = fromTemplate('entry-template', HTMLLIElement);
    item.dataset['id'] = entry.id;
    within(item, '.text', HTMLElement).textContent = entry.text;
    within(item, '.retry', HTMLButtonElement).addEventListener('click', () => {
      drop(entry.id);
      again(entry.text);
    });
    within(item, '.discard', HTMLButtonElement).addEventListener('click', () => drop(entry.id));
    items.set(entry.id, item);
    list.append(item);
    return item;
  }

  return {
    update(entry) {
      if (done.has(entry.id)) return;
      const item = items.get(entry.id) ?? create(entry);
      item.dataset['state'] = entry.state;
      const failed = entry.state === 'failed';
      const tried = entry.state === 'unsent' && entry.detail !== undefined;
      within(item, '.entry-state', HTMLElement).textContent =
        entry.state + (tried ? `, to be tried again: ${entry.detail}` : WAITS_FOR[entry.state]);
      within(item, '.failure', HTMLElement).hidden = !failed;
      within(item, '.failure-reason', HTMLElement).textContent = failed ? (entry.detail ?? 'It was refused.') : '';
    },
    shown(messages) {
      for (const { id } of messages) if (items.has(id)) drop(id);
    },
    reset() {
      for (const [id, item] of items) if (item.dataset['state'] === 'stored') drop(id);
    },
  };
}
