// What a lane and its case are called.
import { type Lane, laneName, type Settings } from './run-file.ts';

/** @returns what tells a lane from the others of its scenario, as in gates: `sse`, or `sse [100 ms]`. */
export function laneKey(lane: Lane): string {
  const name = laneName(lane);
  return lane.case === undefined ? name : `${name} [${lane.case}]`;
}

/** Ends the name of a case whose messages come two by two, close together. */
export const IN_PAIRS = ', in pairs';

export function isInPairs({ case: name }: Lane): boolean {
  return name?.endsWith(IN_PAIRS) === true;
}

/** @returns the case for people, so that `100 ms` can't be taken for a latency: `100 ms RTT`. Empty where there is none. */
export function caseLabel(lane: Lane): string {
  const { case: name = '', addedRoundTripMs } = lane;
  const distance = `${addedRoundTripMs} ms`;
  if (addedRoundTripMs === undefined || !name.startsWith(distance)) return name;
  return `${distance} RTT${name.slice(distance.length)}`;
}

/** @returns the lanes by case, in the order in which cases first appear; all under one where there is no case. */
export function byCase(lanes: readonly Lane[]): Map<string, Lane[]> {
  const cases = new Map<string, Lane[]>();
  for (const lane of lanes) cases.set(lane.case ?? '', [...(cases.get(lane.case ?? '') ?? []), lane]);
  return cases;
}

/** @returns whether many at once are what a scenario is about, so that the last of them counts. */
export function isAboutCrowds({ clients, messagesAtOnce }: Settings): boolean {
  return (Array.isArray(clients) && clients.length > 1) || (typeof messagesAtOnce === 'number' && messagesAtOnce > 1);
}
