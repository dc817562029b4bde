// The live log in the document, newest line last.
import { byId } from '../dom.ts';
import type { RaceRecord } from './record.ts';
import { createLogLines } from './words/log-lines.ts';

const MOST_LINES = 60;

export function createLogView(): { show(record: RaceRecord): void } {
  const list = byId('race-log', HTMLElement);
  const lines = createLogLines();
  return {
    show(record) {
      const fresh = lines.next(record);
      if (fresh.length === 0) return;
      const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 8;
      for (const line of fresh) {
        const item = document.createElement('li');
        item.textContent = line;
        list.append(item);
      }
      while (list.childElementCount > MOST_LINES) list.firstElementChild?.remove();
      if (isAtEnd) list.scrollTop = list.scrollHeight;
    },
  };
}
