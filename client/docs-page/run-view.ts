// What the docs page shows of a run: plain data, which the bench makes from a run file and writes to docs/run-data.js.

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
  /** `#rrggbb`, for light and dark grounds alike. */
  readonly colour: string;
  /** Whether the bench itself was the limit, so that this says little about the transport. */
  readonly spoiled?: boolean;
  /** `bars`: exactly one. `points`: in the order of their size. */
  readonly points: readonly ChartPoint[];
}

export interface ChartView {
  /** Also the file's name in docs/charts/. */
  readonly id: string;
  /** A bar per row, or a row of points. */
  readonly kind: 'bars' | 'points';
  /** The finding. */
  readonly title: string;
  /** What is drawn, with its unit. */
  readonly axis: string;
  readonly scale: 'linear' | 'logarithmic';
  /** The conditions that it holds under. */
  readonly conditions: string;
  /** Machine, date, commit. */
  readonly source: string;
  /** For those who do not see it. */
  readonly alt: string;
  readonly rows: readonly ChartRow[];
}

/** The first cell of the header says what the numbers are. */
export interface TableView {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ScenarioView {
  readonly name: string;
  readonly conditions: string;
  readonly findings: readonly { readonly about: string; readonly text: string }[];
  readonly warnings: readonly string[];
  readonly charts: readonly ChartView[];
  readonly tables: readonly TableView[];
}

export interface RunView {
  readonly id: string;
  readonly headline: string;
  /** Machine, versions, commit and so on, as pairs of a label and a text. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly warnings: readonly string[];
  readonly scenarios: readonly ScenarioView[];
}

/** What docs/run-data.js assigns. */
export interface DocsData {
  /** The one to show first comes first. */
  readonly runs: readonly RunView[];
}
