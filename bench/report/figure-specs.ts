// What is read out of a lane, figure by figure: the one list of their names, units and meanings.
import { LATENCY_NAMES } from '../../client/latency-names.ts';
import { latencyLabel } from '../run/lane-labels.ts';
import type { Figure, Lane, Predicted } from '../run/run-file.ts';

/** Of a figure's value: microseconds, milliseconds, bytes, or none. */
export type FigureUnit = 'us' | 'ms' | 'B' | '1';

/**
 * What a figure is made of. `measured`: over rounds. `total`: added up over all rounds, so that it says nothing beside
 * that of a run of another length. `ledger`: a total too, of what should be 0.
 */
export type FigureKind = 'measured' | 'total' | 'ledger';

export interface FigureSpec {
  readonly name: string;
  readonly unit: FigureUnit;
  /** For people: `latency p99`. */
  readonly label: string;
  readonly kind: FigureKind;
  /** Null where neither is. */
  readonly lowerIsBetter: boolean | null;
  /** Whether it is a time or a rate, which another machine changes, rather than a count or a ratio. */
  readonly machineBound: boolean;
  of(lane: Lane): Figure | undefined;
  predicted?(of: Predicted, lane: Lane): number | undefined;
  /** The same figure as a multiple of the control's. */
  ofControl?(lane: Lane): Figure | undefined;
}

const figureOf = (value: number | undefined): Figure | undefined => (value === undefined ? undefined : { value });

const measured = { kind: 'measured', unit: '1', lowerIsBetter: true, machineBound: false } as const;
const timed = { ...measured, unit: 'us', machineBound: true } as const;
const total = { kind: 'total', unit: '1', lowerIsBetter: null, machineBound: false } as const;
const ledger = { kind: 'ledger', unit: '1', lowerIsBetter: true, machineBound: false } as const;

const CONTROL_LABELS = {
  latencyP50: 'latency p50',
  serverCpuUsPerDelivery: 'server CPU per delivery',
  serverCpuUsPerRequest: 'server CPU per request',
  requestsPerSecond: 'requests a second',
} as const;

