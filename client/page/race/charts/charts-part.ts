// Below the stage: latency, requests and bytes so far, each as a chart with a sentence for its title, and as a table.
import { fromTemplate, within } from '../../dom.ts';
import { formatCount, formatInterval } from '../../format.ts';
import type { MakeRacePart } from '../race-part.ts';
import { type Comparison, createComparison, type RaceComparison } from './comparison.ts';
import type { LaneChart } from './lane-chart.ts';
import { inksOf, type LaneRow, laneRow } from './lane-rows.ts';
import { bytesTable, latencyTable, requestsTable, type Table } from './tables.ts';
import { bytesTitle, latencyTitle, requestsTitle, verdict } from './titles.ts';

/** Charts are drawn anew so often, in ms. */
const EVERY_MS = 1000;

interface ChartView {
  readonly name: string;
  readonly kind: 'dots' | 'bars';
  readonly axis: string;
  /** What the marks mean. */
  readonly key: string;
  readonly format: (value: number) => string;
  title(race: RaceComparison): string;
  row(comparison: Comparison): LaneRow;
  table(lanes: readonly Comparison[]): Table;
  /** What is to be said of formulas and measurements. */
  note(race: RaceComparison): string;
}

const VIEWS: readonly ChartView[] = [
  {
    name: 'latency',
    kind: 'dots',
    axis: 'From stored to arrived',
    key: 'A dot for each message, a tick for their mean; dotted: the formula.',
    format: formatInterval,
    title: ({ lanes }) =>
      latencyTitle(
        lanes.flatMap(({ lane, measured }) => (measured === null ? [] : [{ lane: lane.name, value: measured.meanMs }])),
        lanes.flatMap(({ lane, measured }) => (measured === null ? [lane.name] : [])),
        lanes.some(({ lane }) => lane.delivered > 0),
      ),
    row: ({ lane, measured, predictedMs }) =>
      laneRow(lane.name, measured?.latenciesMs ?? [], measured?.meanMs ?? null, predictedMs),
    table: latencyTable,
    note: latencyNote,
  },
  {
    name: 'requests',
    kind: 'bars',
    axis: 'Requests so far',
    key: 'Requests of HTTP, handshakes too; a WebSocket’s frames are none. Dotted: the formula.',
    format: (value) => formatCount(value),
    title: ({ lanes }) =>
      requestsTitle(lanes.map(({ lane }) => ({ lane: lane.name, value: lane.requests, empty: lane.emptyPolls }))),
    row: ({ lane, expectedRequests }) => laneRow(lane.name, [lane.requests], null, expectedRequests),
    table: requestsTable,
    note: () => '',
  },
  {
    name: 'bytes',
    kind: 'bars',
    axis: 'Bytes so far, both ways',
    key: 'As the server’s trace has them, heads and framing included. Dotted: the formula.',
    format: (bytes) => (bytes < 1000 ? `${bytes} B` : `${bytes / 1000} kB`),
    title: ({ lanes, traced }) =>
      !traced
        ? 'Bytes are the server’s to tell, and here it does not.'
        : bytesTitle(lanes.map(({ lane }) => ({ lane: lane.name, value: lane.bytesUp + lane.bytesDown }))),
    row: ({ lane, expectedBytes }) => laneRow(lane.name, [lane.bytesUp + lane.bytesDown], null, expectedBytes),
    table: bytesTable,
    note: () => '',
  },
];

function latencyNote({ lanes, outside }: RaceComparison): string {
  if (lanes.every(({ prediction }) => prediction?.meanMs == null))
    return 'Nobody talks, so there is nothing to compare.';
  if (outside !== null) return `The formulas do not know this race: ${outside}.`;
  const compared = lanes.flatMap(({ lane, measured, predictedMs }) =>
    measured === null || predictedMs === null ? [] : [{ lane: lane.name, measured, predictedMs }],
  );
  const steps = lanes.some(({ prediction }) => prediction?.phases != null)
    ? ' Of short polling no mean can be told: the bursts keep step with its questions.'
    : '';
  return `${verdict(compared) ?? 'What the formulas say will be compared when there is enough to compare.'}${steps}`;
}

