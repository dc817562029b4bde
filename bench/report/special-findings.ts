// What is no contest: ceilings, capacity, where two lines cross, stopped readers, and what the bench says of itself.
import { compact, ms, sentenceList, times, timesWithin } from '../run/format.ts';
import { byCase } from '../run/lane-labels.ts';
import { nameOf } from '../run/names.ts';
import { type Figure, isSaturated, type Lane, laneName, type ScenarioResult } from '../run/run-file.ts';
import { type Finding, likeness } from './contest.ts';
import { kneeText } from './lane-columns.ts';
import { capacityFindings, recoveryFindings, sendingFindings } from './setting-findings.ts';

/** @returns a sentence for each of these things that the scenario measured. */
export function specialFindings(scenario: ScenarioResult): Finding[] {
  const { lanes } = scenario;
  return [
    ...ceilingFindings(lanes),
    ...saturationFindings(lanes),
    ...capacityFindings(scenario),
    ...recoveryFindings(scenario),
    ...sendingFindings(scenario),
    ...stoppedReaderFindings(scenario),
    ...breakEven(lanes),
    ...calibrationFindings(scenario),
    ...morePollsFindings(lanes),
  ];
}

function ceilingFindings(lanes: readonly Lane[]): Finding[] {
  return lanes.flatMap((lane) => {
    const { requestsPerSecond, serverCpuUsPerRequest: cpu } = lane;
    if (lane.control !== undefined || requestsPerSecond === undefined || cpu === undefined) return [];
    // At a rate that was asked for nothing was at its ceiling.
    if (lane.nominalPerSecond !== undefined) return [];
    const atLeast = isSaturated(lane) ? '' : 'at least ';
    const beside = lanes.flatMap((other) => {
      const theirs = other.serverCpuUsPerRequest;
      if (other.control === undefined || other.case !== lane.case || theirs === undefined) return [];
      const ofControl = other.control === lane.ofControl?.control ? lane.ofControl.serverCpuUsPerRequest : undefined;
      return [`${timesWithin(ofControl ?? { value: cpu.value / theirs.value })} that of ${nameOf(other.control)}`];
    });
    const rate = `${atLeast}${compact(requestsPerSecond.value)} a second`;
    const each = [`${compact(cpu.value)} µs of server CPU each`, ...(beside.length > 0 ? [sentenceList(beside)] : [])];
    return [{ about: `Ceiling, ${lane.case}`, text: `${rate}; ${each.join(', ')}.` }];
  });
}

/** No contest: where it is only known that one can do so much, nobody is first. */
function saturationFindings(lanes: readonly Lane[]): Finding[] {
  const found = lanes.filter((lane) => lane.deliveriesAtKnee !== undefined);
  if (found.length === 0) return [];
  const each = found.map((lane) => {
    const ratio = lane.ofControl?.deliveriesAtKnee;
    const beside =
      ratio === undefined ? '' : ` (${timesWithin(ratio)} that of ${nameOf(lane.ofControl?.control ?? '')})`;
    return `${nameOf(laneName(lane))} ${kneeText(lane)}${beside}`;
  });
  return [{ about: 'Deliveries a second at the knee', text: `${each.join('; ')}.` }];
}

/** The others' latency beside stopped readers, as a multiple of that without them. */
function stoppedReaderFindings({ settings, comparisons = [] }: ScenarioResult): Finding[] {
  if (settings['stoppedReaders'] === undefined) return [];
  const others = comparisons.filter(({ of, to }) => of === to);
  if (others.length === 0) return [];
  const texts = others.map(
    ({ of, ratio, different }) =>
      `${nameOf(of)} ${different ? timesWithin(ratio) : `${likeness(ratio)} (${timesWithin(ratio)})`}`,
  );
  return [{ about: 'Going on', text: `p99 of the others beside stopped readers: ${texts.join('; ')}.` }];
}

