// One frame's header as a row of fields, bit by bit where they share a byte; choosing one explains it.

import type { FieldName, FrameHeader } from '../../../server/protocol/frame-header.ts';
import { fromTemplate, within } from '../dom.ts';
import { formatCount } from '../format.ts';
import { describeField } from './field-words.ts';
import { type Field, fieldsOf } from './frame-fields.ts';
import type { Sender } from './frame-rules.ts';
import { hexOf } from './hex.ts';
import { rfcLink } from './rfc-link.ts';

/** Bytes of a payload that the diagram shows; the bytes are listed below it anyway. */
const PAYLOAD_CELLS = 8;

export interface DiagramFrame {
  readonly header: FrameHeader;
  /** Header and what is known of the payload. */
  readonly bytes: Uint8Array;
  readonly from: Sender;
  /** The field that breaks a rule, or null. */
  readonly broken: FieldName | null;
}

export interface FieldDiagram {
  show(frame: DiagramFrame): void;
  choose(name: FieldName): void;
}

/** @param chosen is told which field is explained. */
export function createFieldDiagram(
  box: HTMLElement,
  words: HTMLElement,
  chosen: (name: FieldName) => void,
): FieldDiagram {
  let shown: DiagramFrame | null = null;
  let current: FieldName = 'opcode';
  const buttons = new Map<FieldName, HTMLButtonElement>();

  function mark(): void {
    for (const [name, button] of buttons) button.ariaPressed = String(name === current);
    if (shown !== null) explain(words, current, shown);
    chosen(current);
  }

  function choose(name: FieldName): void {
    if (!buttons.has(name)) return;
    current = name;
    // Read out only when somebody asks, not whenever the frame changes.
    words.ariaLive = 'polite';
    mark();
  }

  function button(field: Field, frame: DiagramFrame): HTMLButtonElement {
    const element = fromTemplate('field-template', HTMLButtonElement);
    const { name, meaning } = describeField(field.name, frame.header, frame.from);
    element.dataset['field'] = field.name;
    element.dataset['broken'] = String(frame.broken === field.name);
    within(element, '.field-name', HTMLElement).textContent = name;
    within(element, '.field-meaning', HTMLElement).textContent = meaning;
    within(element, '.cells', HTMLElement).append(...cellsOf(field, frame.bytes));
    element.addEventListener('click', () => choose(field.name));
    element.addEventListener('focus', () => choose(field.name));
    buttons.set(field.name, element);
    return element;
  }

  return {
    show(frame) {
      shown = frame;
      buttons.clear();
      words.ariaLive = 'off';
      const fields = fieldsOf(frame.header, frame.bytes.length - frame.header.bytes);
      const places = [...new Set(fields.map(({ start }) => start))];
      box.replaceChildren(
        ...places.map((place) => {
          const group = fields.filter(({ start }) => start === place);
          const element = fromTemplate('field-group-template', HTMLElement);
          within(element, '.field-place', HTMLElement).textContent = placeOf(group, frame);
          within(element, '.field-row', HTMLElement).append(...group.map((field) => button(field, frame)));
          return element;
        }),
      );
      if (frame.broken !== null) current = frame.broken;
      if (!buttons.has(current)) current = 'opcode';
      mark();
    },
    choose,
  };
}

function cellsOf(field: Field, bytes: Uint8Array): HTMLElement[] {
  if (field.bits !== null) return [...field.bits].map((bit) => cell(bit, 'bit'));
  const end = field.name === 'payload' ? Math.min(field.end, field.start + PAYLOAD_CELLS) : field.end;
  const cells = Array.from(bytes.subarray(field.start, end), (byte) => cell(hexOf(byte), 'byte'));
  return end < field.end ? [...cells, cell('…', 'byte')] : cells;
}

function cell(text: string, kind: string): HTMLElement {
  const element = document.createElement('span');
  element.className = kind;
  element.textContent = text;
  return element;
}

function placeOf(group: readonly Field[], { header, bytes }: DiagramFrame): string {
  const [first] = group;
  if (first === undefined) return '';
  if (first.bits !== null) return `Byte ${first.start}: ${hexOf(bytes[first.start] ?? 0)}`;
  const announced =
    first.name === 'payload' && header.length !== null ? header.length : BigInt(first.end - first.start);
  const last = BigInt(first.start) + announced - 1n;
  return announced === 1n ? `Byte ${first.start}` : `Bytes ${first.start} to ${formatCount(last)}`;
}

function explain(box: HTMLElement, name: FieldName, { header, from }: DiagramFrame): void {
  const words = describeField(name, header, from);
  const title = document.createElement('b');
  title.textContent = `${words.name}: ${words.meaning}`;
  const text = document.createElement('p');
  text.append(title, ` ${words.explanation} `, rfcLink(words.section));
  box.dataset['field'] = name;
  box.replaceChildren(text);
}
