// All figures of a lane in one flat list, each under the one name that run.csv, comparisons, gates and the docs page
// know it by.

import type { Figure, Lane } from '../run/run-file.ts';
import { FIGURE_SPECS, type FigureSpec, type FigureUnit } from './figure-specs.ts';

export type { FigureKind, FigureUnit } from './figure-specs.ts';

/** A figure that a lane has. */
export interface LaneFigure
  extends Pick<FigureSpec, 'name' | 'unit' | 'label' | 'kind' | 'lowerIsBetter' | 'machineBound'> {
  readonly figure: Figure;
  /** In the same unit. */
  readonly predicted?: number;
  readonly closedForm?: number;
  /** How many times the figure of its control. */
  readonly ofControl?: Figure;
}

/** The names of all figures that there are, in the order of the list. */
export const FIGURE_NAMES: readonly string[] = FIGURE_SPECS.map(({ name }) => name);

/** @returns the unit of a figure's values. @throws where there is no figure of that name. */
export function figureUnit(name: string): FigureUnit {
  const spec = FIGURE_SPECS.find((one) => one.name === name);
  if (spec === undefined) throw new Error(`There is no figure ${name}.`);
  return spec.unit;
}

/** @returns the figures that the lane has, in the order of the names. */
export function laneFigures(lane: Lane): LaneFigure[] {
  return FIGURE_SPECS.flatMap((spec) => {
    const figure = spec.of(lane);
    if (figure === undefined) return [];
    const { name, unit, label, kind, lowerIsBetter, machineBound } = spec;
    const predicted = spec.predicted?.(lane.predicted ?? {}, lane);
    const closedForm = lane.predicted?.closedForm && spec.predicted?.(lane.predicted.closedForm, lane);
    const ofControl = spec.ofControl?.(lane);
    return {
      ...{ name, unit, label, kind, lowerIsBetter, machineBound, figure },
      ...(predicted === undefined ? {} : { predicted }),
      ...(closedForm === undefined ? {} : { closedForm }),
      ...(ofControl === undefined ? {} : { ofControl }),
    };
  });
}

/** @returns the lane's figure of that name, where it has it. */
export function laneFigure(lane: Lane, name: string): LaneFigure | undefined {
  return laneFigures(lane).find((one) => one.name === name);
}
