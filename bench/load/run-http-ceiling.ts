// Plays the HTTP ceilings with autocannon: the lab and the bare server in turn. Only what is answered at once can be
// asked so: of a held poll or a stream, autocannon would measure how long it is held.
import autocannon from 'autocannon';
import { joinedSchema } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { type Lane, SATURATED_CPU_SHARE, type ScenarioResult } from '../report/run-file.ts';
import type { HttpCeilingWorkload } from '../scenarios/scenario.ts';
import { overRounds } from '../stats/over-rounds.ts';
import { type ChildServer, startChildServer } from './child-server.ts';
import { monotonicClock as clock } from './clock.ts';
import { failureWarnings, type RunContext, type Runner, workloadSettings } from './context.ts';
import { createHttpCaller } from './http-caller.ts';
import { type Lab, startLab } from './lab-server.ts';
import { messageText } from './publisher.ts';
import { emptyPollPath } from './round-trip.ts';

type Ask = autocannon.Request;

/** One kind of request, asked of the lab and of the control. */
interface Case {
  readonly name: string;
  readonly transport: string;
  ask(lab: Lab, workload: HttpCeilingWorkload): Promise<Ask>;
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
      const text = messageText(0, workload.textBytes);
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

const CONTROL = 'bare-http';
const SAMPLE_MS = 100;
/** What one measurement takes beside warm-up and duration. */
const OVERHEAD_MS = 700;

async function join(lab: Lab): Promise<string> {
  const http = createHttpCaller(lab.origin, 1);
  try {
    const answer = await http.call('POST', ROUTES.join, { body: '{}' });
    return joinedSchema.parse(JSON.parse(answer.body)).token;
  } finally {
    http.close();
  }
}

async function run(name: string, workload: HttpCeilingWorkload, context: RunContext): Promise<ScenarioResult> {
  const wanted = CASES.filter(
    ({ transport }) => transport === 'http' || context.transports.some((one) => one.name === transport),
  );
  const lanes: Lane[] = [];
  for (const one of wanted) {
    const lab: CeilingRound[] = [];
    const bare: CeilingRound[] = [];
    // The control is asked exactly what the lab was asked, so the lab comes first in the first round.
    let ask: Ask | undefined;
    const playLab = async () => {
      const server = await startLab();
      try {
        ask = await one.ask(server, workload);
        lab.push(await measure(server, ask, workload, context.signal));
      } finally {
        await server.stop();
      }
    };
    const playControl = async () => {
      const server = await startChildServer(`bench/controls/${CONTROL}.js`, []);
      try {
        if (ask !== undefined) bare.push(await measure(server, ask, workload, context.signal));
      } finally {
        await server.stop();
      }
    };
    for (let round = 0; round < workload.rounds; round += 1) {
      context.progress(`${one.name}, round ${round + 1} of ${workload.rounds}`);
      for (const play of round % 2 === 0 ? [playLab, playControl] : [playControl, playLab]) await play();
    }
    lanes.push(ceilingLane({ transport: one.transport }, one.name, lab));
    lanes.push(ceilingLane({ control: CONTROL }, one.name, bare));
  }
  return { name, settings: workloadSettings(workload), lanes };
}

async function measure(
  server: ChildServer,
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

/** Rejects where the server ends or the signal aborts. */
async function fire(
  server: ChildServer,
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
    server.ended.catch(reject);
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
  estimateMs: ({ rounds, warmUpMs, durationMs }) => rounds * 2 * CASES.length * (warmUpMs + durationMs + OVERHEAD_MS),
  run: (scenario, workload, context) => run(scenario.name, workload, context),
};
