// The first bytes of a payload: as on the wire, the key's byte, the plain byte that XOR gives, and its character.
import { hexOf } from './hex.ts';
import { applyMask, keyByte } from './masking.ts';
import { characterLabels } from './payload-text.ts';

export const XOR_BYTES = 32;
const COLUMNS = 8;

/** @param payload as on the wire. @param key null where it is not masked: then there is nothing to XOR. */
export function showXor(box: HTMLElement, payload: Uint8Array, key: Uint8Array | null): void {
  const wire = payload.subarray(0, XOR_BYTES);
  // A character that goes beyond the last byte shown is still to be named.
  const plain = applyMask(payload.subarray(0, XOR_BYTES + 3), key);
  const labels = characterLabels(plain);
  const tables: HTMLTableElement[] = [];
  for (let start = 0; start < wire.length; start += COLUMNS) {
    const indices = Array.from({ length: Math.min(COLUMNS, wire.length - start) }, (_, column) => start + column);
    const rowOf = (name: string, kind: string, text: (index: number) => string) => row(name, kind, indices.map(text));
    const hexAt = (bytes: Uint8Array) => (index: number) => hexOf(bytes[index] ?? 0);
    const table = document.createElement('table');
    const body = table.createTBody();
    body.append(rowOf('byte', 'index', String));
    if (key !== null) {
      body.append(
        rowOf('on the wire', 'wire', hexAt(wire)),
        rowOf('XOR key', 'key', (index) => hexOf(keyByte(key, index))),
      );
    }
    body.append(
      rowOf(key === null ? 'plain' : '= plain', 'plain', hexAt(plain)),
      rowOf('character', 'character', (index) => labels[index] ?? ''),
    );
    tables.push(table);
  }
  box.replaceChildren(...tables);
}

function row(name: string, kind: string, texts: readonly string[]): HTMLTableRowElement {
  const element = document.createElement('tr');
  element.dataset['row'] = kind;
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = name;
  const cells = texts.map((text) => {
    const cell = document.createElement('td');
    cell.textContent = text;
    return cell;
  });
  element.append(head, ...cells);
  return element;
}
