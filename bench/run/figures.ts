// The one catalogue of figures: where each stands in a lane, what it is called, how it is written, by how much chance
// moves it, and what charts and sentences say of it. Tables, findings, summary, gates and charts only name them.
import { LATENCY_NAMES, type LatencyName } from '../../client/closed-forms.ts';
import { bytes, compact, count, duration, type FigureUnit, ms, ratioNumber } from './format.ts';
import { type Figure, type Lane, MARGIN } from './run-file.ts';

/**
 * What a figure is made of. `measured`: over rounds. `total`: added up over all rounds, so that it says nothing beside
 * that of a run of another length. `ledger`: a total too, of what should be 0.
 */
export type FigureKind = 'measured' | 'total' | 'ledger';

/** Where a figure or a number stands in a lane: `latencyUs.mean`. */
type PathIn<Part> = {
  [Key in keyof Part & string]-?: NonNullable<Part[Key]> extends Figure | number
    ? Key
    : NonNullable<Part[Key]> extends string | boolean | readonly unknown[]
      ? never
      : `${Key}.${PathIn<NonNullable<Part[Key]>>}`;
}[keyof Part & string];

interface Entry {
  /** The run file's comparisons name it so too, and what is predicted for it stands under the same names. */
  readonly path: PathIn<Lane>;
  readonly unit: FigureUnit;
  readonly kind: FigureKind;
  /** For people: `latency p99`. */
  readonly label: string;
  /** Null where neither is. */
  readonly lowerIsBetter: boolean | null;
  /** Whether it is a time or a rate, which another machine changes, rather than a count or a ratio. */
  readonly machineBound: boolean;
  /** The share by which it differs from run to run by chance: what counts where there are no intervals. */
  readonly noise: number;
  /** Where it can't be compared with that of other lanes. */
  incomparable?(lane: Lane): boolean;
  /** Whether it says so little beside the others of its family that it is left out where there is little room. */
  readonly minor?: boolean;
  /** Head of its column, and of its point in a chart. */
  readonly column: string;
  /** Writes a value in that column, without its unit. */
  show(value: number): string;
  /** Where its interval stands in a table; absent: nowhere. */
  readonly interval?: 'column' | 'cell';
  /** Writes a value in a sentence, with its unit. */
  say(value: number): string;
  /** The topic under which a finding ranks it, and what stands around a value there; absent: none does. */
  readonly finding?: { readonly about: string; readonly per: string };
  /** The unit in which charts draw it, in its own. */
  readonly drawnIn: number;
  /** Of charts: the axis's title, and what follows a value in a title. */
  readonly axis?: { readonly title: string; readonly per?: string };
  /** Of a percentile: so many independent events it takes, so that ten lie beyond it; absent: one will do. */
  readonly events?: number;
  /** What is predicted, where that does not stand under the same names. */
  readonly predicted?: PathIn<Lane>;
  /** The same figure as a multiple of the control's. */
  readonly ofControl?: Exclude<keyof NonNullable<Lane['ofControl']>, 'control'>;
}

type Kind = Omit<Entry, 'path' | 'label' | 'column'>;

const COUNTED: Kind = {
  kind: 'measured',
  unit: '1',
  lowerIsBetter: true,
  machineBound: false,
  noise: MARGIN,
  drawnIn: 1,
  show: compact,
  say: compact,
};
const BYTES: Kind = { ...COUNTED, unit: 'B', show: bytes, say: bytes };
const CPU: Kind = { ...COUNTED, unit: 'us', machineBound: true, noise: 0.5, say: (value) => `${compact(value)} µs` };
const LATENCY: Kind = { ...CPU, noise: 1, drawnIn: 1000, show: ms, say: (value) => `${ms(value)} ms` };
const TIME: Kind = { ...LATENCY, unit: 'ms', drawnIn: 1, show: compact, say: duration };
const TOTAL: Kind = { ...COUNTED, kind: 'total', lowerIsBetter: null, show: count, say: count };
const LEDGER: Kind = { ...TOTAL, kind: 'ledger', lowerIsBetter: true };
const RATIO: Kind = { ...COUNTED, interval: 'cell', show: ratioNumber, say: ratioNumber };

