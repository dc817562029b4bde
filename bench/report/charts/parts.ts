// What all charts of a run are made of: colours, points, titles and alternative texts.
import { transportColours } from '../../../client/colours.ts';
import type { ChartPoint, ChartRow, ChartView, LineSeries } from '../../../client/docs-page/run-view.ts';
import { type Figure, type Lane, laneName, type Run, type ScenarioResult } from '../../run/run-file.ts';
import { scenarioConditions } from '../conditions.ts';
import { type Comparer, type Entry, namesOf, type Outcome, outcomeOf } from '../contest.ts';
import { compact } from '../format.ts';

import { sourceLine } from '../source-line.ts';

/** Of whatever is no transport. */
const CONTROL_COLOUR = '#8d8d8d';
/** What shows that the bench itself was the limit: in rows a mark at the name, in lines a hollow point. */
const STARRED = '*:';
export const HOLLOW = 'Hollow points:';

/** @param lanes those of the scenario: a transport without a colour of its own gets one by its place among them. */
export function colourOf(lane: Lane, lanes: readonly Lane[]): string {
  if (lane.transport === undefined) return CONTROL_COLOUR;
  const names = [...new Set(lanes.flatMap(({ transport }) => transport ?? []))];
  return transportColours(lane.transport, names.indexOf(lane.transport));
}

/** @param scale from the figure's unit to the chart's. */
export function figurePoint(label: string, figure: Figure, predicted: number | undefined, scale = 1): ChartPoint {
  return {
    label,
    value: figure.value * scale,
    ...interval(figure, scale),
    ...(predicted === undefined ? {} : { predicted: predicted * scale }),
  };
}

/** @returns the figure's bounds, where it has them. */
export function interval({ low, high }: Figure, scale = 1): { low?: number; high?: number } {
  return low === undefined || high === undefined ? {} : { low: low * scale, high: high * scale };
}

/** @param spoilable whether a bench that was the limit changes what is drawn. */
export function rowOf(
  lane: Lane,
  lanes: readonly Lane[],
  spoilable: boolean,
  points: readonly ChartPoint[],
  name = laneName(lane),
): ChartRow {
  return {
    name,
    of: laneName(lane),
    colour: colourOf(lane, lanes),
    ...(spoilable && lane.spoiled === true ? { spoiled: true } : {}),
    points,
  };
}

/** What charts of one scenario have in common. @param mark of a lane that the bench spoiled. */
export function frameOf(run: Run, scenario: ScenarioResult, mark = STARRED): Pick<ChartView, 'conditions' | 'source'> {
  const spoiled = scenario.lanes.some((lane) => lane.spoiled === true);
  return {
    conditions: `${scenarioConditions(scenario)}${spoiled ? `. ${mark} the bench itself was the limit` : ''}`,
    source: sourceLine(run),
  };
}

/** The finding in a title: who has the lowest figure, and who the highest. */
export function contestTitle(outcome: Outcome | null, show: (value: number) => string, per: string): string {
  if (outcome === null) return NO_SOUND_MEASUREMENT;
  const lowest = `${namesOf(outcome.winners)}: ${show(outcome.best.figure.value)} ${per}`;
  const worst = outcome.others.at(-1);
  return worst === undefined ? lowest : `${lowest}; ${worst.name}: ${show(worst.figure.value)}`;
}

export const NO_SOUND_MEASUREMENT = 'No sound measurement: the bench itself was the limit';

/** @returns everybody from the lowest figure up, those together that can't be told apart: `sse and websocket 51 ms, …`. */
export function ranking(
  entries: readonly Entry[],
  noise: number,
  show: (value: number) => string,
  compare?: Comparer,
): string {
  const outcome = outcomeOf(entries, noise, compare);
  if (outcome === null) return '';
  const { best, winners, others } = outcome;
  const names = winners.length === entries.length && winners.length > 2 ? 'all' : namesOf(winners);
  const first = `${names} ${show(best.figure.value)}`;
  return others.length === 0 ? first : `${first}, ${ranking(others, noise, show, compare)}`;
}

/** @returns the numbers of rows in words. */
export function rowsText(what: string, rows: readonly ChartRow[]): string {
  const parts = rows
    .filter(({ points }) => points.length > 0)
    .map(({ name, points }) => {
      const [only] = points;
      const text =
        points.length === 1 && only !== undefined
          ? compact(only.value)
          : points.map(({ label, value }) => `${label} ${compact(value)}`).join(', ');
      return `${name} ${text}`;
    });
  return `${what}. ${parts.join('; ')}.`;
}

/** @returns the rows, those below a heading with the heading's first words in their names. */
export function namedByHeading(rows: readonly ChartRow[]): ChartRow[] {
  let heading = '';
  return rows.map((row) => {
    if (row.points.length === 0) heading = `${row.name.split(':')[0] ?? row.name}, `;
    return { ...row, name: `${heading}${row.name}` };
  });
}

/** @returns the measured numbers of lines in words. */
export function linesText(what: string, over: string, series: readonly LineSeries[]): string {
  const parts = series
    .filter(({ role, points }) => role !== 'predicted' && points.length > 0)
    .map(({ of, points }) => `${of} ${points.map(({ x, y }) => `${compact(y)} at ${compact(x)}`).join(', ')}`);
  return `${what}, over ${over}. ${parts.join('; ')}.`;
}

/** @returns the lanes of each transport or control, in the order of their first. */
export function byName(lanes: readonly Lane[]): Map<string, Lane[]> {
  const groups = new Map<string, Lane[]>();
  for (const lane of lanes) groups.set(laneName(lane), [...(groups.get(laneName(lane)) ?? []), lane]);
  return groups;
}

export function settingOf(scenario: ScenarioResult | undefined, name: string): number | undefined {
  const value = scenario?.settings[name];
  return typeof value === 'number' ? value : undefined;
}
