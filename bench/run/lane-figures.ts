// The figures that a lane has, read out by the catalogue.
import { defined } from '../../server/protocol/defined.ts';
import { FIGURES, type FigureName, type FigureSpec, figureSpec } from './figures.ts';
import { count, withUnit } from './format.ts';
import type { Figure, Lane, Predicted } from './run-file.ts';

export interface LaneFigure extends Omit<FigureSpec, 'predicted' | 'ofControl'> {
  readonly figure: Figure;
  /** In the same unit. */
  readonly predicted?: number;
  readonly closedForm?: number;
  /** How many times the figure of its control. */
  readonly ofControl?: Figure;
}

function valueAt(part: unknown, path: string): Figure | number | undefined {
  return path.split('.').reduce((found: unknown, key) => (found as Record<string, unknown> | undefined)?.[key], part) as
    | Figure
    | undefined;
}

function numberAt(part: unknown, path: string): number | undefined {
  const found = valueAt(part, path);
  return typeof found === 'object' ? found.value : found;
}

/** @returns the lane's figure of that name, where it has it. */
export function figureOf(lane: Lane, name: FigureName): Figure | undefined {
  const found = valueAt(lane, figureSpec(name).path);
  return typeof found === 'number' ? { value: found } : found;
}

/**
 * Clients that share a message tell no more than one of them, so that messages are what counts; where those are not
 * counted (openings, pings of a control), what was delivered.
 */
function eventsOf({ messages, delivered }: Lane): number | undefined {
  return messages ?? delivered;
}

/** @returns the lane's figure of that name where it can be shown: no percentile beyond the sample. */
export function shownFigure(lane: Lane, name: FigureName): Figure | undefined {
  const { events = 1 } = figureSpec(name);
  const known = eventsOf(lane) ?? events;
  return known < events ? undefined : figureOf(lane, name);
}

/** @returns what is predicted there for that figure, in its unit. */
export function predictedIn(predicted: Predicted | undefined, name: FigureName): number | undefined {
  return numberAt(predicted, figureSpec(name).path);
}

/** @returns the same with all that the lane says of it. */
export function laneFigure(lane: Lane, name: FigureName): LaneFigure | undefined {
  const figure = figureOf(lane, name);
  if (figure === undefined) return undefined;
  const { predicted: known, ofControl: ratio, ...spec } = figureSpec(name);
  const predicted = known === undefined ? predictedIn(lane.predicted, name) : numberAt(lane, known);
  const closedForm = predictedIn(lane.predicted?.closedForm, name);
  const ofControl = ratio === undefined ? undefined : lane.ofControl?.[ratio];
  return {
    ...spec,
    figure,
    ...defined({ predicted, closedForm, ofControl }),
  };
}

/** @returns the figures that the lane has, in the order of the catalogue. */
export function laneFigures(lane: Lane): LaneFigure[] {
  return FIGURES.flatMap(({ name }) => laneFigure(lane, name) ?? []);
}

/** @returns those of them that can be shown. */
export function shownFigures(lane: Lane): LaneFigure[] {
  return laneFigures(lane).filter(({ name }) => shownFigure(lane, name) !== undefined);
}

/** @returns a value of the figure with the unit that suits it. */
export function valueText(value: number, { kind, unit }: Pick<FigureSpec, 'kind' | 'unit'>): string {
  return kind === 'ledger' ? count(value) : withUnit(value, unit);
}
