// Carries out what the plan says until it is told to stop: one endless loop for each actor.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImpairedNetwork, Impairments } from '../load/impaired.ts';
import type { RestartableLab } from '../load/restartable-lab.ts';
import type { ChaosClient } from './chaos-client.ts';
import { type Burst, backgroundOf, type ClientFault, type ServerFault, WEATHERS, type Weather } from './plan.ts';

/** What was done so far, by kind: faults of the server, spells of weather, faults of clients. */
export type FaultCounts = Map<string, number>;

/** The kinds, in the order in which they are told. */
export const FAULT_KINDS = ['kill', 'restart', 'redis kill', ...WEATHERS, 'switch', 'stall', 'absence'] as const;

function count(faults: FaultCounts, kind: string): void {
  faults.set(kind, (faults.get(kind) ?? 0) + 1);
}

/** Waits. @returns whether to go on: false once the signal is aborted. */
async function rest(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

export async function runServer(
  server: Pick<RestartableLab, 'end' | 'start'>,
  plan: Iterable<ServerFault>,
  faults: FaultCounts,
  signal: AbortSignal,
): Promise<void> {
  for (const fault of plan) {
    if (!(await rest(fault.afterMs, signal))) return;
    count(faults, fault.kind);
    await server.end(fault.kind === 'restart' ? 'SIGTERM' : 'SIGKILL');
    // To its end in any case: whoever stops the run finds a server to talk to.
    await sleep(fault.downMs);
    await server.start();
  }
}

/** Leaves the network without any impairment. */
export async function runNetwork(
  network: ImpairedNetwork,
  plan: Iterable<Weather>,
  pace: number,
  faults: FaultCounts,
  signal: AbortSignal,
): Promise<void> {
  const fair: Impairments = backgroundOf(pace);
  await network.set(fair);
  for (const { kind, afterMs, lastsMs, impairments } of plan) {
    if (!(await rest(afterMs, signal))) break;
    count(faults, kind);
    if (kind === 'cut of all') {
      await network.cutAll();
      continue;
    }
    await network.set(impairments);
    await rest(lastsMs, signal);
    await network.set(fair);
  }
  await network.set({});
}

/** Leaves the client reading, and connected or trying to. */
export async function runClient(
  { session, env }: ChaosClient,
  plan: Iterable<ClientFault>,
  faults: FaultCounts,
  signal: AbortSignal,
): Promise<void> {
  for (const fault of plan) {
    if (!(await rest(fault.afterMs, signal))) return;
    if (fault.kind === 'switch') {
      if (fault.to === session.status.transport) continue;
      count(faults, fault.kind);
      session.switchTo(fault.to);
      continue;
    }
    count(faults, fault.kind);
    if (fault.kind === 'stall') env.stall();
    else session.disconnect();
    await rest(fault.lastsMs, signal);
    if (fault.kind === 'stall') env.resume();
    else session.connect();
  }
}

export async function runPublisher(client: ChaosClient, plan: Iterable<Burst>, signal: AbortSignal): Promise<void> {
  let sent = 0;
  for (const { afterMs, texts } of plan) {
    if (!(await rest(afterMs, signal))) return;
    for (const ending of texts) {
      sent += 1;
      client.send(`${client.name} ${sent} ${ending}`);
    }
  }
}
