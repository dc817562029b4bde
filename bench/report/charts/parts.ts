// What all charts of a run are made of: colours, points, titles and alternative texts.
import { transportColours } from '../../../client/colours.ts';
import type { FigureName } from '../../run/figures.ts';
import { compact } from '../../run/format.ts';
import { laneFigure, shownFigure } from '../../run/lane-figures.ts';
import { nameOf } from '../../run/names.ts';
import { type Figure, type Lane, laneName, type Run, type ScenarioResult } from '../../run/run-file.ts';
import { scenarioConditions } from '../conditions.ts';
import { type Contest, type Entry, eachWith, namesOf, outcomeOf } from '../contest.ts';
import { sourceLine } from '../source-line.ts';
import type { ChartPoint, ChartRow, ChartView, LineSeries } from '../views.ts';

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

/** @returns the lane's figure in the unit of its axis; null where the lane has none. */
export function pointOf(lane: Lane, name: FigureName): ChartPoint | null {
  const found = laneFigure(lane, name);
  if (found === undefined || shownFigure(lane, name) === undefined) return null;
  const { column, drawnIn, figure, predicted } = found;
  return {
    label: column,
    value: figure.value / drawnIn,
    ...interval(figure, (value) => value / drawnIn),
    ...(predicted === undefined ? {} : { predicted: predicted / drawnIn }),
  };
}

/** @returns the figure's bounds, where it has them, as they lie on the axis. */
export function interval({ low, high }: Figure, at: (value: number) => number): { low?: number; high?: number } {
  return low === undefined || high === undefined ? {} : { low: at(low), high: at(high) };
}

export function rowOf(
  lane: Lane,
  lanes: readonly Lane[],
  points: readonly ChartPoint[],
  name = nameOf(laneName(lane)),
): ChartRow {
  return {
    name,
    lane: laneName(lane),
    colour: colourOf(lane, lanes),
    ...(lane.spoiled === true ? { spoiled: true } : {}),
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

/** The finding in a title: who has the best figure, and who the worst. */
export function contestTitle(contest: Contest, per = ''): string {
  const outcome = outcomeOf(contest);
  if (outcome === null) return NO_SOUND_MEASUREMENT;
  const { say } = contest.figure;
  const best = `${eachWith(outcome.winners, say)} ${per}`.trimEnd();
  const worst = outcome.others.at(-1);
  return worst === undefined ? best : `${best}; ${nameOf(worst.name)} ${say(worst.figure.value)}`;
}

export const NO_SOUND_MEASUREMENT = 'No sound measurement: the bench itself was the limit';

/** @returns everybody from the best figure on, those together that can't be told apart: `sse and websocket 51 ms, …`. */
export function ranking(contest: Contest): string {
  const outcome = outcomeOf(contest);
  if (outcome === null) return '';
  const { winners, others } = outcome;
  const first = tieRange(winners, contest);
  return others.length === 0 ? first : `${first}, ${ranking({ ...contest, entries: others })}`;
}

/** A tie has no order: from its least to its most. */
function tieRange(winners: readonly Entry[], { entries, figure: { say } }: Contest): string {
  const names = winners.length === entries.length && winners.length > 2 ? 'all' : namesOf(winners);
  const values = winners.map(({ figure }) => figure.value);
  const [least, most] = [say(Math.min(...values)), say(Math.max(...values))];
  return least === most ? `${names} ${least}` : `${names} ${least} to ${most}`;
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

/** @returns a row that only says what the ones below it are. */
export function headingRow(name: string): ChartRow {
  return { name, lane: '', colour: '', points: [] };
}

/** @returns the measured numbers of lines in words. */
export function linesText(what: string, over: string, series: readonly LineSeries[]): string {
  const parts = series
    .filter(({ role, points }) => role !== 'predicted' && points.length > 0)
    .map(
      ({ lane, points }) => `${nameOf(lane)} ${points.map(({ x, y }) => `${compact(y)} at ${compact(x)}`).join(', ')}`,
    );
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
