// From the experiments to the figures that each claim is judged by. Pure.
import { shortPollingEmptyShare } from '../../../client/closed-forms.ts';
import type { ClaimFigureName, ClaimNumber } from '../../run/claims.ts';
import type { ClaimResult, Figure, Lane } from '../../run/run-file.ts';
import { overRounds, tidy } from '../../stats/over-rounds.ts';
import { timesControl } from '../measured-lane.ts';
import type { BrowserCounts, ExperimentName, ExperimentResults, OutageLosses } from './experiments.ts';

type Figures<Claim extends ClaimNumber> = { readonly [Name in ClaimFigureName<Claim>]?: Figure };

/** A figure that is missing is why the claim stays `open`, or only tells more. */
interface Told<Claim extends ClaimNumber> {
  readonly figures: Figures<Claim>;
  readonly open?: string;
}

interface ClaimPlay<Claim extends ClaimNumber> {
  readonly needs: readonly ExperimentName[];
  /** Those of them whose latencies it takes, which a busy bench would spoil; default: all. */
  readonly timedBy?: readonly ExperimentName[];
  figures(results: ExperimentResults): Told<Claim>;
}

const KERNEL_BYTES_PER_SOCKET = 4096;
const PHOENIX_SOCKETS = 2_000_000;
const SECONDS_PER_HOUR = 3600;

