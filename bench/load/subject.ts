// What is measured: a transport of the lab, or a control, on a server of its own.
import type { Transport } from '../../client/transports/transport.ts';
import type { Stats } from '../../server/protocol/messages.ts';
import { startChildServer } from './child-server.ts';
import { monotonicClock as clock } from './clock.ts';
import { attachLab, type Lab, type LabProcess, startLab } from './lab-server.ts';

export interface MeasuredServer {
  readonly origin: string;
  /**
   * @param edge of the window: the asking itself is kept out of the CPU time between two readings.
   * @returns the process's CPU time so far, and the lab's counters; a control has none.
   */
  read(edge: Edge): Promise<Reading>;
  /** Of a lab: for what needs its counters and routes; null for a control. */
  readonly lab: Lab | null;
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

export type Edge = 'begin' | 'end';

export interface Reading {
  /** When it was taken, on the bench's clock, in ms. */
  readonly at: number;
  readonly cpuUs: number;
  readonly stats: Stats | null;
}

export interface Subject {
  /** As the lanes have it. */
  readonly lane: { readonly transport: string } | { readonly control: string };
  readonly name: string;
  /** The client transport that reads from it. */
  readonly transport: string;
  readonly streams: boolean;
  start(): Promise<MeasuredServer>;
}

/** Which transport's clients read from a control. */
export const CONTROL_TRANSPORTS: Readonly<Record<string, string>> = { 'bare-ws': 'websocket', 'bare-sse': 'sse' };

export function measuredLab(lab: LabProcess): MeasuredServer {
  const { origin, ended } = lab;
  return {
    origin,
    lab,
    read: async (edge) => {
      const endUs = edge === 'end' ? await lab.cpuUs() : 0;
      const stats = await lab.stats();
      const at = clock.now();
      return { at, cpuUs: edge === 'end' ? endUs : await lab.cpuUs(), stats };
    },
    ended,
    stop: () => lab.stop(),
  };
}

/** A lab elsewhere tells its CPU time with its counters, so that the asking is in it. */
function measuredElsewhere(lab: Lab): MeasuredServer {
  return {
    origin: lab.origin,
    lab,
    read: async () => {
      const stats = await lab.stats();
      return { at: clock.now(), cpuUs: stats.process.cpuUserUs + stats.process.cpuSystemUs, stats };
    },
    ended: lab.ended,
    stop: () => lab.stop(),
  };
}

/** @param target a lab deployed elsewhere, or null: one is started each time. */
export function transportSubject(
  { name, streams }: Pick<Transport, 'name' | 'streams'>,
  target: string | null,
): Subject {
  return {
    lane: { transport: name },
    name,
    transport: name,
    streams,
    start: async () => (target === null ? measuredLab(await startLab()) : measuredElsewhere(attachLab(target))),
  };
}

/** @returns the control, or null where the transport that it stands beside is not measured. */
export function controlSubject(control: string, transports: readonly Transport[]): Subject | null {
  const transport = transports.find(({ name }) => name === CONTROL_TRANSPORTS[control]);
  if (transport === undefined) return null;
  return {
    lane: { control },
    name: control,
    transport: transport.name,
    streams: transport.streams,
    start: async () => {
      const { origin, cpuUs, ended, stop } = await startChildServer(`bench/controls/${control}.js`, []);
      const read = async () => ({ cpuUs: await cpuUs(), at: clock.now(), stats: null });
      return { origin, lab: null, read, ended, stop };
    },
  };
}
