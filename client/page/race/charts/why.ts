// "Why?": each transport's closed form, worked through with the numbers of this race.
import { formatInterval, formatLatency } from '../../format.ts';
import type { RaceSettings } from '../race-settings.ts';
import type { Prediction, RaceConditions } from './predictions.ts';

type Explain = (settings: RaceSettings, conditions: RaceConditions, prediction: Prediction) => string[];

const ms = (value: number) => formatLatency(value);

function theWay({ roundTripMs }: RaceSettings, { ownWorkMs, oneWayMs }: RaceConditions): string {
  return (
    `half the round trip, ${ms(roundTripMs / 2)}, and ${ms(ownWorkMs)} that server, browser and network need ` +
    `themselves: ${ms(oneWayMs)}`
  );
}

const shortPolling: Explain = (settings, conditions, { meanMs, phases }) => {
  const interval = settings.pollIntervalMs;
  return [
    `It asks every ${formatInterval(interval)}, whatever happens. A message waits for the next question: for anything between nothing ` +
      `and ${formatInterval(interval)}, ${formatInterval(interval / 2)} on average. Then it is on its way: ${theWay(settings, conditions)}.`,
    `${formatInterval(interval / 2)} + ${ms(conditions.oneWayMs)} = ${ms(meanMs ?? 0)}.`,
    ...(phases === null
      ? []
      : [
          `But here the bursts keep step with the questions, and come at ${phases === 1 ? 'one and the same moment' : `only ${phases} different moments`} ` +
            'between two of them. Which, was decided when the race began: no formula knows it.',
        ]),
  ];
};

const longPolling: Explain = (settings, conditions, { latenciesMs, meanMs }) => {
  const { messages, gapMs: spacing } = settings;
  const { oneWayMs, gapMs: gap } = conditions;
  const begin = `The server holds the question until there is a message: then only the way counts, ${theWay(settings, conditions)}.`;
  const theGap =
    `But the message uses the question up. Until the answer has come and the next question has arrived, there and back, ` +
    `${ms(gap)}, nobody is asking.`;
  const [first = 0, second = first] = latenciesMs;
  if (first > oneWayMs) {
    return [
      begin,
      theGap,
      `Here messages come so quickly that it is never there in time. Each waits for half a gap on average: ` +
        `${ms(oneWayMs)} + ${ms(gap / 2)} = ${ms(first)}.`,
    ];
  }
  if (messages < 2) return [begin, theGap, `The next message comes later than that, so it is ${ms(first)}.`];
  if (second <= oneWayMs) {
    return [
      begin,
      theGap,
      `The next message comes ${ms(spacing)} later, when the next question is there: ${ms(meanMs ?? 0)}.`,
    ];
  }
  const shown = latenciesMs.slice(0, 4).map(ms);
  const all = latenciesMs.length > shown.length ? [...shown, '…'] : shown;
  return [
    begin,
    theGap,
    `The second message of a burst comes ${ms(spacing)} after the first, and waits for the rest of the gap: ` +
      `${ms(oneWayMs)} + ${ms(gap)} − ${ms(spacing)} = ${ms(second)}.`,
    `The mean of ${all.join(', ')} is ${ms(meanMs ?? 0)}.`,
  ];
};

const stream: Explain = (settings, conditions) => [
  `The connection is open, so the server writes at once and nothing waits: ${theWay(settings, conditions)}.`,
  'What they need themselves is taken from the quicker of the two streams: nothing else is in their way.',
];

const EXPLAIN: ReadonlyMap<string, Explain> = new Map([
  ['short-polling', shortPolling],
  ['long-polling', longPolling],
  ['sse', stream],
  ['websocket', stream],
]);

/** @returns paragraphs; none for a lane without a model, or while nobody talks. */
export function why(
  lane: string,
  settings: RaceSettings,
  conditions: RaceConditions,
  prediction: Prediction | undefined,
): readonly string[] {
  if (prediction === undefined || prediction.meanMs === null) return [];
  return EXPLAIN.get(lane)?.(settings, conditions, prediction) ?? [];
}