function entry(kind: Kind, path: Entry['path'], label: string, column: string, rest: Partial<Kind> = {}): Entry {
  return { ...kind, path, label, column, ...rest };
}

const OF_CONTROL = ', times that of the control';

type Percentile = 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'max';

/** Of the largest there is always one, which is what it is: the largest of so many. */
const EVENTS: Readonly<Record<LatencyName, number>> = {
  mean: 1,
  p50: 20,
  p90: 100,
  p95: 200,
  p99: 1000,
  p999: 10_000,
  max: 1,
};

/** @param main those that say most. */
function percentiles<Prefix extends string>(
  prefix: Prefix,
  path: 'latencyUs' | 'lastReceiverUs',
  label: string,
  main: readonly string[],
): Record<`${Prefix}${Percentile}`, Entry> {
  const entries = LATENCY_NAMES.filter((name) => name !== 'mean').map((name): [string, Entry] => {
    const column = name === 'p999' ? 'p99.9' : name;
    const minor = !main.includes(name);
    const events = EVENTS[name];
    return [`${prefix}${column}`, entry(LATENCY, `${path}.${name}`, `${label} ${column}`, column, { minor, events })];
  });
  return Object.fromEntries(entries) as Record<`${Prefix}${Percentile}`, Entry>;
}

const latency = percentiles('', 'latencyUs', 'latency', ['p50', 'p99']);