export const CLAIM_PLAYS: { readonly [Claim in ClaimNumber]: ClaimPlay<Claim> } = {
  1: {
    needs: ['silence', 'distances', 'browser'],
    figures: ({ silence, distances, browser }) => {
      const [held, socket] = far(distances, 'long-polling', 'websocket');
      const [polled, pushed] = far(distances, 'short-polling', 'websocket');
      const bytes = (transport: string) => laneOf(silence, transport).bytesPerClientHour;
      return {
        figures: {
          pollBytes: bytesPerPoll(laneOf(silence, 'short-polling')),
          ...browserPoll(browser),
          silentTimes: times(bytes('short-polling'), bytes('websocket')),
          busyTimes: times(polled.bytesPerDelivery, pushed.bytesPerDelivery),
          meanTimes: times(held.latencyUs?.mean, socket.latencyUs?.mean),
          p95Times: times(held.latencyUs?.p95, socket.latencyUs?.p95),
        },
      };
    },
  },
  2: {
    needs: ['distances'],
    figures: ({ distances }) => {
      const rare = laneOf(distances, 'long-polling', '100 ms, rare');
      const [busy] = far(distances, 'long-polling', 'websocket');
      return {
        figures: {
          rareMeanTransits: inTransits(rare, 'mean'),
          busyMeanTransits: inTransits(busy, 'mean'),
          busyMaxTransits: inTransits(busy, 'max'),
        },
      };
    },
  },
  3: {
    needs: ['polls', 'browser'],
    figures: ({ polls, browser }) => {
      const lane = laneOf(polls, 'short-polling');
      const perSecond = (lane.clients ?? 0) / SECONDS_PER_HOUR;
      return {
        figures: {
          requestsPerSecond: scaled(lane.requestsPerClientHour, perSecond),
          pollBytes: bytesPerPoll(lane),
          ...browserPoll(browser),
          megabits: scaled(lane.bytesPerClientHour, (perSecond * 8) / 1e6),
        },
      };
    },
  },
  4: {
    needs: ['browser'],
    figures: ({ browser }) => {
      if ('missing' in browser) return { figures: {}, open: notRun(browser) };
      const http1Streams = { value: browser.http1Streams };
      if ('missing' in browser.http2) return { figures: { http1Streams }, open: notRun(browser.http2) };
      const { unnamed, allowed } = browser.http2;
      return { figures: { http1Streams, http2Streams: { value: unnamed }, http2StreamsAllowed: { value: allowed } } };
    },
  },
  5: {
    needs: ['distances'],
    figures: ({ distances }) => {
      const at = (name: string) =>
        times(laneOf(distances, 'sse', name).latencyUs?.mean, laneOf(distances, 'websocket', name).latencyUs?.mean);
      return { figures: { times20: at('20 ms'), times100: at('100 ms') } };
    },
  },
  6: {
    needs: ['memory'],
    figures: ({ memory }) => {
      const [sseBytes, websocketBytes] = [memoryOf(memory, 'sse'), memoryOf(memory, 'websocket')];
      return { figures: { sseBytes, websocketBytes, websocketTimes: times(websocketBytes, sseBytes) } };
    },
  },
  7: {
    needs: ['memory', 'crowd'],
    timedBy: [],
    figures: ({ memory, crowd }) => {
      const cpuUsPerDelivery = measured(laneOf(crowd, 'websocket').serverCpuUsPerDelivery);
      return {
        figures: {
          websocketBytes: memoryOf(memory, 'websocket'),
          cpuUsPerDelivery,
          deliveriesPerCoreSecond: inverse(cpuUsPerDelivery, 1e6),
        },
      };
    },
  },
  8: {
    needs: ['outages'],
    figures: ({ outages }) => ({
      figures: {
        websocketLost: lost(outages, 'websocket', false),
        sseLost: lost(outages, 'sse', false),
        longPollingLost: lost(outages, 'long-polling', false),
        shortPollingLost: lost(outages, 'short-polling', false),
        websocketKept: lost(outages, 'websocket', true),
        sseKept: lost(outages, 'sse', true),
        longPollingKept: lost(outages, 'long-polling', true),
        shortPollingKept: lost(outages, 'short-polling', true),
      },
    }),
  },
  9: {
    needs: ['crowd'],
    figures: ({ crowd }) => {
      const { serverCpuUsPerDelivery, lastReceiverUs } = laneOf(crowd, 'websocket');
      return {
        figures: {
          cpuUsPerDelivery: measured(serverCpuUsPerDelivery),
          lastReceiverUs: measured(lastReceiverUs?.mean),
        },
      };
    },
  },
  10: {
    needs: ['memory'],
    figures: ({ memory }) => {
      const websocketBytes = memoryOf(memory, 'websocket');
      const withKernel = mapped(websocketBytes, (bytes) => bytes + KERNEL_BYTES_PER_SOCKET);
      return { figures: { websocketBytes, gigabytes: scaled(withKernel, PHOENIX_SOCKETS / 1e9) } };
    },
  },
  11: {
    needs: ['silence', 'idleProxy'],
    figures: ({ silence, idleProxy }) => {
      const [often, seldom] = idleProxy.toSorted((a, b) => a.heartbeatMs - b.heartbeatMs);
      const share = (one: typeof often) => ({ value: percent((one?.cut ?? 0) / Math.max(1, one?.streams ?? 0)) });
      return {
        figures: {
          heartbeatBytesPerHour: measured(laneOf(silence, 'sse').bytesPerClientHour),
          cutWith: share(often),
          cutWithout: share(seldom),
        },
      };
    },
  },
  12: {
    needs: ['distances', 'crowd'],
    timedBy: ['distances'],
    figures: ({ distances, crowd }) => {
      const median = (transport: string) => measured(laneOf(distances, transport, 'near').latencyUs?.p50);
      const cpu = (transport: string) => laneOf(crowd, transport).serverCpuUsPerDelivery;
      const [websocketUs, sseUs] = [median('websocket'), median('sse')];
      return {
        figures: {
          websocketUs,
          sseUs,
          latencyTimes: times(sseUs, websocketUs),
          cpuTimes: times(cpu('sse'), cpu('websocket')),
        },
      };
    },
  },
  13: {
    needs: ['emptyPolls', 'samples'],
    figures: ({ emptyPolls, samples }) => {
      const [rare, often] = emptyPolls.toSorted((a, b) => a.messagesPerPoll - b.messagesPerPoll);
      const share = (one: typeof rare) => ({ value: percent((one?.empty ?? 0) / Math.max(1, one?.polls ?? 0)) });
      const predicted = (one: typeof rare) => ({
        value: percent(shortPollingEmptyShare({ pollInterval: 1, rate: one?.messagesPerPoll ?? 0 })),
      });
      const held = (name: string) =>
        times(
          laneOf(samples, 'long-polling', name).latencyUs?.mean,
          laneOf(samples, 'websocket', name).latencyUs?.mean,
        );
      return {
        figures: {
          emptyRare: share(rare),
          emptyOften: share(often),
          predictedRare: predicted(rare),
          predictedOften: predicted(often),
          belowTimes: held('below'),
          aboveTimes: held('above'),
        },
      };
    },
  },
  14: {
    needs: ['browser'],
    figures: ({ browser }) =>
      'missing' in browser
        ? { figures: {}, open: notRun(browser) }
        : { figures: { webSockets: { value: browser.webSockets } } },
  },
};

