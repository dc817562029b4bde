// The columns of tables with a row for each lane.
import { type FigureName, figureSpec } from '../run/figures.ts';
import { bytes, compact, count, ms, uncertainty } from '../run/format.ts';
import { predictedIn, shownFigure } from '../run/lane-figures.ts';
import { nameOf } from '../run/names.ts';
import { isSaturated, type Lane, type Predicted, type Settings } from '../run/run-file.ts';

/** A column of a table with a row for each lane. */
export interface Column {
  readonly title: string;
  /** @returns the cell; null where the lane did not measure it. */
  cell(lane: Lane): string | null;
  predicted?(predicted: Predicted): string | null;
}

/** @returns the figures' columns, each with that of its interval where it has one of its own. */
export function columnsOf(...names: readonly FigureName[]): Column[] {
  return names.flatMap((name) => {
    const { column: title, interval, show } = figureSpec(name);
    const text = (value: number | undefined) => (value === undefined ? null : show(value));
    const within = (lane: Lane) => {
      const figure = shownFigure(lane, name);
      return figure?.low === undefined ? null : uncertainty(figure);
    };
    const cell = (lane: Lane) => {
      const shown = text(shownFigure(lane, name)?.value);
      return interval === 'cell' && shown !== null ? [shown, within(lane) ?? []].flat().join(' ') : shown;
    };
    const figure = { title, cell, predicted: (predicted: Predicted) => text(predictedIn(predicted, name)) };
    return interval === 'column' ? [figure, { title: '95 %', cell: within }] : [figure];
  });
}

function controlNames(lanes: readonly Lane[]): string[] {
  return [...new Set(lanes.flatMap(({ ofControl }) => ofControl?.control ?? []))];
}

/** @returns which control each lane is read beside, where they differ. */
export function controlColumns(lanes: readonly Lane[]): Column[] {
  if (controlNames(lanes).length <= 1) return [];
  return [{ title: 'control', cell: ({ ofControl }) => (ofControl === undefined ? null : nameOf(ofControl.control)) }];
}

/** @returns `Times that of bare-ws`, where all have one control. */
export function controlTitle(lanes: readonly Lane[]): string {
  const names = controlNames(lanes);
  return `Times that of ${names.length === 1 ? names.map(nameOf).join('') : 'the control'}`;
}

/**
 * @param settings of the scenario. @returns the bytes as they would be with a browser's heads: each request weighs so
 *   much more, and nothing else does. None where the scenario does not ask for it.
 */
export function browserColumns({ browserHeadBytes }: Settings, requests: FigureName, bytesOfAll: FigureName): Column[] {
  if (typeof browserHeadBytes !== 'number') return [];
  const { show } = figureSpec(bytesOfAll);
  const total = (asked: number | undefined, all: number | undefined) =>
    asked === undefined || all === undefined ? null : show(all + asked * browserHeadBytes);
  return [
    {
      title: `with browser heads, +${count(browserHeadBytes)} B a request`,
      cell: (lane) => total(shownFigure(lane, requests)?.value, shownFigure(lane, bytesOfAll)?.value),
      predicted: (predicted) => total(predictedIn(predicted, requests), predictedIn(predicted, bytesOfAll)),
    },
  ];
}

/** @returns a column for each number of connections at which memory was read. */
export function memoryColumns(lanes: readonly Lane[]): Column[] {
  const counts = new Set(lanes.flatMap(({ memory = [] }) => memory.map(({ connections }) => connections)));
  return [...counts]
    .toSorted((a, b) => a - b)
    .map((connections) => ({
      title: `at ${count(connections)}`,
      cell: ({ memory = [] }) => {
        const found = memory.find((one) => one.connections === connections);
        return found === undefined ? null : bytes(found.rssBytes);
      },
    }));
}

/** The columns of what a server could answer at the most; where it was not used up, that is a bound. */
export function ceilingColumns(): Column[] {
  const [rate, ...others] = columnsOf('requestsPerSecond', 'serverCpuUsPerRequest', 'serverCpuShare');
  if (rate === undefined) return others;
  const cell = (lane: Lane) => {
    const text = rate.cell(lane);
    return text === null || isSaturated(lane) ? text : `≥ ${text}`;
  };
  return [{ ...rate, cell }, ...others];
}

/** @returns the lane's knee, as a bound where it is one; null where it has none. @param atLeast what a bound is told by. */
export function kneeText({ deliveriesAtKnee, kneeIsBound }: Lane, atLeast = 'at least '): string | null {
  if (deliveriesAtKnee === undefined) return null;
  return `${kneeIsBound === true ? atLeast : ''}${count(Number(deliveriesAtKnee.value.toPrecision(3)))}`;
}

/** The columns of a saturation. */
export function kneeColumns(): Column[] {
  const [, interval] = columnsOf('deliveriesAtKnee');
  const atKnee = ({ deliveriesAtKnee, saturation }: Lane) =>
    saturation?.findLast(({ deliveriesPerSecond }) => deliveriesPerSecond <= (deliveriesAtKnee?.value ?? 0));
  return [
    {
      title: figureSpec('deliveriesAtKnee').column,
      cell: (lane) => (lane.saturation === undefined ? null : (kneeText(lane, '≥ ') ?? 'not found')),
    },
    ...(interval === undefined ? [] : [interval]),
    {
      title: '% of a core there',
      cell: (lane) => {
        const found = atKnee(lane);
        return found === undefined ? null : figureSpec('serverCpuShare').show(found.serverCpuShare.value);
      },
    },
    {
      title: 'the bench’s own core, %',
      cell: (lane) => {
        const found = atKnee(lane);
        return found === undefined ? null : count(found.loaderUtilisation * 100);
      },
    },
  ];
}

/** @returns a column for each load of a saturation that several lanes tried: latency in ms. */
export function loadColumns(lanes: readonly Lane[]): Column[] {
  const loads = lanes.flatMap(({ saturation = [] }) =>
    saturation.map(({ deliveriesPerSecond }) => deliveriesPerSecond),
  );
  const shared = loads.filter((load, index) => loads.indexOf(load) !== index);
  return [...new Set(shared)]
    .toSorted((a, b) => a - b)
    .map((load) => ({
      title: count(load),
      cell: ({ saturation = [] }) => {
        const found = saturation.find(({ deliveriesPerSecond }) => deliveriesPerSecond === load);
        return found === undefined ? null : ms(found.latencyUs.value);
      },
    }));
}

export const ADDED_DELAY: Column = {
  title: 'added',
  cell: ({ addedDelayMs }) => (addedDelayMs === undefined ? null : compact(addedDelayMs)),
};
