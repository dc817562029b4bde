// From the rounds of `costs` to its lanes, and what the curves predict for those that were held out. Pure.
import { sumTotals } from '../load/ledger.ts';
import type { Subject } from '../load/subject.ts';
import { plural } from '../run/format.ts';
import type { Lane } from '../run/run-file.ts';
import type { CostsWorkload } from '../scenarios/scenario.ts';
import { costCurves, isKnown } from '../stats/cost-curves.ts';
import { cpuShare } from '../stats/cost-share.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import { costDeviation } from '../stats/prediction-check.ts';
import { failureWarnings, sumOf } from './context.ts';
import type { Asked, Life, PlayedMessages, PlayedRequests } from './costs-lives.ts';
import { timedFigures } from './timed-figures.ts';
import { warmUpWarning } from './warm-up.ts';

const US_PER_SECOND = 1_000_000;
/** Below this share of the rate that was asked for the bench did not keep up. */
const LEAST_ACHIEVED = 0.9;
/** Standard deviations of a Poisson count, beyond which it is no chance. */
const CHANCE = 3;

/** @param lives each round's. @returns a lane for each window of them. */
export function messageLanes(
  { lane, pace }: Pick<Subject, 'lane' | 'pace'>,
  lives: readonly Life<PlayedMessages>[],
  { warmUp }: Pick<CostsWorkload, 'warmUp'>,
): Lane[] {
  const keyOf = ({ window: { clients, messagesPerSecond } }: PlayedMessages) => `${messagesPerSecond} ${clients}`;
  const byWindow = grouped(lives, keyOf).toSorted(
    ([a], [b]) =>
      (a?.window.messagesPerSecond ?? 0) - (b?.window.messagesPerSecond ?? 0) ||
      (a?.window.clients ?? 0) - (b?.window.clients ?? 0),
  );
  return byWindow.flatMap((rounds, index): Lane[] => {
    const [first] = rounds;
    if (first === undefined) return [];
    const { clients, messagesPerSecond, heldOut } = first.window;
    const usPerMessage = rounds.map(({ cpuUs, messages }) => cpuUs / messages);
    const requests = rounds.flatMap(({ requestsPerSecond }) => requestsPerSecond ?? []);
    const timed = timedFigures(rounds.map((round) => ({ ...round, latency: null })));
    return [
      {
        ...lane,
        case: `${plural(clients, 'client')}, ${messagesPerSecond}/s`,
        rounds: rounds.length,
        clients,
        messages: sumOf(rounds, ({ messages }) => messages),
        // A schedule is made to have it exactly.
        messagesPerSecond,
        nominalPerSecond: messagesPerSecond,
        ...(heldOut ? { heldOut } : {}),
        ...sumTotals(rounds.map(({ ledger }) => ledger)),
        serverCpuUsPerMessage: overRounds(usPerMessage),
        serverCpuShare: overRounds(usPerMessage.map((us) => (us * messagesPerSecond) / US_PER_SECOND)),
        // Held polls and streams are not asked by the clock, and messages come far oftener than holds end.
        ...(pace === 'clock' && requests.length === rounds.length
          ? { timedRequestsPerSecond: overRounds(requests) }
          : {}),
        ...warmedUp(lives),
        ...timed,
        warnings: [...(index === 0 ? warmUpWarnings(lives, warmUp.agreement) : []), ...timed.warnings],
      },
    ];
  });
}

