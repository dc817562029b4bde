// From the rounds of the calibration to its lanes. Pure.
import { mapLatencies } from '../../client/closed-forms.ts';
import { type Comparison, type Lane, laneName } from '../run/run-file.ts';
import type { CalibrationWorkload } from '../scenarios/scenario.ts';
import { compareRounds } from '../stats/comparison.ts';
import type { LatencySummary } from '../stats/latency.ts';
import { median } from '../stats/median.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import type { PlayedRound } from './measure.ts';
import { measuredLane } from './measured-lane.ts';

export interface CalibrationRound {
  readonly plain: PlayedRound;
  readonly delayed: PlayedRound;
  /** The same thing twice, whichever came first. */
  readonly a: PlayedRound;
  readonly b: PlayedRound;
  readonly echo: LatencySummary;
}

/** Beyond this the bench does not measure what is there. */
const DELAY_TOLERANCE_MS = 0.2;

export function calibrationResult(
  transport: string,
  workload: CalibrationWorkload,
  rounds: readonly CalibrationRound[],
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const { addedDelayMs } = workload;
  const lane = (name: string, played: (round: CalibrationRound) => PlayedRound, ownServer: boolean) =>
    measuredLane({ transport, case: name }, rounds.map(played), ownServer);
  const a = lane('A', (round) => round.a, true);
  const b = lane('B', (round) => round.b, true);
  const delayed = lane(`+${addedDelayMs} ms`, (round) => round.delayed, false);
  const measuredDelays = rounds.flatMap((round) =>
    round.plain.latency === null || round.delayed.latency === null
      ? []
      : [(round.delayed.latency.p50 - round.plain.latency.p50) / 1000],
  );
  const measured = median(measuredDelays);
  const off = Math.abs(measured - addedDelayMs) > DELAY_TOLERANCE_MS;
  const comparison = compareRounds(a.latencyUs?.mean.rounds ?? [], b.latencyUs?.mean.rounds ?? []);
  return {
    lanes: [
      lane('+0 ms', (round) => round.plain, false),
      {
        ...delayed,
        addedDelayMs,
        measuredDelayMs: {
          value: tidy(Math.max(0, measured)),
          rounds: measuredDelays.map((ms) => tidy(Math.max(0, ms))),
        },
        warnings: [...delayed.warnings, ...(off ? [delayWarning(addedDelayMs, measured)] : [])],
      },
      a,
      { ...b, warnings: [...b.warnings, ...(comparison?.different === true ? [DIFFERENCE_WARNING] : [])] },
      {
        control: 'tcp-echo',
        rounds: rounds.length,
        clients: 1,
        latencyUs: mapLatencies((name) => overRounds(rounds.map(({ echo }) => echo[name]))),
        warnings: [],
      },
    ],
    ...(comparison === null
      ? {}
      : {
          comparisons: [{ figure: 'latencyUs.mean', of: `${laneName(a)} A`, to: `${laneName(b)} B`, ...comparison }],
        }),
  };
}

const DIFFERENCE_WARNING =
  'The same transport, measured twice, came out as different: differences as small as this one mean nothing in this ' +
  'run. Use a quieter machine, or more --rounds.';

function delayWarning(addedMs: number, measuredMs: number): string {
  return (
    `An added delay of ${addedMs} ms was measured as ${measuredMs.toFixed(2)} ms: absolute latencies of this run are ` +
    'off by as much. Close other programs, and run again.'
  );
}
