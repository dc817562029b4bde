// A run as one tidy table, run.csv, by RFC 4180: a line for each figure of each lane of each scenario.
import { type LaneFigure, laneFigures } from '../run/lane-figures.ts';
import type { Lane, Run, ScenarioResult } from '../run/run-file.ts';

interface Line {
  readonly run: Run;
  readonly scenario: ScenarioResult;
  readonly lane: Lane;
  readonly figure: LaneFigure;
}

type Cell = string | number | boolean | undefined;

/** The columns in their order: what each holds, and how it is read out. What there is none of is empty. */
export const CSV_COLUMNS: readonly { readonly name: string; readonly holds: string; read(line: Line): Cell }[] = [
  { name: 'run', holds: "The run's id.", read: ({ run }) => run.id },
  { name: 'started_at', holds: 'When it began, in UTC.', read: ({ run }) => run.startedAt },
  { name: 'scenario', holds: 'The scenario.', read: ({ scenario }) => scenario.name },
  { name: 'transport', holds: 'The transport, or http; empty for a control.', read: ({ lane }) => lane.transport },
  { name: 'control', holds: 'The control; empty for a transport.', read: ({ lane }) => lane.control },
  { name: 'case', holds: 'The case of the scenario, where it has several.', read: ({ lane }) => lane.case },
  { name: 'clients', holds: 'Clients of this lane.', read: ({ lane }) => lane.clients },
  {
    name: 'added_rtt_ms',
    holds: 'Round-trip time added by the impairment proxy, in ms.',
    read: ({ lane }) => lane.addedRoundTripMs,
  },
  { name: 'rounds', holds: 'Rounds that the figure comes from.', read: ({ lane }) => lane.rounds },
  { name: 'figure', holds: "The figure's name, as in gates.", read: ({ figure }) => figure.name },
  {
    name: 'kind',
    holds: 'measured; total: added up over the rounds; ledger: a total of what should be 0.',
    read: ({ figure }) => figure.kind,
  },
  { name: 'unit', holds: 'us, ms, B, or 1 for a number without one.', read: ({ figure }) => figure.unit },
  {
    name: 'value',
    holds: 'The geometric mean of the rounds, or the total.',
    read: ({ figure }) => figure.figure.value,
  },
  {
    name: 'low',
    holds: 'The lower end of the 95 % interval; from five rounds on.',
    read: ({ figure }) => figure.figure.low,
  },
  { name: 'high', holds: 'Its upper end.', read: ({ figure }) => figure.figure.high },
  {
    name: 'predicted',
    holds: "What the model predicts for this very run's schedule.",
    read: ({ figure }) => figure.predicted,
  },
  {
    name: 'closed_form',
    holds: 'What its closed form predicts at the achieved rate.',
    read: ({ figure }) => figure.closedForm,
  },
  {
    name: 'of_control',
    holds: "The figure as a multiple of the control's in the same rounds.",
    read: ({ figure }) => figure.ofControl?.value,
  },
  { name: 'spoiled', holds: 'true where the bench itself was the limit.', read: ({ lane }) => lane.spoiled === true },
];

/** Lines end so, also on systems that end them otherwise. */
const END = '\r\n';

/** @returns the text of run.csv, with a line of the columns' names first. */
export function runCsv(run: Run): string {
  const lines = run.scenarios.flatMap((scenario) =>
    scenario.lanes.flatMap((lane) =>
      laneFigures(lane).map((figure) =>
        CSV_COLUMNS.map((column) => field(column.read({ run, scenario, lane, figure }))),
      ),
    ),
  );
  return [CSV_COLUMNS.map(({ name }) => name), ...lines].map((cells) => cells.join(',') + END).join('');
}

/** RFC 4180, section 2: what holds a comma, a quote or the end of a line is quoted, and quotes in it are doubled. */
function field(value: Cell): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