/** In the order in which figures are listed. */
export const FIGURE_SPECS: readonly FigureSpec[] = [
  ...LATENCY_NAMES.map(
    (name): FigureSpec => ({
      ...timed,
      name: latencyLabel(name),
      label: `latency ${latencyLabel(name)}`,
      of: (lane) => lane.latencyUs?.[name],
      predicted: ({ latencyUs }) => latencyUs?.[name],
      ...(name === 'p50' ? { ofControl: (lane: Lane) => lane.ofControl?.latencyP50 } : {}),
    }),
  ),
  ...LATENCY_NAMES.map(
    (name): FigureSpec => ({
      ...timed,
      name: `last.${latencyLabel(name)}`,
      label: `latency of the last receiver ${latencyLabel(name)}`,
      of: (lane) => lane.lastReceiverUs?.[name],
    }),
  ),
  {
    ...measured,
    name: 'requestsPerDelivery',
    label: 'requests per delivery',
    of: (lane) => lane.requestsPerDelivery,
    predicted: (of) => of.requestsPerDelivery,
  },
  {
    ...measured,
    name: 'bytesPerDelivery',
    unit: 'B',
    label: 'bytes per delivery',
    of: (lane) => lane.bytesPerDelivery,
    predicted: (of) => of.bytesPerDelivery,
  },
  {
    ...timed,
    name: 'serverCpuUsPerDelivery',
    label: 'server CPU per delivery',
    of: (lane) => lane.serverCpuUsPerDelivery,
    ofControl: (lane) => lane.ofControl?.serverCpuUsPerDelivery,
  },
  {
    ...measured,
    name: 'requestsPerClientHour',
    label: 'requests per client and hour',
    of: (lane) => lane.requestsPerClientHour,
    predicted: (of) => of.requestsPerClientHour,
  },
  {
    ...measured,
    name: 'bytesPerClientHour',
    unit: 'B',
    label: 'bytes per client and hour',
    of: (lane) => lane.bytesPerClientHour,
    predicted: (of) => of.bytesPerClientHour,
  },
  {
    ...timed,
    name: 'serverCpuMsPerClientHour',
    unit: 'ms',
    label: 'server CPU per client and hour',
    of: (lane) => lane.serverCpuMsPerClientHour,
  },
  {
    ...measured,
    name: 'memoryBytesPerConnection',
    unit: 'B',
    label: 'memory per connection',
    of: (lane) => lane.memoryBytesPerConnection,
  },
  {
    ...timed,
    name: 'requestsPerSecond',
    unit: '1',
    label: 'requests a second',
    lowerIsBetter: false,
    of: (lane) => lane.requestsPerSecond,
    ofControl: (lane) => lane.ofControl?.requestsPerSecond,
  },
  {
    ...timed,
    name: 'serverCpuUsPerRequest',
    label: 'server CPU per request',
    of: (lane) => lane.serverCpuUsPerRequest,
    ofControl: (lane) => lane.ofControl?.serverCpuUsPerRequest,
  },
  {
    ...timed,
    name: 'serverCpuShare',
    unit: '1',
    label: 'share of a core',
    lowerIsBetter: null,
    of: (lane) => lane.serverCpuShare,
  },
  {
    ...timed,
    name: 'connections',
    unit: '1',
    label: 'connections at once',
    lowerIsBetter: false,
    of: (lane) => figureOf(lane.connections),
  },
  {
    ...measured,
    name: 'rssBytes',
    unit: 'B',
    label: 'memory at capacity',
    lowerIsBetter: null,
    of: (lane) => figureOf(lane.rssBytes),
  },
  { ...timed, name: 'detectMs', unit: 'ms', label: 'time to detect', of: (lane) => lane.recovery?.detectMs },
  { ...timed, name: 'reconnectMs', unit: 'ms', label: 'time to reconnect', of: (lane) => lane.recovery?.reconnectMs },
  { ...timed, name: 'caughtUpMs', unit: 'ms', label: 'time to catch up', of: (lane) => lane.recovery?.caughtUpMs },
  {
    ...timed,
    name: 'allCaughtUpMs',
    unit: 'ms',
    label: 'time until all have caught up',
    of: (lane) => lane.recovery?.allCaughtUpMs,
  },
  {
    ...measured,
    name: 'unwrittenBytes',
    unit: 'B',
    label: 'held for each stopped reader',
    of: (lane) => lane.unwrittenBytes,
  },
  {
    ...measured,
    name: 'rssGrowthBytes',
    unit: 'B',
    label: 'memory growth with stopped readers',
    of: (lane) => figureOf(lane.rssGrowthBytes),
  },
  {
    ...measured,
    name: 'measuredDelayMs',
    unit: 'ms',
    label: 'measured of the added delay',
    lowerIsBetter: null,
    of: (lane) => lane.measuredDelayMs,
    // Known exactly: it was added on purpose.
    predicted: (_, lane) => lane.addedDelayMs,
  },
  {
    ...timed,
    name: 'roundTripMs',
    unit: 'ms',
    label: 'round trip',
    lowerIsBetter: null,
    of: (lane) => lane.roundTripMs,
  },
  ...(['latencyP50', 'serverCpuUsPerDelivery', 'serverCpuUsPerRequest', 'requestsPerSecond'] as const).map(
    (name): FigureSpec => ({
      ...measured,
      name: `ofControl.${name}`,
      label: `${CONTROL_LABELS[name]}, times that of the control`,
      lowerIsBetter: name !== 'requestsPerSecond',
      of: (lane) => lane.ofControl?.[name],
    }),
  ),
  { ...ledger, name: 'missing', label: 'missing', of: (lane) => figureOf(lane.missing) },
  { ...ledger, name: 'duplicated', label: 'duplicated', of: (lane) => figureOf(lane.duplicated) },
  { ...ledger, name: 'outOfOrder', label: 'out of order', of: (lane) => figureOf(lane.outOfOrder) },
  { ...total, name: 'messages', label: 'messages', of: (lane) => figureOf(lane.messages) },
  { ...total, name: 'expected', label: 'deliveries expected', of: (lane) => figureOf(lane.expected) },
  { ...total, name: 'delivered', label: 'deliveries', of: (lane) => figureOf(lane.delivered) },
  {
    ...total,
    name: 'requests',
    label: 'requests in all',
    of: (lane) => figureOf(lane.requests),
    predicted: (of) => of.requests,
  },
  {
    ...total,
    name: 'bytesIn',
    unit: 'B',
    label: 'bytes from the clients',
    of: (lane) => figureOf(lane.bytesIn),
    predicted: (of) => of.bytesIn,
  },
  {
    ...total,
    name: 'bytesOut',
    unit: 'B',
    label: 'bytes to the clients',
    of: (lane) => figureOf(lane.bytesOut),
    predicted: (of) => of.bytesOut,
  },
];
