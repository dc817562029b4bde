// What is measured: a lab as a child process, with everything off that would measure something else (limits, page,
// durable store); a lab that is deployed elsewhere; or a control.
import { type Stats, statsSchema } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';
import { type ChildServer, startChildServer } from './child-server.ts';
import { monotonicClock as clock } from './clock.ts';
import { createHttpCaller } from './http-caller.ts';
import { type ImpairedNetwork, longerBy, startImpairment } from './impaired.ts';
import type { Scope } from './scope.ts';

/** Of a window. */
export type Edge = 'begin' | 'end';

export interface Reading {
  /** When it was taken, on the bench's clock, in ms. */
  readonly at: number;
  /** The process's CPU time so far, in microseconds. */
  readonly cpuUs: number;
  /** When that was told, on the same clock: before or after `at`, by as much as a busy server lets wait. */
  readonly cpuAt: number;
  /** A lab's counters; null of a control, which has none. */
  readonly stats: Stats | null;
}

export interface ServerUnderTest {
  /** Where clients reach it, `http://HOST:PORT`: of a network, where one lies before it. */
  readonly origin: string;
  /** Of its process; null where it is not ours. */
  readonly pid: number | null;
  /** @returns the process's CPU time so far, in microseconds. */
  cpuUs(): Promise<number>;
  /** @returns the process's resident memory; where it is ours, after its garbage has been collected. */
  rssBytes(): Promise<number>;
  /** @param edge of the window: the asking itself is kept out of the CPU time between two readings, where that can be. */
  read(edge: Edge): Promise<Reading>;
  /** Rejects when the server ends, with the last lines it said; never resolves. One elsewhere is not watched. */
  readonly ended: Promise<never>;
  /** Ends a server of ours, and frees what the bench holds of it. May be called twice. */
  stop(): Promise<void>;
}

export interface LabUnderTest extends ServerUnderTest {
  /** Where it is reached without the network before it; the same as `origin` where there is none. */
  readonly directOrigin: string;
  /** @returns the server's counters, asked directly. */
  stats(): Promise<Stats>;
}

const LAB_FLAGS = [
  ...['--host', '127.0.0.1'],
  ...['--port', '0'],
  ...['--store', 'memory'],
  ...['--publish-rate', '0'],
  ...['--address-publish-rate', '0'],
  ...['--max-connections', '0'],
  ...['--max-connections-per-address', '0'],
  '--no-page-build',
];

/** @param flags more flags of the lab; a later one wins. */
export async function startLab(flags: readonly string[] = []): Promise<LabUnderTest & Pick<ChildServer, 'process'>> {
  const server = await startChildServer('server/main.js', [...LAB_FLAGS, ...flags]);
  const { stats, close } = statsReader(server.origin);
  return {
    ...server,
    pid: server.process.pid ?? null,
    directOrigin: server.origin,
    stats,
    read: async (edge) => {
      const atEnd = edge === 'end' ? await server.cpuReading() : null;
      const counted = await stats();
      const at = clock.now();
      const { cpuUs, at: cpuAt } = atEnd ?? (await server.cpuReading());
      return { at, cpuUs, cpuAt, stats: counted };
    },
    stop: async () => {
      close();
      await server.stop();
    },
  };
}

/** @returns a lab that somebody else runs: its CPU time is told with its counters, so that the asking is in it. */
export function attachLab(origin: string): LabUnderTest {
  const { stats, close } = statsReader(origin);
  const cpuOf = ({ process: { cpuUserUs, cpuSystemUs } }: Stats) => cpuUserUs + cpuSystemUs;
  return {
    origin,
    pid: null,
    directOrigin: origin,
    stats,
    cpuUs: async () => cpuOf(await stats()),
    rssBytes: async () => (await stats()).process.rssBytes,
    read: async () => {
      const counted = await stats();
      const at = clock.now();
      return { at, cpuUs: cpuOf(counted), cpuAt: at, stats: counted };
    },
    ended: new Promise<never>(() => undefined),
    stop: async () => close(),
  };
}

/** @param name of a program in bench/controls. */
export async function startControl(name: string): Promise<ServerUnderTest> {
  const server = await startChildServer(`bench/controls/${name}.js`, []);
  const read = async () => {
    const { cpuUs, at } = await server.cpuReading();
    return { at, cpuUs, cpuAt: at, stats: null };
  };
  return { ...server, pid: server.process.pid ?? null, read };
}

/**
 * Opens a network before a lab, without impairments.
 * @returns the same lab, as it is reached over the network. @param seed of what the network draws by chance.
 */
export async function openNetwork(
  scope: Scope,
  lab: LabUnderTest,
  seed?: number,
): Promise<{ readonly lab: LabUnderTest; readonly network: ImpairedNetwork }> {
  const network = await scope.open(startImpairment(lab.directOrigin, seed));
  return { lab: { ...lab, origin: network.origin }, network };
}

/**
 * Opens a lab that far away, or the one deployed elsewhere, which is as far away as it is. Where nothing is added to its
 * round trip, no network stands before it.
 */
export async function openLab(scope: Scope, target: string | null, addedRoundTripMs: number): Promise<LabUnderTest> {
  const near = await scope.open(target === null ? startLab() : attachLab(target));
  if (addedRoundTripMs === 0) return near;
  const { lab, network } = await openNetwork(scope, near);
  await network.set(longerBy(addedRoundTripMs));
  return lab;
}

function statsReader(origin: string): { stats(): Promise<Stats>; close(): void } {
  const http = createHttpCaller(origin, 1);
  return {
    stats: async () => {
      const answer = await http.call('GET', ROUTES.stats);
      if (answer.status !== 200) throw new Error(`${ROUTES.stats} was answered with ${answer.status}`);
      return readStats(answer.body);
    },
    close: http.close,
  };
}

function readStats(body: string): Stats {
  try {
    return statsSchema.parse(JSON.parse(body));
  } catch (error) {
    throw new Error(`${ROUTES.stats} was answered with something else than a lab’s counters`, { cause: error });
  }
}
