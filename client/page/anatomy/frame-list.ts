// A list of frames to choose from: a button for each, which says what it is in one line.

import { readHeader } from '../../../server/protocol/frame-header.ts';
import { fromTemplate, within } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { WireFrame } from './frame-builder.ts';
import { opcodeName } from './frame-fields.ts';
import type { Sender } from './frame-rules.ts';
import { applyMask } from './masking.ts';
import { meaningOf } from './payload-text.ts';

/** Frames and lines that are kept; the oldest go. */
const KEPT = 200;
/** Bytes of a payload that the line begins to quote. */
const QUOTED_BYTES = 60;

export interface FrameList<T> {
  /** Adds a button for the frame. @param lead what stands before the direction, such as a number. */
  add(item: T, wire: WireFrame, from: Sender, lead: string): void;
  /** Adds a line that is no frame. */
  line(text: string): void;
  clear(): void;
  /** Marks the item as the one that is shown; none for null. */
  mark(item: T | null): void;
}

export interface FrameListOptions<T> {
  readonly list: HTMLElement;
  readonly newestFirst: boolean;
  readonly chosen: (item: T) => void;
}

export function createFrameList<T>({ list, newestFirst, chosen }: FrameListOptions<T>): FrameList<T> {
  const buttons = new Map<T, HTMLButtonElement>();
  let marked: T | null = null;

  function insert(item: HTMLElement): void {
    if (!newestFirst) {
      list.append(item);
      return;
    }
    list.prepend(item);
    while (list.childElementCount > KEPT) list.lastElementChild?.remove();
    if (buttons.size > KEPT) for (const [key, button] of buttons) if (!button.isConnected) buttons.delete(key);
  }

  function mark(item: T | null): void {
    if (marked !== null) setPressed(buttons.get(marked), false);
    marked = item;
    if (item !== null) setPressed(buttons.get(item), true);
  }

  return {
    add(item, wire, from, lead) {
      const element = fromTemplate('frame-item-template', HTMLLIElement);
      const button = within(element, 'button', HTMLButtonElement);
      button.dataset['from'] = from;
      const way = from === 'client' ? '→ to the server' : '← from the server';
      within(button, '.frame-way', HTMLElement).textContent = `${lead}${way}`;
      const header = readHeader(wire.header);
      within(button, '.frame-kind', HTMLElement).textContent = header === null ? '' : opcodeName(header.opcode);
      const bytes = header?.length ?? wire.payloadBytes;
      within(button, '.frame-size', HTMLElement).textContent = `${formatCount(bytes)} B`;
      const start = applyMask(wire.payload.subarray(0, QUOTED_BYTES), header?.key ?? null);
      within(button, '.frame-start', HTMLElement).textContent =
        header === null ? '' : meaningOf(header.opcode, start, false).text;
      button.addEventListener('click', () => chosen(item));
      buttons.set(item, button);
      insert(element);
    },
    line(text) {
      const element = fromTemplate('frame-line-template', HTMLLIElement);
      element.textContent = text;
      insert(element);
    },
    clear() {
      marked = null;
      buttons.clear();
      list.replaceChildren();
    },
    mark,
  };
}

function setPressed(button: HTMLButtonElement | undefined, pressed: boolean): void {
  if (button !== undefined) button.ariaPressed = String(pressed);
}
