// What stands in the columns of a scenario's tables: a lane's figures as text.
import { LATENCY_NAMES, type LatencyName } from '../../client/latency-names.ts';
import { latencyLabel } from '../run/lane-labels.ts';
import type { Figure, Lane, Predicted } from '../run/run-file.ts';
import { bytes, compact, count, ms, ratioNumber, uncertainty } from './format.ts';

/** A column of a table with a row for each lane. */
export interface Column {
  readonly title: string;
  /** @returns the cell; null where the lane did not measure it. */
  cell(lane: Lane): string | null;
  predicted?(of: Predicted): string | null;
}

type Show = (value: number) => string;

/** @returns a figure's column. */
export function figure(
  title: string,
  show: Show,
  of: (lane: Lane) => Figure | undefined,
  predicted?: (of: Predicted) => number | undefined,
): Column {
  const text = (value: number | undefined) => (value === undefined ? null : show(value));
  return {
    title,
    cell: (lane) => text(of(lane)?.value),
    ...(predicted === undefined ? {} : { predicted: (of: Predicted) => text(predicted(of)) }),
  };
}

/** @returns the column of a figure's interval. */
export function interval(of: (lane: Lane) => Figure | undefined): Column {
  return {
    title: '95 %',
    cell: (lane) => {
      const found = of(lane);
      return found?.low === undefined ? null : uncertainty(found);
    },
  };
}

export function latencyColumns(
  of: (lane: Lane) => Record<LatencyName, Figure> | undefined,
  predicted?: (of: Predicted) => Record<LatencyName, number> | undefined,
): Column[] {
  const columns = LATENCY_NAMES.map((name) =>
    figure(
      latencyLabel(name),
      ms,
      (lane) => of(lane)?.[name],
      predicted === undefined ? undefined : (one) => predicted(one)?.[name],
    ),
  );
  return columns.toSpliced(
    1,
    0,
    interval((lane) => of(lane)?.mean),
  );
}

export function deliveryColumns(): Column[] {
  return [
    figure(
      'requests',
      compact,
      ({ requestsPerDelivery }) => requestsPerDelivery,
      (of) => of.requestsPerDelivery,
    ),
    figure(
      'bytes',
      compact,
      ({ bytesPerDelivery }) => bytesPerDelivery,
      (of) => of.bytesPerDelivery,
    ),
    figure('CPU µs', compact, ({ serverCpuUsPerDelivery }) => serverCpuUsPerDelivery),
    interval(({ serverCpuUsPerDelivery }) => serverCpuUsPerDelivery),
  ];
}

/** The lane's figures as multiples of its control's. */
export function controlColumns(lanes: readonly Lane[]): Column[] {
  const names = controlNames(lanes);
  const ratio = (title: string, of: (ratios: NonNullable<Lane['ofControl']>) => Figure | undefined): Column => ({
    title,
    cell: ({ ofControl }) => {
      const found = ofControl && of(ofControl);
      if (found === undefined) return null;
      const within = found.low === undefined ? '' : ` ${uncertainty(found)}`;
      return `${ratioNumber(found.value)}${within}`;
    },
  });
  return [
    ...(names.size > 1 ? [{ title: 'control', cell: ({ ofControl }: Lane) => ofControl?.control ?? null }] : []),
    ratio('latency p50', ({ latencyP50 }) => latencyP50),
    ratio('CPU per delivery', ({ serverCpuUsPerDelivery }) => serverCpuUsPerDelivery),
    ratio('CPU per request', ({ serverCpuUsPerRequest }) => serverCpuUsPerRequest),
    ratio('requests a second', ({ requestsPerSecond }) => requestsPerSecond),
  ];
}

function controlNames(lanes: readonly Lane[]): Set<string> {
  return new Set(lanes.flatMap(({ ofControl }) => ofControl?.control ?? []));
}

/** @returns `Times that of bare-ws`, where all have one control. */
export function controlTitle(lanes: readonly Lane[]): string {
  const names = controlNames(lanes);
  return names.size === 1 ? `Times that of ${[...names].join('')}` : 'Times that of the control';
}

export function idleColumns(): Column[] {
  return [
    figure(
      'requests',
      count,
      (lane) => lane.requestsPerClientHour,
      (of) => of.requestsPerClientHour,
    ),
    figure(
      'bytes',
      bytes,
      (lane) => lane.bytesPerClientHour,
      (of) => of.bytesPerClientHour,
    ),
    figure('CPU ms', compact, (lane) => lane.serverCpuMsPerClientHour),
  ];
}

export function memoryColumns(lanes: readonly Lane[]): Column[] {
  const counts = [...new Set(lanes.flatMap(({ memory = [] }) => memory.map(({ connections }) => connections)))];
  return [
    figure('per connection', bytes, (lane) => lane.memoryBytesPerConnection),
    interval((lane) => lane.memoryBytesPerConnection),
    ...counts
      .toSorted((a, b) => a - b)
      .map(
        (connections): Column => ({
          title: `at ${count(connections)}`,
          cell: ({ memory = [] }) => {
            const found = memory.find((one) => one.connections === connections);
            return found === undefined ? null : bytes(found.rssBytes);
          },
        }),
      ),
  ];
}

export function capacityColumns(): Column[] {
  const ofCapacity = (cell: (lane: Lane) => string | null) => (lane: Lane) =>
    lane.connections === undefined ? null : cell(lane);
  return [
    { title: 'connections', cell: ofCapacity(({ connections = 0 }) => count(connections)) },
    { title: '% of a core', cell: ofCapacity(({ serverCpuShare: cpu }) => (cpu ? count(cpu.value * 100) : null)) },
    { title: 'memory', cell: ofCapacity(({ rssBytes }) => (rssBytes === undefined ? null : bytes(rssBytes))) },
  ];
}

export function recoveryColumns(): Column[] {
  return [
    figure('noticed', compact, ({ recovery }) => recovery?.detectMs),
    figure('connected again', compact, ({ recovery }) => recovery?.reconnectMs),
    figure('has everything', compact, ({ recovery }) => recovery?.caughtUpMs),
    interval(({ recovery }) => recovery?.caughtUpMs),
    figure('last one has', compact, ({ recovery }) => recovery?.allCaughtUpMs),
  ];
}

export function stoppedReaderColumns(): Column[] {
  return [
    figure('held for each', bytes, ({ unwrittenBytes }) => unwrittenBytes),
    {
      title: 'memory growth',
      cell: ({ rssGrowthBytes: growth }) =>
        growth === undefined ? null : `${growth < 0 ? '−' : ''}${bytes(Math.abs(growth))}`,
    },
  ];
}

export function calibrationColumns(): Column[] {
  return [
    { title: 'added', cell: ({ addedDelayMs }) => (addedDelayMs === undefined ? null : compact(addedDelayMs)) },
    figure('measured', compact, ({ measuredDelayMs }) => measuredDelayMs),
    interval(({ measuredDelayMs }) => measuredDelayMs),
  ];
}

export function ceilingColumns(): Column[] {
  return [
    figure('requests a second', compact, (lane) => lane.requestsPerSecond),
    figure('server CPU µs each', compact, (lane) => lane.serverCpuUsPerRequest),
    figure(
      '% of a core',
      (share) => count(share * 100),
      (lane) => lane.serverCpuShare,
    ),
  ];
}
