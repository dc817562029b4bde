// A chart's table: the same figures, for whoever would rather read them.

import { formatBytes, formatCount, formatLatency } from '../../format.ts';
import { laneLabel } from '../words/lane-names.ts';
import type { Comparison } from './comparison.ts';
import { parts } from './measured.ts';

export interface Table {
  readonly headings: readonly string[];
  /** The first cell is the row's heading. */
  readonly rows: readonly (readonly string[])[];
}

const NOTHING = '–';
const orNothing = <T>(value: T | null | undefined, format: (value: T) => string) =>
  value === null || value === undefined ? NOTHING : format(value);

/** A figure and its unit stay in one line. */
const unbroken = (text: string) => text.replaceAll(' ', '\u00a0');
const time = (ms: number) => unbroken(formatLatency(ms));
const weight = (bytes: number) => unbroken(formatBytes(Math.round(bytes)));

export function latencyTable(lanes: readonly Comparison[]): Table {
  return {
    headings: ['Transport', 'Arrived', 'Mean', 'Middle 80 %', 'Formula', 'Agree?'],
    rows: lanes.map(({ lane, measured, predictedMs }) => [
      laneLabel(lane.name),
      formatCount(measured?.latenciesMs.length ?? 0),
      orNothing(measured, ({ meanMs }) => time(meanMs)),
      orNothing(measured, ({ spreadMs: [low, high] }) => `${time(low)} to ${time(high)}`),
      orNothing(predictedMs, time),
      measured === null || predictedMs === null ? NOTHING : agreement(parts(measured, predictedMs)),
    ]),
  };
}

function agreement(apart: boolean | null): string {
  if (apart === null) return 'too few yet';
  return apart ? 'no, by more than chance' : 'yes';
}

export function requestsTable(lanes: readonly Comparison[]): Table {
  return {
    headings: ['Transport', 'So far', 'For nothing', 'Formula, by now'],
    rows: lanes.map(({ lane, expectedRequests }) => [
      laneLabel(lane.name),
      formatCount(lane.requests),
      formatCount(lane.emptyPolls),
      orNothing(expectedRequests, (count) => formatCount(Math.round(count))),
    ]),
  };
}

export function bytesTable(lanes: readonly Comparison[]): Table {
  return {
    headings: ['Transport', 'To the server', 'To the client', 'In all', 'Formula, by now'],
    rows: lanes.map(({ lane, expectedBytes }) => [
      laneLabel(lane.name),
      weight(lane.bytesUp),
      weight(lane.bytesDown),
      weight(lane.bytesUp + lane.bytesDown),
      orNothing(expectedBytes, weight),
    ]),
  };
}
