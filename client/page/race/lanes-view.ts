// The four lanes as elements: name, lamp, sentence and counters, and the `data-…` that scripts read.
import { transports } from '../../transports/index.ts';
import { byId, fromTemplate, within } from '../dom.ts';
import { formatBytes, formatCount, formatLatency } from '../format.ts';
import { createTransportLooks } from '../transport-looks.ts';
import type { RaceSettings } from './race-settings.ts';
import type { LaneRecord, RaceRecord } from './record.ts';
import { laneSentence } from './words/lane-sentence.ts';

export interface LanesView {
  readonly elements: ReadonlyMap<string, HTMLElement>;
  /** @param shown the record as of the moment `time` that is shown; the `data-…` are always those of now. */
  show(record: RaceRecord, shown: RaceRecord, settings: RaceSettings, time: number): void;
  select(lane: string | null): void;
}

interface Counter {
  readonly name: string;
  readonly label: string;
  /** No moment of before is known of it. */
  readonly now?: true;
  /** @returns null for what is not known. */
  of(lane: LaneRecord, record: RaceRecord): string | null;
}

const COUNTERS: readonly Counter[] = [
  {
    name: 'latency',
    label: 'Newest',
    of: ({ last }) => (last?.latencyMs == null ? null : `+${formatLatency(last.latencyMs)}`),
  },
  { name: 'delivered', label: 'Received', of: ({ delivered }) => formatCount(delivered) },
  { name: 'requests', label: 'Requests', of: ({ requests }) => formatCount(requests) },
  { name: 'reconnects', label: 'Reconnects', of: ({ reconnects }) => formatCount(reconnects) },
  { name: 'up', now: true, label: 'Bytes up', of: ({ bytesUp }, { traced }) => (traced ? formatBytes(bytesUp) : null) },
  {
    name: 'down',
    now: true,
    label: 'Bytes down',
    of: ({ bytesDown }, { traced }) => (traced ? formatBytes(bytesDown) : null),
  },
  { name: 'missing', now: true, label: 'Missing', of: ({ missing }) => formatCount(missing) },
  { name: 'duplicated', now: true, label: 'Twice', of: ({ duplicated }) => formatCount(duplicated) },
];

/** @param chosen a lane was clicked. */
export function createLanesView(chosen: (lane: string) => void): LanesView {
  const looks = createTransportLooks(transports);
  const grid = byId('race-grid', HTMLElement);
  const below = byId('race-lane-below', HTMLElement);
  const elements = new Map<string, HTMLElement>();
  let chosenLane: string | null = null;
  for (const { name, label } of transports) {
    const lane = fromTemplate('race-lane-template', HTMLElement);
    lane.dataset['lane'] = name;
    lane.ariaLabel = label;
    looks.paint(lane, name);
    within(lane, '.lane-name', HTMLElement).textContent = label;
    const code = within(lane, '.lane-code', HTMLButtonElement);
    code.ariaLabel = `Code of ${label}`;
    code.addEventListener('click', (event) => {
      // The lane itself is not meant.
      event.stopPropagation();
      const shown = document.querySelector(`[data-race-code] [data-transport=${name}]`);
      if (!(shown instanceof HTMLDetailsElement)) return;
      shown.open = true;
      shown.querySelector('summary')?.focus();
      shown.scrollIntoView({ block: 'center' });
    });
    const counters = within(lane, '.lane-counters', HTMLElement);
    for (const counter of COUNTERS) {
      const element = fromTemplate('race-counter-template', HTMLElement);
      element.dataset['counter'] = counter.name;
      element.toggleAttribute('data-now', counter.now === true);
      within(element, 'dt', HTMLElement).textContent = counter.label;
      counters.append(element);
    }
    lane.addEventListener('click', () => chosen(name));
    // The picture lies over all rows of the middle column, so that the lanes do not find theirs by themselves.
    lane.style.gridRow = String(elements.size + 2);
    grid.append(lane);
    elements.set(name, lane);
  }

  within(grid, '.stage-picture', HTMLElement).style.gridRow = `1 / span ${elements.size + 1}`;

  return {
    elements,
    show(record, shown, settings, time) {
      for (const [name, element] of elements) {
        const lane = record.lanes.get(name);
        if (lane === undefined) continue;
        element.dataset['state'] = lane.state;
        element.dataset['delivered'] = String(lane.delivered);
        element.dataset['requests'] = String(lane.requests);
        element.dataset['position'] = String(lane.position ?? '');
        element.dataset['reconnects'] = String(lane.reconnects);
        element.dataset['missing'] = String(lane.missing);
        element.dataset['duplicated'] = String(lane.duplicated);
        const latencyMs = lane.last?.latencyMs ?? null;
        element.dataset['lastLatencyMs'] = latencyMs === null ? '' : latencyMs.toFixed(1);
        const then = shown.lanes.get(name) ?? lane;
        const { text, strong } = laneSentence(shown, then, settings, time);
        if (name === chosenLane) write(below, `${element.ariaLabel ?? name}: ${text} ${strong ?? ''}`);
        write(within(element, '.lane-sentence span', HTMLElement), text);
        write(within(element, '.lane-sentence strong', HTMLElement), strong ?? '');
        for (const counter of COUNTERS) {
          write(within(element, `[data-counter=${counter.name}] dd`, HTMLElement), counter.of(then, shown) ?? '–');
        }
      }
      if (chosenLane === null) write(below, 'Tap a lane to read what it is doing.');
    },
    select(selected) {
      chosenLane = selected;
      for (const [name, element] of elements) element.toggleAttribute('data-selected', name === selected);
    },
  };
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