const requestsOf = (lanes: readonly Lane[], transport: string) =>
  lanes.find((lane) => lane.transport === transport && lane.spoiled !== true)?.requestsPerDelivery?.value;

/** From which message rate on long polling makes more requests than short polling: where the ratio of both passes 1. */
function breakEven(lanes: readonly Lane[]): Finding[] {
  const ratios = [...byCase(lanes)].flatMap(([name, ofCase]) => {
    const [short, long] = [requestsOf(ofCase, 'short-polling'), requestsOf(ofCase, 'long-polling')];
    const rate = /^([\d.]+)\/s$/.exec(name)?.[1];
    return !short || !long || rate === undefined ? [] : [{ name, rate: Number(rate), ratio: long / short }];
  });
  if (ratios.length < 2) return [];
  const sorted = ratios.toSorted((a, b) => a.rate - b.rate);
  const above = sorted.findIndex(({ ratio }) => ratio > 1);
  const [last, next] = [sorted[above - 1], sorted[above]];
  const each = sorted.map(({ name, ratio }) => `${times(ratio)} as many at ${name}`).join(', ');
  const where =
    above === -1
      ? 'at none of these rates'
      : last === undefined || next === undefined
        ? 'at all of these rates'
        : `from about ${compact(crossing(last, next))} messages a second on`;
  return [{ about: 'Break-even', text: `long polling makes more requests than short polling ${where}: ${each}.` }];
}

interface RatioAt {
  readonly rate: number;
  readonly ratio: number;
}

/** Between two rates the ratio is about a power of the rate. */
function crossing(below: RatioAt, above: RatioAt): number {
  const share = -Math.log(below.ratio) / Math.log(above.ratio / below.ratio);
  return below.rate * (above.rate / below.rate) ** share;
}

function within({ low, high }: Figure): string {
  return low === undefined || high === undefined ? '' : ` [${compact(low)}, ${compact(high)}]`;
}

/** @returns the name of what runs twice, as `WebSocket A`. */
function alsoOf(name: string): string {
  return name.replace(/^\S+/, nameOf);
}

function calibrationFindings({ lanes, comparisons = [] }: ScenarioResult): Finding[] {
  const delays = lanes.flatMap(({ addedDelayMs, measuredDelayMs: measured }) =>
    addedDelayMs === undefined || measured === undefined
      ? []
      : [
          {
            about: 'A known delay',
            text: `${addedDelayMs} ms were added, ${compact(measured.value)} ms were measured${within(measured)}.`,
          },
        ],
  );
  const twice = (delays.length === 0 ? [] : comparisons).map(({ of, to, ratio, different }) => ({
    about: 'The same twice',
    text: different
      ? `${alsoOf(of)} is ${timesWithin(ratio)} ${alsoOf(to)}: the bench sees a difference where there is none.`
      : `${alsoOf(of)} beside ${alsoOf(to)}: ${likeness(ratio)} (${timesWithin(ratio)}).`,
  }));
  const floors = lanes.flatMap((lane) =>
    lane.control === 'tcp-echo' && lane.latencyUs !== undefined
      ? [{ about: 'Floor', text: `${ms(lane.latencyUs.p50.value)} ms (p50) for a raw TCP echo, which does nothing.` }]
      : [],
  );
  return [...delays, ...twice, ...floors];
}

/** Why long polling can make more requests than short polling: the one thing in the table that surprises. */
function morePollsFindings(lanes: readonly Lane[]): Finding[] {
  if (byCase(lanes).size > 1) return [];
  const [short, long] = [requestsOf(lanes, 'short-polling'), requestsOf(lanes, 'long-polling')];
  if (short === undefined || long === undefined || long <= short) return [];
  return [
    {
      about: 'Mind',
      text:
        'a long poll ends with every message, while one short poll takes along all that came in its interval; ' +
        'with less than about one message per interval it is the other way round.',
    },
  ];
}
