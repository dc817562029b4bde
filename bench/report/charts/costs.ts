// The cost curves: what the server's processor takes for an empty request and for a delivery, over how often they come.
import { compact, count } from '../../run/format.ts';
import { nameOf } from '../../run/names.ts';
import { laneName, type Run, type ScenarioResult } from '../../run/run-file.ts';
import { type CostCurve, costCurves, isKnown, requestCurveOf } from '../../stats/cost-curves.ts';
import type { LineSeries, LinesView } from '../views.ts';
import { colourOf, frameOf, linesText } from './parts.ts';

const COSTS = 'costs';

interface Curves {
  readonly id: string;
  readonly x: string;
  readonly y: string;
  curveOf(scenario: ScenarioResult, name: string): CostCurve;
  title(series: readonly LineSeries[]): string;
}

const CHARTS: readonly Curves[] = [
  {
    id: 'cost-of-requests',
    x: 'Empty requests a second at the whole server',
    y: 'Server CPU per request, µs',
    curveOf: (scenario, name) => {
      const curve = requestCurveOf(scenario, name);
      return isKnown(curve) ? curve : [];
    },
    title: (series) => {
      const falls = series.map(({ lane, points }) => {
        const [rare, busy] = [points[0], points.at(-1)];
        if (rare === undefined || busy === undefined) return '';
        return `${nameOf(lane)} ${compact(rare.y)} µs at ${count(rare.x)} a second, ${compact(busy.y)} at ${count(busy.x)}`;
      });
      const all = series.every(
        ({ points }) => (points[0]?.low ?? 0) > (points.at(-1)?.high ?? Number.POSITIVE_INFINITY),
      );
      const finding = all ? 'An idle server makes expensive requests' : 'CPU per empty request over their rate';
      return `${finding}: ${falls.join('; ')}`;
    },
  },
  {
    id: 'cost-of-deliveries',
    x: 'Messages a second, to all clients',
    y: 'Server CPU for one more delivery, µs',
    curveOf: (scenario, name) => {
      const curves = costCurves(scenario, name);
      // Where chance hides it, there is nothing to draw.
      return isKnown(curves) ? curves.usPerDelivery.filter(({ value }) => value > 0) : [];
    },
    title: (series) => {
      const each = series.map(({ lane, points }) => {
        const values = points.map(({ y }) => y);
        return `${nameOf(lane)} ${compact(Math.min(...values))} to ${compact(Math.max(...values))}`;
      });
      return `Server CPU for one more delivery, µs: ${each.join(', ')}`;
    },
  },
];

/** @returns the charts of `costs`; those left out for which it measured too little. */
export function costCharts(run: Run, scenario: ScenarioResult): LinesView[] {
  if (scenario.name !== COSTS) return [];
  const { lanes } = scenario;
  const names = [...new Set(lanes.map(laneName))];
  return CHARTS.flatMap(({ id, x, y, curveOf, title }) => {
    const series = names.flatMap((name): LineSeries[] => {
      const [first] = lanes.filter((lane) => laneName(lane) === name);
      const points = curveOf(scenario, name).map(({ x: at, value, low, high }) => ({ x: at, y: value, low, high }));
      if (first === undefined || points.length < 2) return [];
      const role = first.control === undefined ? 'measured' : 'control';
      return [{ lane: name, colour: colourOf(first, lanes), role, points }];
    });
    if (series.length === 0) return [];
    return [
      {
        id,
        kind: 'lines' as const,
        title: title(series),
        x: { title: `${x}, logarithmic`, scale: 'logarithmic' as const },
        y: { title: `${y}, logarithmic`, scale: 'logarithmic' as const },
        ...frameOf(run, scenario),
        alt: linesText(y, x.toLowerCase(), series),
        series,
      },
    ];
  });
}
