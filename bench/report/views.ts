// What is shown of a run, as charts and on the docs page: plain data, which docs/run-data.js holds.
import type { RunCosts } from './decision/costs.ts';
import type { Upkeep } from './decision/load.ts';
import type { Table } from './table.ts';

/** What every chart has. */
interface ChartFrame {
  /** Also the file's name in docs/charts/. */
  readonly id: string;
  /** The finding. */
  readonly title: string;
  /** The conditions that it holds under. */
  readonly conditions: string;
  /** Machine, date, commit. */
  readonly source: string;
  /** For those who do not see it. */
  readonly alt: string;
}

/** One labelled value of a row, in the chart's unit. */
export interface ChartPoint {
  readonly label: string;
  readonly value: number;
  /** What the model predicts for it, where it does. */
  readonly predicted?: number;
  /** The bounds of its 95 % interval, where there is one. */
  readonly low?: number;
  readonly high?: number;
}

export interface ChartRow {
  readonly name: string;
  /** The transport or control that it is about. */
  readonly lane: string;
  /** `#rrggbb`, for light and dark grounds alike. */
  readonly colour: string;
  /** Whether the bench itself was the limit, so that this says little about the transport. */
  readonly spoiled?: boolean;
  /** `bars`: exactly one. `points` and `spans`: in the order of their size. None: the row is a heading. */
  readonly points: readonly ChartPoint[];
}

/** A bar per row, a row of points, or a bar of spans, each of which ends at one of the row's points. */
export interface RowsView extends ChartFrame {
  readonly kind: 'bars' | 'points' | 'spans';
  /** What is drawn, with its unit. */
  readonly axis: string;
  readonly scale: 'linear' | 'logarithmic';
  readonly rows: readonly ChartRow[];
  /** What a prediction's mark is called in the legend; default `predicted`. */
  readonly predictedLabel?: string;
  /** A shaded part of the axis. */
  readonly shade?: { readonly from: number; readonly to: number; readonly label: string };
  /** `spans`: what each span is, in order. */
  readonly spans?: readonly string[];
}

export interface AxisView {
  /** What it is, with its unit. */
  readonly title: string;
  readonly scale: 'linear' | 'logarithmic';
  readonly min?: number;
  readonly max?: number;
  /** Where the usual ones would say little. */
  readonly ticks?: readonly (readonly [value: number, label: string])[];
}

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** What is said of it beside its numbers. */
  readonly note?: string;
  /** Whether the bench itself was the limit, so that this says little about the transport. */
  readonly spoiled?: boolean;
}

export interface LineSeries {
  /** The transport or control. */
  readonly lane: string;
  readonly colour: string;
  /**
   * `measured`: a line with marks. `marks`: without a line. `predicted`: a dashed line without marks. `control`: dotted.
   * `knee`: a ring on a line, where it turns.
   */
  readonly role: 'measured' | 'marks' | 'predicted' | 'control' | 'knee';
  /** Where the view has two panels; absent: the upper one. */
  readonly panel?: 'lower';
  readonly points: readonly LinePoint[];
}

/** Lines over a number. */
export interface LinesView extends ChartFrame {
  readonly kind: 'lines';
  readonly x: AxisView;
  readonly y: AxisView;
  /** Of a second panel, below the other, over the same numbers. */
  readonly lower?: AxisView;
  readonly series: readonly LineSeries[];
  /** A vertical line. */
  readonly mark?: { readonly x: number; readonly label: string };
}

/** A part of a map, between two lines over the map's `xs`. */
export interface AreaView {
  /** In the legend. */
  readonly name: string;
  /** On the area itself, where there is room. */
  readonly label: string;
  readonly colour: string;
  /** Of stripes on it. */
  readonly stripes?: string;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Which area a point of the plane belongs to. */
export interface MapView extends ChartFrame {
  readonly kind: 'map';
  readonly x: AxisView;
  readonly y: AxisView;
  readonly xs: readonly number[];
  readonly areas: readonly AreaView[];
  readonly places: readonly { readonly x: number; readonly y: number; readonly label: string }[];
}

/** @returns the rows, those below a heading with the heading's first words in their names. */
export function namedByHeading(rows: readonly ChartRow[]): ChartRow[] {
  let heading = '';
  return rows.map((row) => {
    if (row.points.length === 0) heading = `${row.name.split(':')[0] ?? row.name}, `;
    return { ...row, name: `${heading}${row.name}` };
  });
}

export type ChartView = RowsView | LinesView | MapView;

export interface ScenarioView {
  readonly name: string;
  /** What it asks, in plain words. */
  readonly question: string;
  readonly conditions: string;
  readonly findings: readonly { readonly about: string; readonly text: string }[];
  readonly warnings: readonly string[];
  /** The one that answers the question first. */
  readonly charts: readonly ChartView[];
  readonly tables: readonly Table[];
}

/** Which transport to take, at situations that many meet, and what anyone's own situation is weighed with. */
export interface DecisionView {
  readonly table: Table;
  readonly notes: readonly string[];
  readonly costs: RunCosts;
}

/** The whole run at a glance. */
export interface OverviewView {
  /** Null where the run has none of its figures. */
  readonly table: Table | null;
  /** What the marks in its cells mean. */
  readonly legend: string;
  /** What the bench says of itself, and whether everything came that was owed. */
  readonly notes: readonly (readonly [label: string, text: string])[];
}

export interface RunView {
  readonly id: string;
  /** The id, and what a person tells the run by. */
  readonly label: string;
  readonly headline: string;
  /** Machine, versions, commit and so on, as pairs of a label and a text. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly warnings: readonly string[];
  /** What its charts show and a reader may hide: the transports first. */
  readonly names: readonly { readonly name: string; readonly colour: string }[];
  /** What to take, before all figures. */
  readonly answer: string;
  /** What holds on every machine; null where the run had no long way. */
  readonly everywhere: Table | null;
  readonly overview: OverviewView;
  /** What plans are made with. */
  readonly upkeep: Upkeep;
  /** Null where the run lacks what it is made from. */
  readonly decision: DecisionView | null;
  readonly scenarios: readonly ScenarioView[];
}

/** `better`, `worse`, `changed`: surely. `same`: no detectable difference. `unknown`: too few rounds for either. */
export type FigureState = 'better' | 'worse' | 'changed' | 'same' | 'unknown';

/** A figure of a lane that both runs have: the values with their units, and how many times the first the second is. */
export type FigureDiff = readonly [
  lane: string,
  figure: string,
  before: string,
  after: string,
  times: string,
  state: FigureState,
];

/** What has changed from the older run to the newer one. */
export interface RunDiff {
  readonly from: string;
  readonly to: string;
  /** What the runs differ in themselves, and what that means for the figures. */
  readonly notes: readonly string[];
  /** What was not compared, and why. */
  readonly refused: readonly string[];
  readonly scenarios: readonly { readonly name: string; readonly figures: readonly FigureDiff[] }[];
}

/** What docs/run-data.js assigns. */
export interface DocsData {
  /** The one to show first comes first. */
  readonly runs: readonly RunView[];
  /** Of every two of them. */
  readonly diffs: readonly RunDiff[];
  /** Whether the page is a single file, with nothing beside it to link to. */
  readonly alone: boolean;
}
