// One transport's row on the ruler: a chip to be moved, and afterwards bet, formula and measurement as marks.

import { transports } from '../../../transports/index.ts';
import type { Transport } from '../../../transports/transport.ts';
import { fromTemplate, within } from '../../dom.ts';
import { formatLatency } from '../../format.ts';
import { createTransportLooks } from '../../transport-looks.ts';
import { MOST_STEPS, msToStep, shareOf, stepToMs } from './ruler.ts';
import type { LaneTruth } from './truth.ts';

/** What a stepper's button moves the chip by. */
const STEP = 1;

export interface BetRow {
  readonly element: HTMLElement;
  readonly name: string;
  readonly valueMs: number;
  /** Whether the chip can be moved. */
  setOpen(open: boolean): void;
  /** The bet is placed: no truth is told yet. */
  bet(): void;
  tell(truth: LaneTruth, sentence: string, why: readonly string[]): void;
  focus(): void;
}

export function createBetRow({ name, label }: Transport, firstMs: number): BetRow {
  const element = fromTemplate('bet-row-template', HTMLElement);
  const part = <T extends HTMLElement>(which: string, type: new () => T) => within(element, `.bet-${which}`, type);
  const chip = part('chip', HTMLInputElement);
  const value = part('value', HTMLElement);
  const truth = part('truth', HTMLElement);
  const why = part('why', HTMLDetailsElement);
  const looks = createTransportLooks(transports);
  looks.paint(element, name);
  part('name', HTMLElement).append(looks.badge(name));
  element.dataset['transport'] = name;
  chip.max = String(MOST_STEPS);
  chip.value = String(msToStep(firstMs));
  chip.ariaLabel = `${label}: mean latency`;

  function show(): void {
    const words = formatLatency(stepToMs(chip.valueAsNumber));
    value.textContent = words;
    chip.ariaValueText = words;
  }

  function move(steps: number): void {
    chip.value = String(chip.valueAsNumber + steps);
    show();
  }

  const [less, more] = [part('less', HTMLButtonElement), part('more', HTMLButtonElement)];
  less.ariaLabel = `${label}: less`;
  more.ariaLabel = `${label}: more`;
  less.addEventListener('click', () => move(-STEP));
  more.addEventListener('click', () => move(STEP));
  chip.addEventListener('input', show);
  show();

  function put(which: string, ms: number | null): void {
    const mark = part(which, HTMLElement);
    mark.hidden = ms === null;
    if (ms !== null) mark.style.insetInlineStart = `${shareOf(ms) * 100}%`;
  }

  function clear(): void {
    for (const which of ['said', 'formula', 'measured', 'spread']) put(which, null);
    truth.textContent = '';
    why.hidden = true;
    why.open = false;
  }

  clear();
  return {
    element,
    name,
    get valueMs() {
      return stepToMs(chip.valueAsNumber);
    },
    setOpen(open) {
      chip.disabled = !open;
      less.disabled = !open;
      more.disabled = !open;
      if (open) clear();
    },
    bet() {
      clear();
      put('said', stepToMs(chip.valueAsNumber));
    },
    tell({ saidMs, measured, predictedMs }, sentence, paragraphs) {
      put('said', saidMs);
      put('formula', predictedMs);
      put('measured', measured?.meanMs ?? null);
      if (measured !== null) {
        const [low, high] = measured.spreadMs;
        put('spread', low);
        part('spread', HTMLElement).style.inlineSize = `${(shareOf(high) - shareOf(low)) * 100}%`;
      }
      truth.textContent = sentence;
      why.hidden = paragraphs.length === 0;
      part('because', HTMLElement).replaceChildren(
        ...paragraphs.map((text) => {
          const paragraph = document.createElement('p');
          paragraph.textContent = text;
          return paragraph;
        }),
      );
    },
    focus: () => chip.focus(),
  };
}
