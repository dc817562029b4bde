// From the rounds of a broadcast to one lane per transport or control and number of clients. Pure.
import type { Subject } from '../load/subject.ts';
import { plural } from '../run/format.ts';
import type { Comparison, Lane } from '../run/run-file.ts';
import type { BroadcastWorkload } from '../scenarios/scenario.ts';
import { compareTransports } from './comparisons.ts';
import type { PlayedRound } from './measure.ts';
import { measuredLane, withControl, withMore } from './measured-lane.ts';
import { withPredictions } from './predicted-lanes.ts';

type NamedSubject = Pick<Subject, 'lane' | 'name' | 'transport' | 'pace'>;

/**
 * @param results of each subject, round by round, each step of it.
 * @param atMost what else was measured of each, for its lane with the most clients.
 */
export function broadcastResult(
  subjects: readonly NamedSubject[],
  workload: BroadcastWorkload,
  results: ReadonlyMap<string, readonly (readonly PlayedRound[])[]>,
  atMost: ReadonlyMap<string, Partial<Lane>> = new Map(),
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const lanes = workload.clients.flatMap((clients, step) => {
    const name = workload.clients.length === 1 ? {} : { case: plural(clients, 'client') };
    const measured = subjects.map((subject) => {
      const rounds = (results.get(subject.name) ?? []).flatMap((steps) => steps[step] ?? []);
      const more = step === workload.clients.length - 1 ? atMost.get(subject.name) : {};
      return { ...subject, rounds, lane: withMore(measuredLane({ ...subject.lane, ...name }, rounds, true), more) };
    });
    // How a burst is taken in, message by message, is not in the model.
    const predicted =
      workload.messagesAtOnce === 1 ? withPredictions(measured, { workload }) : measured.map(({ lane }) => lane);
    const isBeside = (lane: Lane) => (_: Lane, index: number) => {
      const beside = subjects[index];
      return beside !== undefined && 'control' in beside.lane && beside.transport === lane.transport;
    };
    return predicted.map((lane) => withControl(lane, predicted.find(isBeside(lane))));
  });
  return { lanes, ...compareTransports(lanes) };
}
