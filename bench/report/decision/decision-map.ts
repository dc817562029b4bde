// Which transport to take, as a map: message rates across, bearable latencies up.
import { leastWhere } from '../../../client/least-where.ts';
import { duration, rateText } from '../../run/format.ts';
import type { AreaView, AxisView, MapView } from '../views.ts';
import type { RunCosts, Situation } from './costs.ts';
import { type Judged, judge, SENDS_OFTEN } from './decide.ts';

type MapSituation = Pick<Situation, 'clients' | 'roundTripMs' | 'sendsPerSecond'>;

/** From the least bearable latency up: what the answer is. */
const ANSWERS = ['nothing', 'not-known', 'stream', 'either', 'short-polling'] as const;
type Answer = (typeof ANSWERS)[number];

/** Messages per second. */
const RATES = { min: 1 / 3600, max: 100, steps: 60 } as const;
const LATENCIES_MS = { min: 10, max: 100_000 } as const;
/** Of four decades: more than the four digits that are kept. */
const HALVINGS = 20;
const NOTHING = '#9aa0a6';
const NOT_KNOWN = '#c9b458';

const X: AxisView = {
  title: 'Messages in the room, per hour, minute or second',
  scale: 'logarithmic',
  min: RATES.min,
  max: RATES.max,
  ticks: [
    [1 / 3600, '1/h'],
    [1 / 600, '6/h'],
    [1 / 60, '1/min'],
    [1 / 6, '10/min'],
    [1, '1/s'],
    [10, '10/s'],
    [100, '100/s'],
  ],
};
const Y: AxisView = {
  title: 'How late 95 % of the messages may come',
  scale: 'logarithmic',
  ...LATENCIES_MS,
  ticks: [
    [10, '10 ms'],
    [100, '100 ms'],
    [1000, '1 s'],
    [10_000, '10 s'],
    [60_000, '1 min'],
  ],
};

/** @returns the map without its title and the like. */
export function decisionMap(
  costs: RunCosts,
  { clients, roundTripMs, sendsPerSecond }: MapSituation,
): Pick<MapView, 'kind' | 'x' | 'y' | 'xs' | 'areas'> {
  const xs = Array.from(
    { length: RATES.steps + 1 },
    (_, step) => RATES.min * (RATES.max / RATES.min) ** (step / RATES.steps),
  );
  const answerAt = (messagesPerSecond: number, bearableMs: number) =>
    answerOf(
      judge(costs, { clients, roundTripMs, sendsPerSecond, messagesPerSecond, bearableMs, pollIntervalMs: null }),
    );
  // From which latency on the answer is at least that one.
  const bounds = ANSWERS.map((_, place) => xs.map((x) => boundary((y) => ANSWERS.indexOf(answerAt(x, y)) >= place)));
  const looks = looksOf(costs, sendsPerSecond >= SENDS_OFTEN);
  const areas = ANSWERS.map(
    (answer, place): AreaView => ({
      ...looks[answer],
      lower: bounds[place] ?? [],
      upper: bounds[place + 1] ?? xs.map(() => LATENCIES_MS.max),
    }),
  );
  return { kind: 'map', x: X, y: Y, xs, areas: areas.filter(isVisible) };
}

function answerOf(options: readonly Judged[]): Answer {
  const taken = options.find(({ verdict }) => verdict === 'take');
  if (taken === undefined) return options.some(({ verdict }) => verdict === 'not-known') ? 'not-known' : 'nothing';
  if (taken.transport === 'short-polling') return 'short-polling';
  return options.some(({ transport, verdict }) => transport === 'long-polling' && verdict === 'will-do')
    ? 'either'
    : 'stream';
}

/** @returns the least latency for which that holds: it goes on holding for all that are more bearable. */
function boundary(holds: (latencyMs: number) => boolean): number {
  const { min, max } = LATENCIES_MS;
  if (holds(min)) return min;
  if (!holds(max)) return max;
  const least = leastWhere((exponent) => holds(Math.exp(exponent)), Math.log(min), Math.log(max), HALVINGS);
  return Number(Math.exp(least).toPrecision(4));
}

function isVisible({ lower, upper }: AreaView): boolean {
  return lower.some((from, index) => from < (upper[index] ?? from));
}

function looksOf(
  { transports }: RunCosts,
  clientsSend: boolean,
): Readonly<Record<Answer, Pick<AreaView, 'name' | 'label' | 'colour' | 'stripes'>>> {
  const colour = (name: string) => transports.find(({ transport }) => transport === name)?.colour ?? NOTHING;
  const streams = clientsSend ? 'WebSocket' : 'SSE or WebSocket';
  const streamColour = colour(clientsSend ? 'websocket' : 'sse');
  return {
    nothing: { name: 'nothing is that fast', label: 'out of reach', colour: NOTHING },
    'not-known': { name: 'not known from this run', label: 'not known', colour: NOT_KNOWN },
    stream: { name: `${streams}, not long polling`, label: streams, colour: streamColour },
    either: {
      name: `${streams}, or long polling`,
      label: `${streams}, or long polling`,
      colour: streamColour,
      stripes: colour('long-polling'),
    },
    'short-polling': {
      name: 'short polling will do',
      label: 'short polling will do',
      colour: colour('short-polling'),
    },
  };
}

/** @returns what the map says, in a sentence. */
export function mapFinding(
  { xs, areas }: Pick<MapView, 'xs' | 'areas'>,
  { sendsPerSecond }: Pick<Situation, 'sendsPerSecond'>,
): string {
  const polling = areas.find(({ label }) => label === 'short polling will do');
  const either = areas.find(({ stripes }) => stripes !== undefined);
  const sooner = sendsPerSecond >= SENDS_OFTEN ? 'WebSocket' : 'SSE or WebSocket';
  const patience = polling?.lower[0];
  const parts =
    patience === undefined || patience >= LATENCIES_MS.max
      ? [`Take ${sooner}`]
      : [
          `Where messages are rare and may come ${duration(Number(patience.toPrecision(2)))} late, short polling will do`,
          `else take ${sooner}`,
        ];
  // As far as the area goes without a break from the rarest messages on.
  const isThere = (index: number) => (either?.lower[index] ?? 0) < (either?.upper[index] ?? 0);
  const rate = xs[xs.findIndex((_, index) => !isThere(index)) - 1];
  if (rate !== undefined) parts.push(`long polling keeps up to about ${rateText(rate)}`);
  return parts.join('; ');
}
