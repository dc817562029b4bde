// A comparison of two runs for the terminal, in at most 100 columns.
import type { Difference } from '../run/comparable.ts';
import { count, plural, ratioNumber } from '../run/format.ts';
import { valueText } from '../run/lane-figures.ts';
import type { Run } from '../run/run-file.ts';
import { type FigureChange, isBetter, type RunComparison } from './compare.ts';
import { labelled, type Table, tableLines } from './table.ts';

const NAME_WIDTH = 46;
/** Of each kind; the others are only counted. */
const SHOWN_CHANGES = 30;

/** @returns what has changed from A to B, what differs in how they were made, and what can't be compared. */
export function compareText(comparison: RunComparison): string {
  const { a, b, changes, refused, assumed } = comparison;
  const having = (verdict: FigureChange['verdict']) => changes.filter((change) => change.verdict === verdict);
  const [changed, unknown, same] = [having('changed'), having('unknown'), having('same')];
  return [
    `From A to B, as multiples of A.`,
    ...labelled('  A: ', runLine(a)),
    ...labelled('  B: ', runLine(b)),
    ...differenceLines(comparison),
    '',
    ...(changes.length === 0 ? ['There is nothing that could be compared.', ''] : []),
    ...section('Changed', changed),
    ...(changed.length === 0 && changes.length > 0 ? ['Changed: nothing that could be told from chance.', ''] : []),
    ...section('Without intervals', unknown),
    ...(unknown.length > 0
      ? [...labelled('  ', 'Too few rounds: chance is not told from a change. Run both with --rounds 5 or more.'), '']
      : []),
    ...(same.length > 0 ? [...labelled('No detectable difference: ', sameText(same)), ''] : []),
    ...(changes.length > 0 ? [...chanceLines(changes.length), ''] : []),
    ...assumed.flatMap((text) => labelled('Taken as alike: ', text)),
    ...refused.flatMap((text) => labelled('Not compared: ', text)),
  ]
    .join('\n')
    .trimEnd();
}

function runLine({ id, startedAt, environment: { cpu, cores, node, commit, dirty } }: Run): string {
  const version = commit === null ? '' : `, commit ${commit.slice(0, 7)}${dirty === true ? ' with changes' : ''}`;
  return `${id}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${cpu}, ${cores} cores, Node ${node}${version}`;
}

function differenceLines({ machine, program, settings, sameMachine }: RunComparison): string[] {
  const line = (label: string, differences: readonly Difference[]) =>
    differences.length === 0 ? [] : labelled(label, `${differences.map(differenceText).join('; ')}.`);
  return [
    ...line('  Differs, program: ', program),
    ...line('  Differs, settings: ', settings),
    ...line('  Differs, machine: ', machine),
    ...(sameMachine
      ? []
      : labelled(
          'Warning: ',
          'times of different machines, systems or versions of Node say nothing beside each other, so they are left out. ' +
            'What remains are counts, bytes, and ratios to the controls, which travel between machines.',
        )),
  ];
}

function differenceText({ what, a, b }: Difference): string {
  return `${what} ${a} → ${b}`;
}

function section(title: string, changes: readonly FigureChange[]): string[] {
  if (changes.length === 0) return [];
  const rows = groupLatencies(changes);
  const shown = rows.slice(0, SHOWN_CHANGES);
  const table: Table = {
    header: [title, 'A', 'B', 'times', 'interval', ''],
    rows: shown.flatMap(({ change, more }) => {
      const { scenario, lane, figure, a, b, ratio } = change;
      const better = isBetter(change);
      return named(`${scenario} ${lane}`, `${figure.name}${more > 0 ? ` and ${more} more` : ''}`, [
        valueText(a, figure),
        valueText(b, figure),
        ratio === null ? '–' : ratioNumber(ratio.value),
        ratio?.low === undefined || ratio.high === undefined
          ? ''
          : `[${ratioNumber(ratio.low)}, ${ratioNumber(ratio.high)}]`,
        better === null ? '' : better ? 'better' : 'worse',
      ]);
    }),
  };
  const left = rows.length - shown.length;
  const rest = left > 0 ? [`  … and ${plural(left, 'smaller one')}`, ''] : [];
  return [...tableLines(table), ...rest];
}

/** @returns one row, or two where the name would be too long for what stands beside it. */
function named(place: string, figure: string, cells: readonly string[]): string[][] {
  const name = `${place}, ${figure}`;
  return name.length <= NAME_WIDTH ? [[name, ...cells]] : [[place], [`  ${figure}`, ...cells]];
}

interface Row {
  readonly change: FigureChange;
  /** Latencies of the same lane that have changed in the same direction, and have no row of their own. */
  readonly more: number;
}

/** What makes a lane slower makes all its latencies so: the one that changed most stands for the others. */
function groupLatencies(changes: readonly FigureChange[]): Row[] {
  const rows = new Map<string, Row>();
  for (const change of changes) {
    const { scenario, lane, figure, a, b } = change;
    const [family = ''] = figure.path.split('.');
    const isLatency = family === 'latencyUs' || family === 'lastReceiverUs';
    const key = [scenario, lane, isLatency ? `${family} ${b < a}` : figure.name].join('\n');
    const row = rows.get(key);
    rows.set(key, row === undefined ? { change, more: 0 } : { ...row, more: row.more + 1 });
  }
  return [...rows.values()];
}

function sameText(same: readonly FigureChange[]): string {
  const scenarios = [...new Set(same.map(({ scenario }) => scenario))];
  const counts = scenarios.map((name) => `${name} ${count(same.filter(({ scenario }) => scenario === name).length)}`);
  return `${plural(same.length, 'figure')} (${counts.join(', ')}).`;
}

function chanceLines(compared: number): string[] {
  return labelled(
    '',
    `By chance alone, one comparison in 20 would find anything changed: its level of 5 % is divided among ` +
      `${plural(compared, 'figure')}. Times and CPU have changed only where they changed by more than the controls did, ` +
      'whose programs are the same: that was the machine.',
  );
}
