// Plays `costs`: lives of servers in turn, there and back, so that each point's rounds are spread over the whole
// scenario; the server on a core of its own where the system can.
import { openPinning } from '../load/pinning.ts';
import { inScope } from '../load/scope.ts';
import { controlSubject, type Subject, transportSubject } from '../load/subject.ts';
import type { CostsWorkload } from '../scenarios/scenario.ts';
import type { RunContext, Runner } from './context.ts';
import { messageSettleMs, messageWindowMs, messageWindows, requestWindowMs } from './costs-grid.ts';
import { messageLanes, requestLanes, silenceLane, withHeldOut } from './costs-lanes.ts';
import {
  type Asked,
  type Life,
  type LifeOptions,
  NO_TRANSPORT,
  type PlayedMessages,
  type PlayedRequests,
  playMessages,
  playRequests,
  playSilence,
} from './costs-lives.ts';
import { playRounds } from './rounds.ts';

type Transports = Pick<RunContext, 'transports'>;
type Silence = Awaited<ReturnType<typeof playSilence>>;

/** What is played in one life, or in silence in one life of each transport's server. */
type Part =
  | { readonly of: 'messages'; readonly subject: Subject }
  | { readonly of: 'requests'; readonly asked: Asked }
  | { readonly of: 'silence' };

type Played =
  | { readonly of: 'messages'; readonly life: Life<PlayedMessages> }
  | { readonly of: 'requests'; readonly life: Life<PlayedRequests> }
  | { readonly of: 'silence'; readonly silence: Silence };

/** Starting and stopping a server, and opening its clients. */
const LIFE_OVERHEAD_MS = 1000;
/** What a window takes beside its schedule: the guard, the last deliveries. */
const WINDOW_OVERHEAD_MS = 400;
/** Slices that a warm-up usually takes. */
const USUAL_SLICES = 3;

function partsOf({ messages, requests }: CostsWorkload, { transports }: Transports): Part[] {
  const controls = messages.controls.flatMap((name) => controlSubject(name, transports) ?? []);
  const subjects = [...transports.map((transport) => transportSubject(transport, null)), ...controls];
  const polls = transports.flatMap(({ name, pace }): Asked[] =>
    pace === 'stream' ? [] : [{ lane: { transport: name }, name, pace }],
  );
  const bare = polls.length === 0 ? [] : requests.controls;
  const asked = [...polls, ...bare.map((name): Asked => ({ lane: { control: name }, name, pace: 'clock' }))];
  return [
    ...subjects.map((subject): Part => ({ of: 'messages', subject })),
    ...asked.map((one): Part => ({ of: 'requests', asked: one })),
    { of: 'silence' },
  ];
}

function nameOfPart(part: Part): string {
  if (part.of === 'messages') return `messages, ${part.subject.name}`;
  return part.of === 'requests' ? `empty requests, ${part.asked.name}` : 'silence';
}

function partMs(part: Part, workload: CostsWorkload, transports: number): number {
  const { warmUp, silence, requests } = workload;
  const warmMs = USUAL_SLICES * warmUp.sliceMs;
  if (part.of === 'silence') return silence.durationMs + (transports + 1) * LIFE_OVERHEAD_MS;
  if (part.of === 'messages') {
    const { pace, lane } = part.subject;
    const besideMs = messageSettleMs(workload, pace) + WINDOW_OVERHEAD_MS;
    const windows = messageWindows(workload, pace, 'control' in lane);
    const windowsMs = windows.map(({ messagesPerSecond: rate }) => messageWindowMs(workload, pace, rate) + besideMs);
    return LIFE_OVERHEAD_MS + warmMs + USUAL_SLICES * besideMs + sum(windowsMs);
  }
  const holdMs = part.asked.pace === 'held' ? requests.holdSeconds * 1000 : 0;
  const windowsMs = requests.rates[part.asked.pace].map(
    (rate) => requestWindowMs(workload, rate) + holdMs + WINDOW_OVERHEAD_MS,
  );
  return LIFE_OVERHEAD_MS + warmMs + holdMs + sum(windowsMs);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function playPart(part: Part, options: LifeOptions): Promise<Played> {
  if (part.of === 'messages') return { of: 'messages', life: await playMessages(part.subject, options) };
  if (part.of === 'requests') return { of: 'requests', life: await playRequests(part.asked, options) };
  return { of: 'silence', silence: await playSilence(options) };
}

export const costsRunner: Runner<CostsWorkload> = {
  estimateMs: (workload, context) =>
    workload.rounds * sum(partsOf(workload, context).map((part) => partMs(part, workload, context.transports.length))),
  run: (workload, context) =>
    inScope(context.signal, async (scope) => {
      const pinning = await scope.open(openPinning([process.pid, ...context.fleet.pids]));
      const { rounds } = workload;
      const { progress } = context;
      const results = await playRounds(
        partsOf(workload, context),
        { rounds, name: nameOfPart, progress },
        (part, round) => playPart(part, { workload, round, context: { ...context, signal: scope.signal }, pinning }),
      );
      const lanes = [...results].flatMap(([part, played]) => {
        const ofMessages = played.flatMap((one) => (one.of === 'messages' ? [one.life] : []));
        const ofRequests = played.flatMap((one) => (one.of === 'requests' ? [one.life] : []));
        const silences = played.flatMap((one) => (one.of === 'silence' ? [one.silence] : []));
        if (part.of === 'messages') return messageLanes(part.subject, ofMessages, workload);
        if (part.of === 'requests') return requestLanes(part.asked, ofRequests, workload);
        const silent = [...context.transports.map(({ name }) => name), NO_TRANSPORT];
        return silent.map((name) => {
          const clients = name === NO_TRANSPORT ? 0 : workload.silence.clients;
          return silenceLane(
            name,
            clients,
            silences.flatMap((silence) => silence.get(name) ?? []),
          );
        });
      });
      return { lanes: withHeldOut(lanes), pinned: pinning.cores };
    }),
};
