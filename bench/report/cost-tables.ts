// The cost curves of `costs` as tables: one for each of their parts, with intervals, and the points that were held out
// beside what the curves say of them.
import { compact, count } from '../run/format.ts';
import { nameOf } from '../run/names.ts';
import { type Lane, laneName, type ScenarioResult } from '../run/run-file.ts';
import {
  type CostCurve,
  type CostCurves,
  type CostPoint,
  costCurves,
  deliveryCosts,
  isKnown,
  requestCurveOf,
} from '../stats/cost-curves.ts';
import { median } from '../stats/median.ts';
import { predictionHolds } from '../stats/prediction-check.ts';
import type { Table } from './table.ts';

const COSTS = 'costs';

/** @returns none for other scenarios, and where too little was measured for a curve. */
export function costTables(scenario: ScenarioResult): Table[] {
  if (scenario.name !== COSTS) return [];
  const { lanes } = scenario;
  const names = [...new Set(lanes.map(laneName))];
  const transports = names.filter((name) => lanes.some((lane) => lane.transport === name));
  const known = transports.flatMap((name) => {
    const curves = costCurves(scenario, name);
    return isKnown(curves) ? [{ name, curves }] : [];
  });
  const part = (of: (curves: CostCurves) => CostCurve) => known.map(({ name, curves }) => [name, of(curves)] as const);
  const deliveries = names.map((name) => {
    const curves = known.find((one) => one.name === name)?.curves;
    const own = lanes.filter((lane) => laneName(lane) === name);
    return [name, curves?.usPerDelivery ?? (own[0]?.control === undefined ? [] : deliveryCosts(own))] as const;
  });
  const requests = names.map((name) => {
    const curve = requestCurveOf(scenario, name);
    return [name, isKnown(curve) ? curve : []] as const;
  });
  return [
    curveTable('CPU µs for one more delivery, at messages a second', deliveries),
    curveTable(
      'CPU µs for a message itself, at messages a second',
      part(({ usPerMessage }) => usPerMessage),
    ),
    curveTable('CPU µs for an empty request, at about so many a second', requests, nominalRates(lanes)),
    curveTable(
      'CPU µs a second for an idle connection, of so many',
      part(({ usPerIdleSecond }) => [usPerIdleSecond]),
    ),
    heldOutTable(lanes.filter(({ heldOut, serverCpuShare }) => heldOut === true && serverCpuShare !== undefined)),
  ].filter((table) => table !== null);
}

/** Of requests, in the order of their size. */
function nominalRates(lanes: readonly Lane[]): number[] {
  return lanes.flatMap((lane) => (lane.serverCpuUsPerRequest === undefined ? [] : (lane.nominalPerSecond ?? [])));
}

/** @param nominal what was asked for; what was achieved differs a little from lane to lane, and stands in its column. */
function curveTable(
  title: string,
  curves: readonly (readonly [name: string, curve: CostCurve])[],
  nominal: readonly number[] = [],
): Table | null {
  const place = (x: number) => nominal.toSorted((a, b) => Math.abs(a - x) - Math.abs(b - x))[0] ?? x;
  const drawn = curves.filter(([, curve]) => curve.length > 0);
  const places = [...new Set(drawn.flatMap(([, curve]) => curve.map(({ x }) => place(x))))].toSorted((a, b) => a - b);
  if (drawn.length === 0) return null;
  return {
    header: [title, ...places.map((x) => count(x))],
    rows: drawn.map(([name, curve]) => [
      nameOf(name),
      ...places.map((x) => {
        const point = curve.find((one) => place(one.x) === x);
        return point === undefined ? '–' : pointText(point);
      }),
    ]),
  };
}

/** A cost that chance hides is less than what it may be at the most. */
function pointText({ value, low, high }: CostPoint): string {
  return value === 0 ? `less than ${compact(high)}` : `${compact(value)} [${compact(low)}, ${compact(high)}]`;
}

function percent(share: number): string {
  return `${compact(share * 100)} %`;
}

function heldOutTable(lanes: readonly Lane[]): Table | null {
  if (lanes.length === 0) return null;
  return {
    header: ['Held out, share of a core', 'measured, median', '95 %', 'by the curves', 'holds'],
    rows: lanes.map((lane) => {
      const { serverCpuShare, predicted } = lane;
      const { value = 0, low, high, rounds = [value] } = serverCpuShare ?? {};
      const expected = predicted?.serverCpuShare;
      return [
        `${lane.case ?? ''} · ${nameOf(laneName(lane))}${lane.spoiled === true ? ' *' : ''}`,
        percent(median(rounds)),
        low === undefined || high === undefined ? '–' : `${percent(low)} to ${percent(high)}`,
        expected === undefined ? 'not known' : percent(expected),
        expected === undefined || lane.spoiled === true ? '–' : predictionHolds(lane) ? 'yes' : 'no',
      ];
    }),
  };
}
