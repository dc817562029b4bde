// The box that messages are written in. What stands in it outlives a reload, and a visit to another page.
import { TEXT_BYTES } from '../../server/protocol/limits.ts';
import { utf8Length } from '../../server/protocol/utf8.ts';
import { byId } from './dom.ts';
import { formatCount } from './format.ts';
import type { TabStorage } from './tab-storage.ts';
import { isVisible } from './visible.ts';

/** From here on the reader is told how much room is left. */
const NEAR_LIMIT_BYTES = TEXT_BYTES * 0.75;

const DRAFT_KEY = 'transport-lab.draft';
/** What `keyCode` is of a key that an input method has taken. */
const TAKEN_BY_INPUT_METHOD = 229;

/** @param send takes a text that the server will not refuse for its size or form. */
export function createSendForm(storage: TabStorage, send: (text: string) => void): void {
  const form = byId('send-form', HTMLFormElement);
  const box = byId('send-text', HTMLTextAreaElement);
  const button = byId('send-button', HTMLButtonElement);
  const counter = byId('send-problem', HTMLElement);

  /** @returns whether the text may be sent. */
  function check(): boolean {
    const bytes = utf8Length(box.value);
    const over = bytes === null || bytes > TEXT_BYTES;
    // Counting is for the eye; that it is too much is for everyone.
    counter.ariaLive = over ? 'polite' : 'off';
    counter.textContent = remark(bytes);
    counter.dataset['state'] = over ? 'over' : 'within';
    box.setAttribute('aria-invalid', String(over));
    button.disabled = over || !isVisible(box.value);
    return !button.disabled;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!check()) return;
    send(box.value);
    box.value = '';
    storage.removeItem(DRAFT_KEY);
    check();
    box.focus();
  });
  box.addEventListener('input', () => {
    check();
    if (box.value === '') storage.removeItem(DRAFT_KEY);
    else storage.setItem(DRAFT_KEY, box.value);
  });
  box.addEventListener('keydown', (event) => {
    // While an input method composes, Enter belongs to it. Safari says that it has ended before it tells of the Enter
    // that ended it; what is left to know that one by is its key code.
    if (event.key !== 'Enter' || event.shiftKey) return;
    if (event.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD) return;
    event.preventDefault();
    form.requestSubmit();
  });
  box.value = storage.getItem(DRAFT_KEY) ?? '';
  check();
}

function remark(bytes: number | null): string {
  if (bytes === null) return 'Half a character is in this text: it can’t be sent';
  if (bytes > TEXT_BYTES) return `${formatCount(bytes - TEXT_BYTES)} bytes too many, of ${formatCount(TEXT_BYTES)}`;
  return bytes < NEAR_LIMIT_BYTES ? '' : `${formatCount(bytes)} of ${formatCount(TEXT_BYTES)} bytes`;
}
