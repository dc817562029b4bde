// Where long polling begins to make more requests than short polling: both over the message rate, the model's lines and
// what was measured on them.
import { breakEvenRate, longPollingRequestRate, shortPollingRequestRate } from '../../../client/closed-forms.ts';
import { transportColours } from '../../../client/colours.ts';
import { count, duration, rateText } from '../../run/format.ts';
import type { Lane, Run, ScenarioResult } from '../../run/run-file.ts';
import type { LinePoint, LineSeries, LinesView } from '../views.ts';
import { frameOf, linesText, settingOf } from './parts.ts';

const SHORT = 'short-polling';
const LONG = 'long-polling';
/** Messages per second: the left edge stands for silence too. */
const RATES = { min: 0.002, max: 20, steps: 60 } as const;
const MINUTE = 60;

/** What both lines are drawn for; all times in seconds. */
interface Model {
  readonly pollInterval: number;
  readonly hold: number;
  readonly gap: number;
}

/** @returns the chart for `crossover`, or for `steady` where the run has no crossover; null for others. */
export function breakEvenChart(run: Run, scenario: ScenarioResult): LinesView | null {
  const crossover = run.scenarios.find(({ name }) => name === 'crossover');
  if (scenario !== (crossover ?? run.scenarios.find(({ name }) => name === 'steady'))) return null;
  const pollIntervalMs = settingOf(scenario, 'pollIntervalMs');
  const waitSeconds = settingOf(scenario, 'waitSeconds');
  const lanes = [SHORT, LONG].map((name) => scenario.lanes.filter(({ transport }) => transport === name));
  const gapMs = lanes[1]?.find(({ roundTripMs }) => roundTripMs !== undefined)?.roundTripMs?.value ?? 0;
  if (pollIntervalMs === undefined || waitSeconds === undefined || lanes.some(({ length }) => length === 0))
    return null;
  const model = { pollInterval: pollIntervalMs / 1000, hold: waitSeconds, gap: gapMs / 1000 };
  const even = breakEvenRate(model);
  const series = [SHORT, LONG].flatMap((name, index) => seriesOf(run, name, index, model));
  const axis = 'HTTP requests per client and minute';
  return {
    id: 'break-even',
    kind: 'lines',
    title: titleOf(series, model, even),
    x: { title: 'Messages per second (at the left edge: silence), logarithmic', scale: 'logarithmic', ...bounds() },
    y: { title: `${axis}, logarithmic`, scale: 'logarithmic' },
    ...frameOf(run, scenario),
    alt: `${linesText(axis, 'messages per second', series)} ${titleOf(series, model, even)}.`,
    series,
    ...(even === null || even <= RATES.min || even >= RATES.max
      ? {}
      : { mark: { x: even, label: `break-even: ${rateText(even)}` } }),
  };
}

function bounds(): { min: number; max: number } {
  return { min: RATES.min, max: RATES.max };
}

function seriesOf(run: Run, name: string, index: number, model: Model): LineSeries[] {
  const look = { lane: name, colour: transportColours(name, index) };
  const { pollInterval, hold, gap } = model;
  const requests = (rate: number) =>
    name === SHORT ? shortPollingRequestRate({ pollInterval }) : longPollingRequestRate({ rate, gap, hold });
  const line = Array.from({ length: RATES.steps + 1 }, (_, step): LinePoint => {
    const x = RATES.min * (RATES.max / RATES.min) ** (step / RATES.steps);
    return { x: tidy(x), y: tidy(requests(x) * MINUTE) };
  });
  return [
    { ...look, role: 'predicted', points: line },
    { ...look, role: 'marks', points: measured(run, name, model) },
  ];
}

function tidy(value: number): number {
  return Number(value.toPrecision(5));
}

/** Of every scenario that polled at that interval, with that hold, over loopback. */
function measured(run: Run, name: string, { pollInterval, hold }: Model): LinePoint[] {
  const alike = run.scenarios.filter(
    (scenario) =>
      settingOf(scenario, 'pollIntervalMs') === pollInterval * 1000 &&
      // How long a poll is held makes no difference to one that is never held.
      (name === SHORT || settingOf(scenario, 'waitSeconds') === hold),
  );
  const points = alike.flatMap((scenario) =>
    scenario.lanes
      .filter((lane) => lane.transport === name && (lane.addedRoundTripMs ?? 0) === 0 && lane.spoiled !== true)
      .flatMap((lane) => pointOf(scenario, lane)),
  );
  return points.toSorted((a, b) => a.x - b.x);
}

function pointOf({ name }: ScenarioResult, lane: Lane): LinePoint[] {
  const { requestsPerDelivery, requestsPerClientHour, messagesPerSecond } = lane;
  if (name === 'idle' && requestsPerClientHour !== undefined) {
    return [{ x: RATES.min, y: requestsPerClientHour.value / MINUTE, note: 'idle: no message at all' }];
  }
  const isRoom = name === 'steady' || name === 'crossover' || name === 'rtt';
  if (!isRoom || requestsPerDelivery === undefined || messagesPerSecond === undefined) return [];
  const perMinute = messagesPerSecond * MINUTE;
  const { value, low, high } = requestsPerDelivery;
  return [
    {
      x: messagesPerSecond,
      y: value * perMinute,
      ...(low === undefined || high === undefined ? {} : { low: low * perMinute, high: high * perMinute }),
      note: name,
    },
  ];
}

function titleOf(series: readonly LineSeries[], { pollInterval }: Model, even: number | null): string {
  const marks = (name: string) => series.find(({ lane, role }) => lane === name && role === 'marks')?.points ?? [];
  const idle = [SHORT, LONG].map((name) => marks(name).find(({ x }) => x === RATES.min)?.y);
  const [short, long] = idle;
  const silence =
    short === undefined || long === undefined || long === 0 ? [] : [`in silence ${count(short / long)} times fewer`];
  const every = `a poll every ${duration(pollInterval * 1000)}`;
  if (even === 0)
    return [`Long polling makes more requests than ${every}, however rare messages are`, ...silence].join('; ');
  if (even === null) return [`Long polling never makes more requests than ${every}`, ...silence].join('; ');
  return [
    `Above about ${rateText(even)} long polling makes more requests than ${every}`,
    ...contradiction(marks(SHORT), marks(LONG), even),
    ...silence,
  ].join('; ');
}

/** By so much both differ at least, if the measured points are to contradict the model. */
const CLEARLY = 1.05;

/** The title must not say what was measured otherwise. */
function contradiction(short: readonly LinePoint[], long: readonly LinePoint[], even: number): string[] {
  const against = long.some(({ x, y }) => {
    const other = short.find((point) => Math.abs(point.x / x - 1) < 0.02 && point.x !== RATES.min);
    if (other === undefined) return false;
    return x < even ? y > other.y * CLEARLY : y * CLEARLY < other.y;
  });
  return against ? ['but what was measured differs'] : [];
}
