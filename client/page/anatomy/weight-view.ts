// The table of what one message costs over each transport, and beneath it every request and response in full.
import type { Transport } from '../../transports/transport.ts';
import { byId, fromTemplate, within } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { TransportLooks } from '../transport-looks.ts';
import { type Piece, sumBytes, sumParts } from './message-parts.ts';
import type { Weight } from './scale.ts';

export interface WeightView {
  clear(): void;
  add(transport: Transport, weight: Weight): void;
}

const STEPS: readonly (readonly [keyof Weight, string])[] = [
  ['opening', 'To open, once'],
  ['empty', 'While there is nothing'],
  ['publish', 'To publish one message'],
  ['delivery', 'To deliver one message'],
];

export function createWeightView(looks: TransportLooks): WeightView {
  const all = byId('weighed', HTMLElement);
  const rows = byId('weight-rows', HTMLElement);
  const texts = byId('weight-texts', HTMLElement);
  const empty = byId('weight-empty', HTMLElement);
  const headings = [...(rows.closest('table')?.querySelectorAll('thead th') ?? [])].map((cell) => cell.textContent);
  /** What one message takes, by its row: the bars are drawn to the largest. */
  const bars = new Map<HTMLElement, readonly Piece[]>();

  function drawBars(): void {
    const largest = Math.max(...Array.from(bars.values(), sumBytes));
    for (const [bar, pieces] of bars) {
      bar.replaceChildren(
        ...Object.entries(sumParts(pieces)).map(([name, bytes]) => {
          const part = document.createElement('span');
          part.className = 'bar-part';
          part.dataset['part'] = name;
          part.style.width = `${(100 * bytes) / largest}%`;
          return part;
        }),
      );
    }
  }

  function addRow(transport: Transport, weight: Weight): void {
    const message = [...weight.publish, ...weight.delivery];
    const { head, framing, payload } = sumParts(message);
    const row = fromTemplate('weight-row-template', HTMLTableRowElement);
    row.dataset['transport'] = transport.name;
    within(row, 'th', HTMLElement).append(looks.badge(transport.name));
    for (const [index, cell] of [...row.cells].entries()) cell.dataset['heading'] = headings[index] ?? '';
    const write = (figure: string, bytes: number) => {
      within(row, `[data-figure=${figure}]`, HTMLElement).textContent = formatCount(bytes);
    };
    if (weight.opening.length > 0) write('opening', sumBytes(weight.opening));
    write('head', head);
    write('framing', framing);
    write('payload', payload);
    within(row, '[data-figure=message] b', HTMLElement).textContent = `${formatCount(sumBytes(message))} bytes`;
    bars.set(within(row, '.bar', HTMLElement), message);
    rows.append(row);
  }

  function addTexts({ name, label }: Transport, weight: Weight): void {
    const details = fromTemplate('weight-text-template', HTMLDetailsElement);
    details.dataset['transport'] = name;
    looks.paint(details, name);
    within(details, 'summary', HTMLElement).textContent = `${label}: every byte of it`;
    const box = within(details, '.pieces', HTMLElement);
    for (const [step, title] of STEPS) {
      const pieces = weight[step];
      if (pieces.length === 0) continue;
      const heading = document.createElement('h3');
      heading.textContent = `${title}: ${formatCount(sumBytes(pieces))} bytes`;
      const group = document.createElement('div');
      group.className = 'heads';
      group.append(...pieces.map(pieceElement));
      box.append(heading, group);
    }
    texts.append(details);
  }

  return {
    clear() {
      all.hidden = true;
      rows.replaceChildren();
      texts.replaceChildren();
      bars.clear();
      empty.textContent = '';
    },
    add(transport, weight) {
      all.hidden = false;
      addRow(transport, weight);
      addTexts(transport, weight);
      drawBars();
      if (weight.empty.length > 0) {
        const bytes = formatCount(sumBytes(weight.empty));
        empty.textContent = `A poll that finds nothing takes ${bytes} bytes as well, and most polls find nothing.`;
      }
    },
  };
}

function pieceElement({ label, text, bytes, parts }: Piece): HTMLElement {
  const figure = fromTemplate('piece-template', HTMLElement);
  within(figure, '.piece-label', HTMLElement).textContent = label;
  const shares = Object.entries(parts).filter(([, count]) => count > 0);
  within(figure, '.piece-bytes', HTMLElement).textContent =
    `${formatCount(bytes)} bytes: ${shares.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ')}`;
  within(figure, '.piece-text', HTMLElement).textContent = text;
  return figure;
}