/** In the order in which figures are listed. */
const CATALOGUE = {
  mean: entry(LATENCY, 'latencyUs.mean', 'latency mean', 'mean', {
    interval: 'column',
    finding: { about: 'Lowest latency', per: 'on average' },
    axis: { title: 'Delivery latency, mean, ms' },
  }),
  ...latency,
  p50: { ...latency.p50, ofControl: 'latencyP50' },
  p99: {
    ...latency.p99,
    axis: { title: 'Delivery latency, p99, ms', per: 'for 99 of 100 messages' },
  },
  'last.mean': entry(LATENCY, 'lastReceiverUs.mean', 'latency of the last receiver mean', 'mean', {
    interval: 'column',
    finding: { about: 'Last one served', per: 'on average' },
    axis: { title: 'Latency of the last receiver, mean, ms' },
  }),
  ...percentiles('last.', 'lastReceiverUs', 'latency of the last receiver', []),
  requestsPerDelivery: entry(COUNTED, 'requestsPerDelivery', 'requests per delivery', 'requests', {
    finding: { about: 'Fewest requests', per: 'per delivery' },
    axis: { title: 'HTTP requests per delivered message', per: 'requests per delivered message' },
  }),
  bytesPerDelivery: entry(BYTES, 'bytesPerDelivery', 'bytes per delivery', 'bytes', {
    show: compact,
    say: compact,
    finding: { about: 'Fewest bytes', per: 'per delivery' },
    axis: { title: 'Bytes of TCP payload per delivered message, both directions', per: 'bytes per delivered message' },
  }),
  serverCpuUsPerDelivery: entry(CPU, 'serverCpuUsPerDelivery', 'server CPU per delivery', 'CPU µs', {
    interval: 'column',
    ofControl: 'serverCpuUsPerDelivery',
    axis: { title: 'Server CPU per delivered message, µs', per: 'of server CPU per delivered message' },
  }),
  requestsPerClientHour: entry(COUNTED, 'requestsPerClientHour', 'requests per client and hour', 'requests', {
    show: count,
    say: count,
    finding: { about: 'Fewest requests', per: 'an hour' },
    axis: {
      title: 'HTTP requests per client and hour in a silent room',
      per: 'requests per client and hour of silence',
    },
  }),
  bytesPerClientHour: entry(BYTES, 'bytesPerClientHour', 'bytes per client and hour', 'bytes', {
    finding: { about: 'Fewest bytes', per: 'an hour' },
    drawnIn: 1000,
    axis: {
      title: 'kB of TCP payload per client and hour in a silent room, both directions',
      per: 'per client and hour of silence',
    },
  }),
  serverCpuMsPerClientHour: entry(CPU, 'serverCpuMsPerClientHour', 'server CPU per client and hour', 'CPU ms', {
    unit: 'ms',
    say: duration,
    axis: {
      title: 'Server CPU per client and hour in a silent room, ms',
      per: 'of server CPU per client and hour of silence',
    },
  }),
  memoryBytesPerConnection: entry(BYTES, 'memoryBytesPerConnection', 'memory per connection', 'per connection', {
    // Without intervals, slopes over some thousand connections agree about so well from run to run.
    noise: 0.1,
    interval: 'column',
    finding: { about: 'Least memory', per: 'per connection, that of the kernel not included' },
    drawnIn: 1000,
    axis: {
      title: 'Resident memory of the server process per connection, kB; that of the kernel is not in it',
      per: 'of server memory per connection',
    },
  }),
  kernelBytesPerSocket: entry(BYTES, 'kernelBytesPerSocket', 'kernel memory per socket', 'kernel, per socket', {
    noise: 0.3,
    interval: 'column',
    minor: true,
  }),
  requestsPerSecond: entry(COUNTED, 'requestsPerSecond', 'requests a second', 'requests a second', {
    lowerIsBetter: false,
    machineBound: true,
    interval: 'column',
    ofControl: 'requestsPerSecond',
  }),
  serverCpuUsPerRequest: entry(CPU, 'serverCpuUsPerRequest', 'server CPU per request', 'server CPU µs each', {
    interval: 'column',
    ofControl: 'serverCpuUsPerRequest',
    axis: { title: 'Server CPU per request under full load, µs' },
  }),
  serverCpuUsPerMessage: entry(CPU, 'serverCpuUsPerMessage', 'server CPU per message', 'CPU µs per message', {
    interval: 'cell',
    axis: { title: 'Server CPU per message to all clients, µs' },
  }),
  timedRequestsPerSecond: entry(
    COUNTED,
    'timedRequestsPerSecond',
    'requests a second that time alone provoked',
    'timed requests a second',
    { lowerIsBetter: null },
  ),
  serverCpuUsPerSecond: entry(CPU, 'serverCpuUsPerSecond', 'server CPU a second', 'CPU µs a second', {
    interval: 'cell',
  }),
  serverCpuShare: entry(COUNTED, 'serverCpuShare', 'share of a core', '% of a core', {
    lowerIsBetter: null,
    machineBound: true,
    show: (share) => count(share * 100),
  }),
  deliveriesAtKnee: entry(COUNTED, 'deliveriesAtKnee', 'deliveries a second at the knee', 'deliveries a second', {
    lowerIsBetter: false,
    machineBound: true,
    // Between two loads of a climb lies as much.
    noise: 0.2,
    show: count,
    say: count,
    interval: 'column',
    incomparable: (lane) => lane.kneeIsBound === true,
    ofControl: 'deliveriesAtKnee',
  }),
  connections: entry(COUNTED, 'connections', 'connections at once', 'connections', {
    lowerIsBetter: false,
    machineBound: true,
    // A step more was really opened, and one less was not.
    noise: 0,
    show: count,
    say: count,
    axis: { title: 'Connections open at once, all of them served', per: 'connections open at once' },
  }),
  rssBytes: entry(BYTES, 'rssBytes', 'memory at capacity', 'memory', { lowerIsBetter: null }),
  detectMs: entry(TIME, 'recovery.detectMs', 'time to detect', 'noticed', {
    // What says nothing is noticed when a timer ends.
    incomparable: (lane) => lane.case === 'blackhole',
    finding: { about: 'Noticed soonest', per: 'later' },
  }),
  reconnectMs: entry(TIME, 'recovery.reconnectMs', 'time to reconnect', 'connected again'),
  caughtUpMs: entry(TIME, 'recovery.caughtUpMs', 'time to catch up', 'has everything', {
    interval: 'column',
    // When a silent network speaks again, all go on at the same instant: who is first is the order of service.
    incomparable: (lane) => lane.case === 'blackhole',
  }),
  allCaughtUpMs: entry(TIME, 'recovery.allCaughtUpMs', 'time until all have caught up', 'last one has'),
  unwrittenBytes: entry(BYTES, 'unwrittenBytes', 'held for each stopped reader', 'held for each', {
    noise: 0.5,
    finding: { about: 'Least held', per: 'for each stopped reader' },
    drawnIn: 1000,
    axis: {
      title: 'kB that the server holds for each reader that stopped reading',
      per: 'held for a reader that stopped reading',
    },
  }),
  rssGrowthBytes: entry(BYTES, 'rssGrowthBytes', 'memory growth with stopped readers', 'memory growth', {
    show: (growth) => `${growth < 0 ? '−' : ''}${bytes(Math.abs(growth))}`,
  }),
  measuredDelayMs: entry(TIME, 'measuredDelayMs', 'measured of the added delay', 'measured', {
    lowerIsBetter: null,
    machineBound: false,
    interval: 'column',
    // Known exactly: it was added on purpose.
    predicted: 'addedDelayMs',
    axis: { title: 'Measured of the delay that was added on purpose, ms' },
  }),
  roundTripMs: entry(TIME, 'roundTripMs', 'round trip', 'RTT ms', { lowerIsBetter: null }),
  'ofControl.latencyP50': entry(RATIO, 'ofControl.latencyP50', `latency p50${OF_CONTROL}`, 'latency p50'),
  'ofControl.serverCpuUsPerDelivery': entry(
    RATIO,
    'ofControl.serverCpuUsPerDelivery',
    `server CPU per delivery${OF_CONTROL}`,
    'CPU per delivery',
  ),
  'ofControl.serverCpuUsPerRequest': entry(
    RATIO,
    'ofControl.serverCpuUsPerRequest',
    `server CPU per request${OF_CONTROL}`,
    'CPU per request',
  ),
  'ofControl.memoryBytesPerConnection': entry(
    RATIO,
    'ofControl.memoryBytesPerConnection',
    `memory per connection${OF_CONTROL}`,
    'memory per connection',
  ),
  'ofControl.requestsPerSecond': entry(
    { ...RATIO, lowerIsBetter: false },
    'ofControl.requestsPerSecond',
    `requests a second${OF_CONTROL}`,
    'requests a second',
  ),
  'ofControl.deliveriesAtKnee': entry(
    { ...RATIO, lowerIsBetter: false },
    'ofControl.deliveriesAtKnee',
    `deliveries a second at the knee${OF_CONTROL}`,
    'deliveries a second',
  ),
  missing: entry(LEDGER, 'missing', 'missing', 'missing'),
  duplicated: entry(LEDGER, 'duplicated', 'duplicated', 'duplicated'),
  outOfOrder: entry(LEDGER, 'outOfOrder', 'out of order', 'out of order'),
  messages: entry(TOTAL, 'messages', 'messages', 'messages'),
  expected: entry(TOTAL, 'expected', 'deliveries expected', 'expected'),
  delivered: entry(TOTAL, 'delivered', 'deliveries', 'delivered'),
  requests: entry(TOTAL, 'requests', 'requests in all', 'requests in all'),
  bytesIn: entry(TOTAL, 'bytesIn', 'bytes from the clients', 'bytes in', { unit: 'B' }),
  bytesOut: entry(TOTAL, 'bytesOut', 'bytes to the clients', 'bytes out', { unit: 'B' }),
} satisfies Record<string, Entry>;

/** As gates, run.csv and comparisons have it. */
export type FigureName = keyof typeof CATALOGUE;

export interface FigureSpec extends Entry {
  readonly name: FigureName;
}

/** In the order of the catalogue. */
export const FIGURES: readonly FigureSpec[] = Object.entries<Entry>(CATALOGUE).map(([name, one]) => ({
  name: name as FigureName,
  ...one,
}));

export const FIGURE_NAMES: readonly FigureName[] = FIGURES.map(({ name }) => name);

export function figureSpec(name: FigureName): FigureSpec {
  return { name, ...(CATALOGUE[name] as Entry) };
}
