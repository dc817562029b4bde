// From the rounds of a saturation to one lane per transport or control. Pure.
import { type LedgerTotals, sumTotals } from '../load/ledger.ts';
import { CONTROL_TRANSPORTS, type Subject } from '../load/subject.ts';
import { type Comparison, type Lane, laneName } from '../run/run-file.ts';
import type { SaturationWorkload } from '../scenarios/scenario.ts';
import type { Knee } from '../stats/knee.ts';
import { median } from '../stats/median.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import { compareTransports } from './comparisons.ts';
import { failureWarnings, sumOf } from './context.ts';
import { timesControl } from './measured-lane.ts';

export interface PlayedStretch {
  /** Deliveries a second that were asked for. */
  readonly load: number;
  readonly latencyMs: number;
  readonly serverCpuShare: number;
  readonly loaderUtilisation: number;
}

export interface SaturationRound {
  /** Null where not one load was served in time. */
  readonly knee: Knee | null;
  readonly stretches: readonly PlayedStretch[];
  readonly ledgers: readonly LedgerTotals[];
  readonly messages: number;
  readonly failures: readonly string[];
}

export interface SaturatedSubject {
  readonly subject: Pick<Subject, 'lane'>;
  readonly rounds: readonly SaturationRound[];
}

export function saturationLanes(
  subjects: readonly SaturatedSubject[],
  workload: Pick<SaturationWorkload, 'clients'>,
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const lanes = subjects.map(({ subject, rounds }) => saturationLane(subject.lane, rounds, workload.clients));
  const beside = lanes.map((lane) => besideControl(lane, lanes));
  return { lanes: beside, ...compareTransports(beside, 'deliveriesAtKnee') };
}

function saturationLane(who: Subject['lane'], rounds: readonly SaturationRound[], clients: number): Lane {
  const knees = rounds.flatMap(({ knee }) => knee ?? []);
  const bounds = knees.filter(({ isBound }) => isBound).length;
  return {
    ...who,
    rounds: rounds.length,
    clients,
    messages: sumOf(rounds, ({ messages }) => messages),
    ...sumTotals(rounds.flatMap(({ ledgers }) => ledgers)),
    ...(knees.length === 0 ? {} : { deliveriesAtKnee: overRounds(knees.map(({ load }) => load)) }),
    ...(bounds * 2 >= knees.length && bounds > 0 ? { kneeIsBound: true } : {}),
    saturation: stretchesOf(rounds),
    warnings: [
      ...failureWarnings([...new Set(rounds.flatMap(({ failures }) => failures))]),
      ...(knees.length < rounds.length
        ? ['In some rounds not even the lowest load was delivered in time: there is no knee of these.']
        : []),
    ],
  };
}

/** @returns the loads that most rounds tried; of one tried twice in a round, the better try. */
function stretchesOf(rounds: readonly SaturationRound[]): NonNullable<Lane['saturation']> {
  const loads = [...new Set(rounds.flatMap(({ stretches }) => stretches.map(({ load }) => load)))];
  return loads
    .toSorted((a, b) => a - b)
    .flatMap((load) => {
      const tried = rounds.flatMap(({ stretches }) => {
        const [best] = stretches.filter((one) => one.load === load).toSorted((a, b) => a.latencyMs - b.latencyMs);
        return best === undefined || !Number.isFinite(best.latencyMs) ? [] : [best];
      });
      if (tried.length * 2 <= rounds.length) return [];
      return [
        {
          deliveriesPerSecond: tidy(load),
          latencyUs: overRounds(tried.map(({ latencyMs }) => latencyMs * 1000)),
          serverCpuShare: overRounds(tried.map(({ serverCpuShare }) => serverCpuShare)),
          loaderUtilisation: tidy(median(tried.map(({ loaderUtilisation }) => loaderUtilisation))),
        },
      ];
    });
}

/** No ratio of what is only known to be at least as much. */
function besideControl(lane: Lane, lanes: readonly Lane[]): Lane {
  const control = lanes.find(
    (other) => other.control !== undefined && CONTROL_TRANSPORTS[other.control] === lane.transport,
  );
  if (control === undefined || lane.kneeIsBound === true || control.kneeIsBound === true) return lane;
  const deliveriesAtKnee = timesControl(lane.deliveriesAtKnee, control.deliveriesAtKnee);
  return deliveriesAtKnee === undefined
    ? lane
    : { ...lane, ofControl: { control: laneName(control), deliveriesAtKnee } };
}
