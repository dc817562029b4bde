// A frame's bytes in hex, coloured by field: the first ones, and more on demand, so that a large frame costs little.

import type { FieldName, FrameHeader } from '../../../server/protocol/frame-header.ts';
import { formatCount } from '../format.ts';
import { fieldsOf } from './frame-fields.ts';
import { hexOf } from './hex.ts';

const FIRST_BYTES = 256;
const MORE_BYTES = 2048;
const BYTES_A_CHUNK = 8;

export interface ByteList {
  /** @param totalBytes of the whole frame, also where `bytes` are not all of it. */
  show(header: FrameHeader, bytes: Uint8Array, totalBytes: bigint): void;
  mark(name: FieldName): void;
}

/** @param chosen is told of a byte that the reader clicks on, by its field. */
export function createByteList(box: HTMLElement, more: HTMLElement, chosen: (name: FieldName) => void): ByteList {
  let fieldOf: (index: number) => FieldName = () => 'payload';
  box.addEventListener('click', ({ target }) => {
    const byte = target instanceof HTMLElement ? target.dataset['at'] : undefined;
    if (byte !== undefined) chosen(fieldOf(Number(byte)));
  });

  function append(bytes: Uint8Array, from: number, to: number): void {
    const chunks: HTMLElement[] = [];
    for (let start = from; start < to; start += BYTES_A_CHUNK) {
      chunks.push(chunkOf(bytes.subarray(0, Math.min(start + BYTES_A_CHUNK, to)), start, fieldOf));
    }
    box.append(...chunks);
  }

  function showMore(bytes: Uint8Array, shown: number, totalBytes: bigint): void {
    const hidden = totalBytes - BigInt(shown);
    more.replaceChildren();
    if (hidden === 0n) return;
    more.append(`${formatCount(hidden)} more bytes are not shown. `);
    if (shown >= bytes.length) {
      more.append('The page was given no more of this frame.');
      return;
    }
    const next = Math.min(bytes.length, shown + MORE_BYTES);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'small';
    button.textContent = `Show ${formatCount(next - shown)} more`;
    button.addEventListener('click', () => {
      append(bytes, shown, next);
      showMore(bytes, next, totalBytes);
    });
    more.append(button);
  }

  return {
    show(header, bytes, totalBytes) {
      // A byte that several fields share counts for the last of them.
      const fields = fieldsOf(header, bytes.length - header.bytes).toReversed();
      fieldOf = (index) => fields.find(({ start, end }) => index >= start && index < end)?.name ?? 'payload';
      const shown = Math.min(bytes.length, FIRST_BYTES);
      box.replaceChildren();
      append(bytes, 0, shown);
      showMore(bytes, shown, totalBytes);
    },
    mark(name) {
      box.dataset['chosen'] = name;
    },
  };
}

function chunkOf(bytes: Uint8Array, start: number, fieldOf: (index: number) => FieldName): HTMLElement {
  const chunk = document.createElement('code');
  chunk.className = 'chunk';
  const offset = document.createElement('span');
  offset.className = 'offset';
  offset.textContent = String(start);
  chunk.append(offset);
  for (let index = start; index < bytes.length; index += 1) {
    const byte = document.createElement('span');
    byte.textContent = hexOf(bytes[index] ?? 0);
    byte.dataset['at'] = String(index);
    // The first two bytes hold several fields each, and bear all their colours.
    byte.dataset['field'] = index === 0 ? 'first-byte' : index === 1 ? 'second-byte' : fieldOf(index);
    chunk.append(byte);
  }
  return chunk;
}
