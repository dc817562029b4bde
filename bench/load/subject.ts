// Whose turn it is: a transport of the lab, or a control, each time on a server of its own.
import type { Transport } from '../../client/transports/transport.ts';
import type { Pace } from '../../server/protocol/pace.ts';
import { attachLab, type LabUnderTest, type ServerUnderTest, startControl, startLab } from './server-under-test.ts';

export interface Subject {
  /** As the lanes have it. */
  readonly lane: { readonly transport: string } | { readonly control: string };
  readonly name: string;
  /** The client transport that reads from it. */
  readonly transport: string;
  readonly pace: Pace;
  start(): Promise<ServerUnderTest | LabUnderTest>;
}

/** Which transport's clients read from a control. */
export const CONTROL_TRANSPORTS: Readonly<Record<string, string>> = { 'bare-ws': 'websocket', 'bare-sse': 'sse' };

/** @param target a lab deployed elsewhere, or null: one is started each time. */
export function transportSubject({ name, pace }: Pick<Transport, 'name' | 'pace'>, target: string | null): Subject {
  return {
    lane: { transport: name },
    name,
    transport: name,
    pace,
    start: async () => (target === null ? startLab() : attachLab(target)),
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
    pace: transport.pace,
    start: () => startControl(control),
  };
}