/** @returns what the run file has of the claim. @param results of what it needs, at least. */
export function claimResult(claim: ClaimNumber, results: Partial<ExperimentResults>): ClaimResult {
  const { needs, timedBy = needs, figures } = CLAIM_PLAYS[claim];
  const missing = needs.find((name) => results[name] === undefined);
  if (missing !== undefined) throw new RangeError(`claim ${claim} needs the experiment ${missing}`);
  const told = figures(results as ExperimentResults);
  const spoiled = timedBy.flatMap((name) => lanesOf(results[name])).some((lane) => lane.spoiled === true);
  const lostSome = needs.flatMap((name) => lanesOf(results[name])).some((lane) => (lane.missing ?? 0) > 0);
  return {
    claim,
    ...(spoiled ? { open: SPOILED } : {}),
    ...told,
    figures: { ...told.figures },
    warnings: lostSome ? ['Messages were lost in a part of this, which none may be.'] : [],
  };
}

const SPOILED = 'the bench itself was the limit in a part of this; repeat it on a quiet machine';

function lanesOf(result: ExperimentResults[ExperimentName] | undefined): readonly Lane[] {
  if (!Array.isArray(result)) return [];
  return (result as readonly object[]).filter((one): one is Lane => 'rounds' in one);
}

function notRun({ missing }: { readonly missing: string }): string {
  return `not run: ${missing}`;
}

function laneOf(lanes: readonly Lane[], transport: string, name?: string): Lane {
  const found = lanes.find((lane) => lane.transport === transport && (name === undefined || lane.case === name));
  if (found === undefined)
    throw new RangeError(`there is no lane of ${transport}${name === undefined ? '' : ` at ${name}`}`);
  return found;
}

/** Two transports over the longest way, at ten messages a second. */
function far(lanes: readonly Lane[], one: string, other: string): [Lane, Lane] {
  return [laneOf(lanes, one, '100 ms'), laneOf(lanes, other, '100 ms')];
}

function measured(figure: Figure | undefined): Figure {
  if (figure === undefined) throw new RangeError('a figure that a claim needs was not measured');
  return figure;
}

/** Paired by round. */
function times(figure: Figure | undefined, of: Figure | undefined): Figure {
  return measured(timesControl(figure, of));
}

/** @param change grows with its argument. */
function mapped({ value, low, high, rounds }: Figure, change: (value: number) => number): Figure {
  return {
    value: tidy(change(value)),
    ...(low === undefined || high === undefined ? {} : { low: tidy(change(low)), high: tidy(change(high)) }),
    ...(rounds === undefined ? {} : { rounds: rounds.map((one) => tidy(change(one))) }),
  };
}

function scaled(figure: Figure | undefined, factor: number): Figure {
  return mapped(measured(figure), (value) => value * factor);
}

function inverse({ value, low, high, rounds }: Figure, of: number): Figure {
  return {
    value: tidy(of / value),
    ...(low === undefined || high === undefined ? {} : { low: tidy(of / high), high: tidy(of / low) }),
    ...(rounds === undefined ? {} : { rounds: rounds.map((one) => tidy(of / one)) }),
  };
}

/** A transit is half the round trip that was measured. */
function inTransits({ latencyUs, roundTripMs }: Lane, name: 'mean' | 'max'): Figure {
  return scaled(latencyUs?.[name], 2 / (1000 * measured(roundTripMs).value));
}

function bytesPerPoll({ requestsPerClientHour, bytesPerClientHour }: Lane): Figure {
  return times(bytesPerClientHour, requestsPerClientHour);
}

function browserPoll(browser: BrowserCounts | { readonly missing: string }): { browserPollBytes?: Figure } {
  return 'missing' in browser ? {} : { browserPollBytes: { value: tidy(browser.pollBytes) } };
}

function memoryOf(memory: ExperimentResults['memory'], transport: string): Figure {
  return measured(memory.get(transport)?.memoryBytesPerConnection);
}

function lost(outages: readonly OutageLosses[], transport: string, resumes: boolean): Figure {
  const found = outages.find((one) => one.transport === transport && one.resumes === resumes);
  if (found === undefined) throw new RangeError(`there were no outages for ${transport}`);
  return overRounds(found.lost.map(percent));
}

function percent(share: number): number {
  return tidy(share * 100);
}
