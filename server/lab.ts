// What the parts of one running server share.
import type { Logger } from 'pino';
import type { LabConfig } from './config.ts';
import type { AddressGuard } from './guards/addresses.ts';
import type { ConnectionLimit } from './guards/connections.ts';
import type { RateLimit } from './guards/rate.ts';
import type { Tokens } from './guards/tokens.ts';
import type { Traces } from './lab-controls/traces.ts';
import type { Meter } from './metering/meter.ts';
import type { Room } from './room/room.ts';
import type { Store } from './stores/store.ts';
import type { Heartbeat } from './streams/heartbeat.ts';
import type { StallWatch } from './streams/outlet.ts';
import type { PresenceBoard } from './streams/presence-board.ts';

export interface Lab {
  readonly config: LabConfig;
  readonly store: Store;
  readonly room: Room;
  readonly meter: Meter;
  readonly tokens: Tokens;
  readonly addresses: AddressGuard;
  readonly connections: ConnectionLimit;
  /** Messages a second, per uid and per address. */
  readonly publishRates: { readonly uid: RateLimit; readonly address: RateLimit };
  readonly heartbeat: Heartbeat;
  readonly stalls: StallWatch;
  readonly presence: PresenceBoard;
  readonly log: Logger;
  /** null where lab controls are off. */
  readonly traces: Traces | null;
  /** Publishes that are under way, for a shutdown to wait for. */
  publishing: number;
  /** From the beginning of a shutdown: nothing new is taken. */
  draining: boolean;
}

/** @returns the ms after which one client is told to come back, so that all of them do not at once. */
export function spreadRetryMs(lab: Lab): number {
  return Math.round(Math.random() * lab.config.byeSpreadMs);
}
