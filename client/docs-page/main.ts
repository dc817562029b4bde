// The docs page: shows the runs that docs/run-data.js holds. A classic script after the data; no modules, no requests,
// so that it also works from a file.
import { Chart } from 'chart.js';
import { chartConfig, chartHeight, DARK, LIGHT, prepareChartJs } from './chart-config.ts';
import type { ChartView, DocsData, RunView, ScenarioView, TableView } from './run-view.ts';
import { chartTable, fillTable } from './tables.ts';

const FONT = 'system-ui, sans-serif';

function find<Kind extends Element>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
}

function copyOf(template: string): DocumentFragment {
  return find<HTMLTemplateElement>(template).content.cloneNode(true) as DocumentFragment;
}

function withText(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const logarithmic = find<HTMLInputElement>('#logarithmic');

/** A chart on the page, and the data that it is drawn from. */
interface ShownChart {
  readonly view: ChartView;
  readonly canvas: HTMLCanvasElement;
  chart: Chart | null;
}

let shown: ShownChart[] = [];

function hiddenTransports(): Set<string> {
  const boxes = document.querySelectorAll<HTMLInputElement>('#transports input:not(:checked)');
  return new Set([...boxes].map((box) => box.value));
}

/** Draws every chart anew: the theme, the choice of transports or the axis has changed. */
function drawAll(): void {
  const hidden = hiddenTransports();
  for (const one of shown) {
    one.chart?.destroy();
    const rows = one.view.rows.filter((row) => !hidden.has(row.name));
    const scale = logarithmic.checked ? one.view.scale : 'linear';
    const axis = scale === one.view.scale ? one.view.axis : one.view.axis.replace(', logarithmic', '');
    const view = { ...one.view, rows, scale, axis };
    const frame = one.canvas.parentElement;
    if (frame === null) continue;
    frame.style.height = `${chartHeight(view, false)}px`;
    one.chart =
      rows.length === 0
        ? null
        : new Chart(
            one.canvas,
            chartConfig(view, {
              theme: dark.matches ? DARK : LIGHT,
              fontFamily: FONT,
              withText: false,
              width: frame.clientWidth,
              interactive: true,
            }),
          );
  }
}

function addTable(view: TableView, label: string, to: Element): void {
  const copy = copyOf('#table-template');
  const region = find<HTMLElement>('section', copy);
  region.setAttribute('aria-label', `Table: ${label}`);
  // On a narrow screen it scrolls, which the keyboard must be able to do as well.
  region.tabIndex = 0;
  fillTable(find<HTMLTableElement>('table', copy), view);
  to.append(copy);
}

function addChart(view: ChartView, to: Element): void {
  const figure = copyOf('#chart-template');
  find('figcaption', figure).textContent = view.title;
  const canvas = find<HTMLCanvasElement>('canvas', figure);
  canvas.setAttribute('aria-label', view.alt);
  addTable(chartTable(view), view.title, find('details', figure));
  shown.push({ view, canvas, chart: null });
  to.append(figure);
}

function addScenario(scenario: ScenarioView, to: Element): void {
  const section = copyOf('#scenario-template');
  find('h2', section).textContent = scenario.name;
  find('.conditions', section).textContent = scenario.conditions;
  for (const { about, text } of scenario.findings) {
    find('.findings', section).append(withText('dt', about), withText('dd', text));
  }
  find('.warnings', section).append(...scenario.warnings.map((warning) => withText('li', warning)));
  const charts = find('.charts', section);
  for (const view of scenario.charts) addChart(view, charts);
  const numbers = find('.numbers', section);
  for (const view of scenario.tables) addTable(view, view.header[0] ?? '', numbers);
  to.append(section);
}

function showRun(run: RunView): void {
  for (const { chart } of shown) chart?.destroy();
  shown = [];
  find('#headline').textContent = run.headline;
  const results = find('#results');
  results.replaceChildren();
  if (run.warnings.length > 0) {
    const list = document.createElement('ul');
    list.className = 'warnings';
    list.append(...run.warnings.map((warning) => withText('li', warning)));
    results.append(list);
  }
  for (const scenario of run.scenarios) addScenario(scenario, results);
  find('#facts dl').replaceChildren(
    ...run.facts.flatMap(([label, text]) => [withText('dt', label), withText('dd', text)]),
  );
  find<HTMLElement>('#facts').hidden = false;
  offerTransports(run);
  drawAll();
}

/** One checkbox per transport, with its colour. What was switched off stays so from run to run. */
function offerTransports(run: RunView): void {
  const hidden = hiddenTransports();
  const colours = new Map(
    run.scenarios
      .flatMap(({ charts }) => charts)
      .filter(({ kind }) => kind === 'points')
      .flatMap(({ rows }) => rows.map((row) => [row.name, row.colour] as const)),
  );
  const labels = [...colours].map(([name, colour]) => {
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.value = name;
    box.checked = !hidden.has(name);
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    swatch.style.backgroundColor = colour;
    const label = document.createElement('label');
    label.append(box, swatch, name);
    return label;
  });
  const fieldset = find('#transports');
  fieldset.replaceChildren(find('legend', fieldset), ...labels);
}

function offerRuns(runs: readonly RunView[]): void {
  const select = find<HTMLSelectElement>('#run');
  select.append(...runs.map((run) => new Option(run.id, run.id)));
  select.addEventListener('change', () => {
    const run = runs.find(({ id }) => id === select.value);
    if (run !== undefined) showRun(run);
  });
  find<HTMLElement>('#run-choice').hidden = runs.length < 2;
}

function start({ runs }: DocsData): void {
  const [first] = runs;
  if (first === undefined) return;
  prepareChartJs();
  offerRuns(runs);
  find<HTMLElement>('#controls').hidden = false;
  find('#transports').addEventListener('change', drawAll);
  logarithmic.addEventListener('change', drawAll);
  dark.addEventListener('change', drawAll);
  showRun(first);
}

start((globalThis as unknown as { transportLabDocs: DocsData }).transportLabDocs);
