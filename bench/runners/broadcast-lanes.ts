// From the rounds of a broadcast to one lane per transport or control and number of clients. Pure.
import { CONTROL_TRANSPORTS, type Subject } from '../load/subject.ts';
import { plural } from '../run/format.ts';
import type { Comparison, Lane } from '../run/run-file.ts';
import type { BroadcastWorkload } from '../scenarios/scenario.ts';
import { compareTransports } from './comparisons.ts';
import type { PlayedRound } from './measure.ts';
import { measuredLane, withControl } from './measured-lane.ts';
import { withPredictions } from './predicted-lanes.ts';

type NamedSubject = Pick<Subject, 'lane' | 'name' | 'transport' | 'pace'>;

/** @param results of each subject, round by round, each step of it. */
export function broadcastResult(
  subjects: readonly NamedSubject[],
  workload: BroadcastWorkload,
  results: ReadonlyMap<string, readonly (readonly PlayedRound[])[]>,
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const lanes = workload.clients.flatMap((clients, step) => {
    const name = workload.clients.length === 1 ? {} : { case: plural(clients, 'client') };
    const measured = subjects.map((subject) => {
      const rounds = (results.get(subject.name) ?? []).flatMap((steps) => steps[step] ?? []);
      return { ...subject, rounds, lane: measuredLane({ ...subject.lane, ...name }, rounds, true) };
    });
    // How a burst is taken in, message by message, is not in the model.
    const predicted =
      workload.messagesAtOnce === 1 ? withPredictions(measured, { workload }) : measured.map(({ lane }) => lane);
    return predicted.map((lane) =>
      withControl(
        lane,
        predicted.find((other) => standsBeside(other, lane)),
      ),
    );
  });
  return { lanes, ...compareTransports(lanes) };
}

function standsBeside(control: Lane, lane: Lane): boolean {
  if (control.control === undefined || lane.transport === undefined) return false;
  return CONTROL_TRANSPORTS[control.control] === lane.transport;
}
