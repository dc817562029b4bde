// The charts on the page, each with its numbers as a table; drawn anew when the theme or a choice changes.
import { Chart } from 'chart.js';
import type { Table } from '../table.ts';
import type { ChartView } from '../views.ts';
import { chartConfig, chartHeight } from './chart-config.ts';
import { DARK, LIGHT } from './chart-theme.ts';
import { copyOf, find } from './page-dom.ts';
import { chartTable, fillTable } from './tables.ts';

const FONT = 'system-ui, sans-serif';

/** What a reader wants to see of every chart. */
export interface ChartWishes {
  /** Transports and controls. */
  readonly hidden: ReadonlySet<string>;
  readonly linear: boolean;
}

export interface Gallery {
  /** Adds a figure to the element, not yet drawn. @param known the conditions that need not be said again. */
  add(view: ChartView, to: Element, known?: string): void;
  draw(wishes: ChartWishes): void;
  /** Draws as was last wished: what was folded when it was drawn had no width. */
  redraw(): void;
  /** Forgets all charts; their elements are the caller's to remove. */
  clear(): void;
}

interface ShownChart {
  readonly view: ChartView;
  readonly canvas: HTMLCanvasElement;
  chart: Chart | null;
}

/** @param dark whether the page is dark. */
export function createGallery(dark: MediaQueryList): Gallery {
  let shown: ShownChart[] = [];
  let last: ChartWishes = { hidden: new Set(), linear: false };
  const redraw = () => {
    for (const one of shown) drawChart(one, last, dark.matches);
  };
  return {
    add: (view, to, known) => {
      const figure = copyOf('#chart-template');
      find('figcaption', figure).textContent = view.title;
      find('.conditions', figure).textContent = view.conditions === known ? '' : view.conditions;
      const canvas = find<HTMLCanvasElement>('canvas', figure);
      canvas.setAttribute('aria-label', view.alt);
      canvas.dataset['chart'] = view.id;
      addTable(chartTable(view), view.title, find('details', figure));
      shown.push({ view, canvas, chart: null });
      to.append(figure);
    },
    draw: (wishes) => {
      last = wishes;
      redraw();
    },
    redraw,
    clear: () => {
      for (const { chart } of shown) chart?.destroy();
      shown = [];
    },
  };
}

function drawChart(one: ShownChart, wishes: ChartWishes, dark: boolean): void {
  one.chart?.destroy();
  one.chart = null;
  const view = wished(one.view, wishes);
  const frame = one.canvas.parentElement;
  if (frame === null) return;
  frame.hidden = isEmpty(view);
  if (frame.hidden) return;
  frame.style.height = `${chartHeight(view, false)}px`;
  const options = {
    theme: dark ? DARK : LIGHT,
    fontFamily: FONT,
    withText: false,
    width: frame.clientWidth,
    interactive: true,
  };
  one.chart = new Chart(one.canvas, chartConfig(view, options));
}

function isEmpty(view: ChartView): boolean {
  if (view.kind === 'map') return false;
  return view.kind === 'lines' ? view.series.length === 0 : view.rows.every(({ points }) => points.length === 0);
}

/** @returns the chart without what is hidden, and on the axes that are wanted. */
export function wished(view: ChartView, { hidden, linear }: ChartWishes): ChartView {
  if (view.kind === 'map') return view;
  if (view.kind === 'lines') {
    const series = view.series.filter(({ lane }) => !hidden.has(lane));
    return {
      ...view,
      series,
      y: linear ? { ...view.y, scale: 'linear', title: unlogarithmic(view.y.title), min: 0 } : view.y,
    };
  }
  const rows = view.rows.filter(({ lane }) => !hidden.has(lane));
  return linear ? { ...view, rows, scale: 'linear', axis: unlogarithmic(view.axis) } : { ...view, rows };
}

function unlogarithmic(title: string): string {
  return title.replace(', logarithmic', '');
}

/** Adds a table that scrolls by itself where it is too wide. */
export function addTable(view: Table, caption: string, to: Element): HTMLTableElement {
  const copy = copyOf('#table-template');
  const region = find<HTMLElement>('.table', copy);
  // Not a landmark: there are too many of them.
  region.role = 'group';
  region.setAttribute('aria-label', `Table: ${caption}`);
  // The keyboard must be able to scroll it as well.
  region.tabIndex = 0;
  const table = find<HTMLTableElement>('table', copy);
  fillTable(table, view, caption);
  to.append(copy);
  return table;
}
