// Plays the HTTP ceilings with autocannon: the lab and the bare servers in turn. Only what is answered at once can be
// asked so: of a held poll or a stream, autocannon would measure how long it is held.
import autocannon from 'autocannon';
import { defined } from '../../server/protocol/defined.ts';
import { joinedSchema } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { monotonicClock as clock } from '../load/clock.ts';
import { createHttpCaller } from '../load/http-caller.ts';
import { markedText } from '../load/marks.ts';
import { emptyPollPath } from '../load/round-trip.ts';
import { inScope } from '../load/scope.ts';
import { type LabUnderTest, type ServerUnderTest, startControl, startLab } from '../load/server-under-test.ts';
import { type Lane, laneName, SATURATED_CPU_SHARE } from '../run/run-file.ts';
import type { HttpCeilingWorkload } from '../scenarios/scenario.ts';
import { overRounds } from '../stats/over-rounds.ts';
import { failureWarnings, type RunContext, type Runner } from './context.ts';
import { timesControl } from './measured-lane.ts';
import { playRounds } from './rounds.ts';

type Ask = autocannon.Request;

/** One kind of request, asked of the lab and of the control. */
interface Case {
  readonly name: string;
  readonly transport: string;
  ask(lab: LabUnderTest, workload: HttpCeilingWorkload): Promise<Ask>;
}

interface CeilingRound {
  readonly requestsPerSecond: number;
  readonly cpuShare: number;
  readonly failures: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'empty short poll',
    transport: 'short-polling',
    ask: async (lab) => ({ method: 'GET', path: await emptyPollPath(lab) }),
  },
  {
    name: 'publishing POST',
    transport: 'http',
    ask: async (lab, workload) => {
      const token = await join(lab);
      const text = markedText('ceiling', { index: 0, intendedAt: 0 }, workload.textBytes);
      let sent = 0;
      return {
        method: 'POST',
        path: ROUTES.messages,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        // A fresh id each time: the same one again would be a duplicate, which costs less.
        setupRequest: (request) => {
          sent += 1;
          return { ...request, body: JSON.stringify({ id: `ceiling-${sent}`, text }) };
        },
      };
    },
  },
];

/** The first is the one that ratios are to. */
const CONTROLS = ['bare-http', 'bare-express'] as const;
const SAMPLE_MS = 100;
/** What one measurement takes beside warm-up and duration. */
const OVERHEAD_MS = 700;

async function join(lab: LabUnderTest): Promise<string> {
  const http = createHttpCaller(lab.origin, 1);
  try {
    const answer = await http.call('POST', ROUTES.join, { body: '{}' });
    return joinedSchema.parse(JSON.parse(answer.body)).token;
  } finally {
    http.close();
  }
}

/** @returns the lab's lane and those of the controls. */
async function playCase(one: Case, workload: HttpCeilingWorkload, context: RunContext): Promise<Lane[]> {
  // The controls are asked exactly what the lab was asked, so the lab comes first in the first round.
  let asked: Ask | undefined;
  const playRound = (control: string | null) =>
    inScope(context.signal, async (scope) => {
      if (control !== null) {
        const server = await scope.open(startControl(control));
        return measure(server, asked ?? {}, workload, scope.signal);
      }
      const lab = await scope.open(startLab());
      asked = await one.ask(lab, workload);
      return measure(lab, asked, workload, scope.signal);
    });
  const options = {
    rounds: workload.rounds,
    name: (control: string | null) => control ?? 'the lab',
    progress: (step: string) => context.progress(`${one.name}, ${step}`),
  };
  const rounds = await playRounds([null, ...CONTROLS], options, playRound);
  const [bare, ...others] = CONTROLS.map((control) => ceilingLane({ control }, one.name, rounds.get(control) ?? []));
  const lane = ceilingLane({ transport: one.transport }, one.name, rounds.get(null) ?? []);
  return bare === undefined ? [lane] : [besideControl(lane, bare), bare, ...others];
}

function besideControl(lane: Lane, control: Lane): Lane {
  const requestsPerSecond = timesControl(lane.requestsPerSecond, control.requestsPerSecond);
  const serverCpuUsPerRequest = timesControl(lane.serverCpuUsPerRequest, control.serverCpuUsPerRequest);
  return {
    ...lane,
    ofControl: {
      control: laneName(control),
      ...defined({ requestsPerSecond, serverCpuUsPerRequest }),
    },
  };
}

async function measure(
  server: ServerUnderTest,
  ask: Ask,
  workload: HttpCeilingWorkload,
  signal: AbortSignal,
): Promise<CeilingRound> {
  await fire(server, ask, workload.connections, workload.warmUpMs, signal);
  const cpuBefore = await server.cpuUs();
  const startAt = clock.now();
  const result = await fire(server, ask, workload.connections, workload.durationMs, signal);
  const elapsedMs = clock.now() - startAt;
  const cpuUs = (await server.cpuUs()) - cpuBefore;
  const failed = result.errors + result.timeouts + result.non2xx;
  return {
    requestsPerSecond: (result['2xx'] * 1000) / elapsedMs,
    cpuShare: cpuUs / 1000 / elapsedMs,
    failures: failed === 0 ? [] : [`${failed} requests were not answered with success`],
  };
}

/** Rejects where the signal aborts. */
async function fire(
  server: ServerUnderTest,
  ask: Ask,
  connections: number,
  durationMs: number,
  signal: AbortSignal,
): Promise<autocannon.Result> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const instance = autocannon(
      { url: server.origin, connections, duration: durationMs / 1000, sampleInt: SAMPLE_MS, requests: [ask] },
      (error: unknown, result) => {
        signal.removeEventListener('abort', stop);
        if (signal.aborted) reject(signal.reason);
        else if (error !== null && error !== undefined) reject(error);
        else resolve(result);
      },
    );
    const stop = () => {
      // Its types do not know this method, its documentation does.
      (instance as unknown as { stop(): void }).stop();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

function ceilingLane(
  who: { transport: string } | { control: string },
  name: string,
  rounds: readonly CeilingRound[],
): Lane {
  const serverCpuShare = overRounds(rounds.map((round) => round.cpuShare));
  const unsaturated =
    serverCpuShare.value < SATURATED_CPU_SHARE
      ? [
          'The server was not saturated: the load generator was the limit, and the server could answer more. Its CPU ' +
            'time per request holds all the same.',
        ]
      : [];
  return {
    ...who,
    case: name,
    rounds: rounds.length,
    requestsPerSecond: overRounds(rounds.map((round) => round.requestsPerSecond)),
    serverCpuUsPerRequest: overRounds(rounds.map((round) => (round.cpuShare * 1e6) / round.requestsPerSecond)),
    serverCpuShare,
    warnings: [...failureWarnings(rounds.flatMap((round) => round.failures)), ...unsaturated],
  };
}

export const httpCeilingRunner: Runner<HttpCeilingWorkload> = {
  estimateMs: ({ rounds, warmUpMs, durationMs }) =>
    rounds * (1 + CONTROLS.length) * CASES.length * (warmUpMs + durationMs + OVERHEAD_MS),
  async run(workload, context) {
    const wanted = CASES.filter(
      ({ transport }) => transport === 'http' || context.transports.some((one) => one.name === transport),
    );
    const lanes: Lane[] = [];
    for (const one of wanted) lanes.push(...(await playCase(one, workload, context)));
    return { lanes };
  },
};
