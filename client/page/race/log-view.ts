// The live log in the document, newest line last.
import { byId, within } from '../dom.ts';
import { wallClockMs } from './frame-messages.ts';
import type { RaceRecord } from './record.ts';
import { createLogLines } from './words/log-lines.ts';

const MOST_LINES = 60;

export function createLogView(): { show(record: RaceRecord): void } {
  const box = byId('race-log', HTMLElement);
  const list = within(box, 'ol', HTMLElement);
  const lines = createLogLines();
  return {
    show(record) {
      const fresh = lines.next(record, wallClockMs());
      if (fresh.length === 0) return;
      const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 8;
      for (const line of fresh) {
        const item = document.createElement('li');
        item.textContent = line;
        list.append(item);
      }
      while (list.childElementCount > MOST_LINES) list.firstElementChild?.remove();
      if (isAtEnd) box.scrollTop = box.scrollHeight;
    },
  };
}
