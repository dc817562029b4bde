// From the rounds with and without stopped readers to the lanes of both, and of the stopped readers themselves. Pure.
import type { Transport } from '../../client/transports/transport.ts';
import { type LedgerTotals, sumTotals } from '../load/ledger.ts';
import type { Comparison, Lane } from '../run/run-file.ts';
import type { SlowReaderWorkload } from '../scenarios/scenario.ts';
import { median } from '../stats/median.ts';
import { overRounds, tidy } from '../stats/over-rounds.ts';
import { compareLanes } from './comparisons.ts';
import { failureWarnings, sumOf } from './context.ts';
import { type TimedRound, timedFigures } from './timed-figures.ts';

/** What became of some of the stopped readers. */
export interface AfterwardsRound {
  /** Whether they waited until the server closed their connections, and came back; else they read on before that. */
  readonly isClosed: boolean;
  readonly readers: number;
  /** How many lost their connection. */
  readonly lost: number;
  readonly ledger: LedgerTotals;
  readonly failures: readonly string[];
}

/** What one round of one transport gave, with stopped readers or without; latency is that of the clients that went on. */
export interface SlowReaderRound extends TimedRound {
  readonly transport: string;
  /** 0: without. */
  readonly stoppedReaders: number;
  readonly messages: number;
  /** Of the clients that went on. */
  readonly ledger: LedgerTotals;
  /** The most that the server was seen to hold for each slow reader. */
  readonly unwrittenBytes: number;
  /** Slow readers in the end: fewer than there are stopped ones where the kernel took everything. */
  readonly heldAtTheEnd: number;
  readonly rssGrowthBytes: number;
  readonly afterwards: readonly AfterwardsRound[];
}

export function slowReaderResult(
  transports: readonly Pick<Transport, 'name'>[],
  workload: SlowReaderWorkload,
  rounds: readonly SlowReaderRound[],
): { lanes: Lane[]; comparisons?: Comparison[] } {
  const comparisons: Comparison[] = [];
  const lanes = transports.flatMap(({ name }) => {
    const own = rounds.filter(({ transport }) => transport === name);
    const [without, beside] = [own.filter(isWithout), own.filter((round) => !isWithout(round))];
    const alone = goingOnLane(name, 'without stopped readers', workload, without);
    const other = goingOnLane(name, `beside ${workload.stoppedReaders} stopped readers`, workload, beside);
    const compared = compareLanes(other, alone, 'p99');
    if (compared !== null) comparisons.push(compared);
    return [
      alone,
      { ...other, ...heldFigures(without, beside), warnings: [...other.warnings, ...unfilled(beside)] },
      afterwardsLane(name, 'stopped, then read on', beside, false),
      afterwardsLane(name, 'closed as stalled, then back', beside, true),
    ];
  });
  return { lanes, ...(comparisons.length === 0 ? {} : { comparisons }) };
}

function isWithout({ stoppedReaders }: SlowReaderRound): boolean {
  return stoppedReaders === 0;
}

function goingOnLane(
  transport: string,
  name: string,
  workload: SlowReaderWorkload,
  rounds: readonly SlowReaderRound[],
): Lane {
  const messages = sumOf(rounds, (round) => round.messages);
  return {
    transport,
    case: name,
    rounds: rounds.length,
    clients: workload.clients,
    messages,
    messagesPerSecond: tidy((messages * 1000) / (rounds.length * workload.durationMs)),
    ...sumTotals(rounds.map(({ ledger }) => ledger)),
    ...timedFigures(rounds),
  };
}

/** What the stopped readers cost the server, each round with them beside the same round without. */
function heldFigures(without: readonly SlowReaderRound[], beside: readonly SlowReaderRound[]): Partial<Lane> {
  const growths = beside.map((round, index) => round.rssGrowthBytes - (without[index]?.rssGrowthBytes ?? 0));
  return {
    unwrittenBytes: overRounds(beside.map(({ unwrittenBytes }) => unwrittenBytes)),
    rssGrowthBytes: median(growths),
  };
}

/** Where the kernel took everything that was sent, nothing was held, and so nothing is shown. */
function unfilled(rounds: readonly SlowReaderRound[]): string[] {
  const few = rounds.filter(({ heldAtTheEnd, stoppedReaders }) => heldAtTheEnd < stoppedReaders).length;
  if (few === 0) return [];
  return [
    `In ${few} of ${rounds.length} rounds the system's own buffers took all that was sent to some of the stopped readers, ` +
      'so that the server had nothing to hold for them.',
  ];
}

function afterwardsLane(transport: string, name: string, rounds: readonly SlowReaderRound[], isClosed: boolean): Lane {
  const own = rounds.flatMap(({ afterwards }) => afterwards.filter((one) => one.isClosed === isClosed));
  const readers = sumOf(own, (one) => one.readers);
  const lost = sumOf(own, (one) => one.lost);
  const odd = lost === (isClosed ? readers : 0) ? [] : [`The server closed ${lost} of the ${readers} connections.`];
  return {
    transport,
    case: name,
    rounds: rounds.length,
    clients: own[0]?.readers ?? 0,
    ...sumTotals(own.map(({ ledger }) => ledger)),
    warnings: [...failureWarnings(own.flatMap(({ failures }) => failures)), ...odd],
  };
}