export function requestLanes(
  { lane }: Pick<Asked, 'lane'>,
  lives: readonly Life<PlayedRequests>[],
  { warmUp }: Pick<CostsWorkload, 'warmUp'>,
): Lane[] {
  const byRate = grouped(lives, ({ nominalPerSecond }) => `${nominalPerSecond}`).toSorted(
    ([a], [b]) => (a?.nominalPerSecond ?? 0) - (b?.nominalPerSecond ?? 0),
  );
  return byRate.map((rounds, index): Lane => {
    const nominalPerSecond = rounds[0]?.nominalPerSecond ?? 0;
    const requestsPerSecond = overRounds(rounds.map((round) => (round.answered * 1000) / round.elapsedMs));
    const answered = sumOf(rounds, (round) => round.answered);
    const wanted = sumOf(rounds, ({ elapsedMs }) => (nominalPerSecond * elapsedMs) / 1000);
    // Random times: so many come by chance alone.
    const limited = answered < LEAST_ACHIEVED * wanted - CHANCE * Math.sqrt(wanted);
    return {
      ...lane,
      case: `${nominalPerSecond} empty requests/s`,
      rounds: rounds.length,
      nominalPerSecond,
      requests: answered,
      requestsPerSecond,
      serverCpuUsPerRequest: overRounds(rounds.map((round) => round.cpuUs / Math.max(1, round.answered))),
      serverCpuShare: overRounds(rounds.map(({ cpuUs, elapsedMs }) => cpuUs / 1000 / elapsedMs)),
      ...warmedUp(lives),
      ...(limited ? { spoiled: true } : {}),
      warnings: [
        ...(index === 0 ? warmUpWarnings(lives, warmUp.agreement) : []),
        ...failureWarnings([...new Set(rounds.flatMap(({ failures }) => failures))]),
        ...(limited
          ? [
              `The bench itself was the limit: ${tidy(requestsPerSecond.value)} of ${nominalPerSecond} requests a second ` +
                'were answered. No curve is drawn through this point; use a quieter machine.',
            ]
          : []),
      ],
    };
  });
}

/** @param clients of the transport; none: what the server takes by itself. @param rounds each round's CPU time. */
export function silenceLane(
  transport: string,
  clients: number,
  rounds: readonly { readonly cpuUs: number; readonly elapsedMs: number }[],
): Lane {
  return {
    transport,
    case: 'silence',
    rounds: rounds.length,
    clients,
    serverCpuUsPerSecond: overRounds(rounds.map(({ cpuUs, elapsedMs }) => (cpuUs * 1000) / elapsedMs)),
    warnings: [],
  };
}

/** @returns the lanes; those that were held out with what the others' curves say of them, and a warning where not so. */
export function withHeldOut(lanes: readonly Lane[]): Lane[] {
  return lanes.map((lane) => {
    const { transport, clients, messagesPerSecond, heldOut } = lane;
    if (heldOut !== true || transport === undefined || clients === undefined || messagesPerSecond === undefined)
      return lane;
    const curves = costCurves({ lanes: [...lanes] }, transport);
    if (!isKnown(curves)) return { ...lane, warnings: [...lane.warnings, `Nothing predicts it: ${curves.notKnown}.`] };
    const timed = lane.timedRequestsPerSecond?.value ?? 0;
    const share = cpuShare(curves, { clients, messagesPerSecond, timedRequestsPerSecond: timed });
    const predicted: Lane = { ...lane, predicted: { serverCpuShare: tidy(share.value) } };
    const deviation = costDeviation(predicted);
    return deviation === null ? predicted : { ...predicted, warnings: [...lane.warnings, deviation] };
  });
}

/** @returns what the lives have of each window, round by round. */
function grouped<Window>(lives: readonly Life<Window>[], keyOf: (window: Window) => string): Window[][] {
  const byKey = new Map<string, Window[]>();
  for (const window of lives.flatMap(({ windows }) => windows)) {
    const key = keyOf(window);
    byKey.set(key, [...(byKey.get(key) ?? []), window]);
  }
  return [...byKey.values()];
}

function warmedUp(lives: readonly Life<unknown>[]): Pick<Lane, 'warmUp'> {
  const settledRounds = lives.filter(({ warmUp }) => warmUp.settled).length;
  return { warmUp: { ms: overRounds(lives.map(({ warmUp }) => warmUp.ms)), settledRounds } };
}

function warmUpWarnings(lives: readonly Life<unknown>[], agreement: number): string[] {
  const warning = warmUpWarning(
    lives.map(({ warmUp }) => warmUp),
    agreement,
  );
  return warning === null ? [] : [warning];
}
