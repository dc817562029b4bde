// What the figures of a whole run say about their own worth: each warning with its reason and a remedy. Pure.
import { percent, plural, sentenceList, uncertainty } from '../run/format.ts';
import { caseLabel } from '../run/lane-labels.ts';
import { nameOf } from '../run/names.ts';
import { type Lane, laneName, ledgerCloses, type Run, type ScenarioResult } from '../run/run-file.ts';
import { ROUNDS_FOR_INTERVAL } from '../stats/over-rounds.ts';

/** Rounds that differ by more than this, as half an interval, say little of where their mean lies. */
const WIDE_INTERVAL = 0.25;
/** In a window with fewer of them, chance alone moves the mean by a good part. */
const ENOUGH_MESSAGES = 30;
/** Of all processors' time, while a scenario was played: the system itself uses less. */
export const OTHERS_SHARE = 0.02;
/** So many lanes are named. */
const NAMED_LANES = 3;

interface Place {
  readonly scenario: ScenarioResult;
  readonly lane: Lane;
}

/** @returns the warnings about the run as a whole. What is wrong with one lane alone stands with that lane. */
export function runWarnings(run: Run): string[] {
  const places = run.scenarios.flatMap((scenario) => scenario.lanes.map((lane) => ({ scenario, lane })));
  return [
    ...openLedgers(places),
    ...spoiledLanes(places),
    ...othersAtWork(run.scenarios),
    ...tooFewRounds(run.scenarios),
    ...wideIntervals(places),
  ];
}

function placeName({ scenario, lane }: Place): string {
  const label = caseLabel(lane);
  return `${scenario.name} ${nameOf(laneName(lane))}${label === '' ? '' : ` (${label})`}`;
}

function placeNames(places: readonly Place[]): string {
  const more = places.length - NAMED_LANES;
  const names = places.slice(0, NAMED_LANES).map(placeName);
  return sentenceList(more > 0 ? [...names, `${more} more`] : names);
}

function openLedgers(places: readonly Place[]): string[] {
  const open = places.filter(({ lane }) => !ledgerCloses(lane));
  if (open.length === 0) return [];
  return [
    `The ledger is open in ${placeNames(open)}: messages were lost, repeated or reordered, or none was stored. That is ` +
      'a fault, of the lab or of the bench: run again with the same --seed, and report it if it stays.',
  ];
}

function spoiledLanes(places: readonly Place[]): string[] {
  const spoiled = places.filter(({ lane }) => lane.spoiled === true);
  if (spoiled.length === 0) return [];
  return [
    `The bench itself was the limit in ${placeNames(spoiled)}: these figures are marked *, say little about the ` +
      'transport, and take no part in findings. Use fewer --clients, a lower --rate, more --workers or a quieter machine.',
  ];
}

function othersAtWork(scenarios: readonly ScenarioResult[]): string[] {
  const disturbed = scenarios.flatMap(({ name, othersShare = 0 }) =>
    othersShare > OTHERS_SHARE ? [`${name} (${percent(othersShare)})`] : [],
  );
  if (disturbed.length === 0) return [];
  return [
    `Other programs used a part of the processors’ time during ${sentenceList(disturbed)}: close them and run again ` +
      'before you rely on the figures.',
  ];
}

/** Only where latency is what transports are compared by: counts don't need intervals to be told apart. */
function tooFewRounds(scenarios: readonly ScenarioResult[]): string[] {
  const few = scenarios.flatMap(({ name, settings: { rounds, stoppedReaders }, lanes }) => {
    const compared = lanes.filter((lane) => isContender(lane)).length > 1;
    return compared && stoppedReaders === undefined && typeof rounds === 'number' && rounds < ROUNDS_FOR_INTERVAL
      ? [`${name} (${plural(rounds, 'round')})`]
      : [];
  });
  if (few.length === 0) return [];
  return [
    `Too few rounds for intervals in ${sentenceList(few)}: with fewer than five, chance can't be told from a small ` +
      'difference. Use --full, or --rounds 5 or more for the scenarios that take their number from it.',
  ];
}

function isContender({ transport, latencyUs }: Lane): boolean {
  return transport !== undefined && latencyUs !== undefined;
}

function wideIntervals(places: readonly Place[]): string[] {
  const wide = places.flatMap((place) => {
    const mean = place.lane.latencyUs?.mean;
    if (mean?.low === undefined || mean.high === undefined || place.lane.spoiled === true) return [];
    const half = (mean.high - mean.low) / 2 / mean.value;
    return half > WIDE_INTERVAL ? [{ place, half, mean }] : [];
  });
  const isShort = ({ place: { lane } }: (typeof wide)[number]) => messagesARound(lane) < ENOUGH_MESSAGES;
  const told = (lanes: typeof wide, why: (worst: (typeof wide)[number]) => string) => {
    const [worst] = lanes.toSorted((a, b) => b.half - a.half);
    if (worst === undefined) return [];
    const which = `${plural(lanes.length, 'lane')}, most in ${placeName(worst.place)} (${uncertainty(worst.mean)})`;
    return [`The rounds differ much from each other in ${which}: ${why(worst)}`];
  };
  return [
    ...told(
      wide.filter((one) => !isShort(one)),
      ({ place: { lane } }) =>
        `${plural(lane.rounds, 'round')} say only roughly where the mean lies. Use more --rounds.`,
    ),
    ...told(
      wide.filter(isShort),
      ({ place: { lane } }) =>
        `their windows are short (${plural(messagesARound(lane), 'message')} a round), and so few differ by chance. ` +
        'Use a longer --duration.',
    ),
  ];
}

function messagesARound({ messages, rounds }: Lane): number {
  return messages === undefined ? ENOUGH_MESSAGES : messages / Math.max(1, rounds);
}