export const makeCharts: MakeRacePart = (mount) => {
  mount.classList.add('race-charts');
  const compare = createComparison();
  const panels = VIEWS.map((view) => createPanel(mount, view));
  let drawnAt = Number.NEGATIVE_INFINITY;
  whenNear(mount, () => void loadCharts(panels));

  return {
    update(record, settings) {
      if (performance.now() - drawnAt < EVERY_MS) return;
      drawnAt = performance.now();
      const race = compare(record, settings);
      for (const panel of panels) panel.show(race);
    },
  };
};

/** A chart's code is as much as all else together, and stands below the fold: it is loaded when somebody comes near. */
function whenNear(element: Element, then: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      then();
    },
    { rootMargin: '200px' },
  );
  observer.observe(element);
}

type Panel = ReturnType<typeof createPanel>;

async function loadCharts(panels: readonly Panel[]): Promise<void> {
  try {
    const { createLaneChart } = await import('./lane-chart.ts');
    for (const panel of panels) panel.drawWith(createLaneChart);
  } catch (error) {
    // The sentences and the tables say it all the same.
    reportError(error);
  }
}

function createPanel(mount: HTMLElement, view: ChartView) {
  const element = fromTemplate('race-chart-template', HTMLElement);
  const canvas = within(element, 'canvas', HTMLCanvasElement);
  const title = within(element, '.race-chart-title', HTMLElement);
  const note = within(element, '.race-chart-note', HTMLElement);
  const details = within(element, 'details', HTMLDetailsElement);
  const table = within(element, 'table', HTMLTableElement);
  title.id = `race-${view.name}-title`;
  element.setAttribute('aria-labelledby', title.id);
  element.dataset['chart'] = view.name;
  within(element, '.race-table', HTMLElement).ariaLabel = `The figures of ${view.name}`;
  mount.append(element);
  let chart: LaneChart | null = null;
  let latest: RaceComparison | null = null;
  let drawn = false;

  function draw(): void {
    // Once in any case, so that there is no empty frame for who scrolls fast.
    if (chart === null || latest === null || (drawn && !isInSight(canvas))) return;
    drawn = true;
    chart.draw(latest.lanes.map(view.row), inksOf(canvas));
  }

  function fill(): void {
    if (details.open && latest !== null) fillTable(table, view.table(latest.lanes));
  }

  details.addEventListener('toggle', fill);
  return {
    drawWith(
      create: (
        canvas: HTMLCanvasElement,
        kind: 'dots' | 'bars',
        axis: string,
        format: (value: number) => string,
      ) => LaneChart,
    ) {
      chart = create(canvas, view.kind, view.axis, view.format);
      draw();
    },
    show(race: RaceComparison) {
      latest = race;
      const words = view.title(race);
      setText(title, words);
      canvas.ariaLabel = `${words} The table below has the figures.`;
      setText(note, `${view.key} ${view.note(race)}`);
      fill();
      draw();
    },
  };
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function isInSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

function fillTable(table: HTMLTableElement, { headings, rows }: Table): void {
  const head = document.createElement('tr');
  head.append(...headings.map((text) => cell('th', text, 'col')));
  const body = rows.map((texts) => {
    const row = document.createElement('tr');
    row.append(...texts.map((text, index) => (index === 0 ? cell('th', text, 'row') : cell('td', text))));
    return row;
  });
  within(table, 'thead', HTMLElement).replaceChildren(head);
  within(table, 'tbody', HTMLElement).replaceChildren(...body);
}

function cell(tag: 'th' | 'td', text: string, scope?: 'col' | 'row'): HTMLTableCellElement {
  const element = document.createElement(tag);
  element.textContent = text;
  if (scope !== undefined) element.scope = scope;
  return element;
}
