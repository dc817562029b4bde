// What a part of the race view is given, whoever builds it.

import type { RaceSettings } from './race-settings.ts';
import type { RaceRecord } from './record.ts';

/** The race that is on, as its parts see it. */
export interface RaceHost {
  /** Where its clients connect: the race's own port, or the lab itself where there are no leases. */
  readonly url: string | null;
  /** Whether there is a bot and a network to steer. */
  readonly steerable: boolean;
  /** Changes the race under way; what concerns the clients makes them connect anew. */
  set(change: Partial<RaceSettings>): void;
  /** A parameter of the address (`#race?name=value`); null: it is not there, or goes. */
  address(name: string): string | null;
  setAddress(name: string, value: string | null): void;
}

/** Makes a part of the view. It is called once, with the element that it fills. */
export type MakeRacePart = (mount: HTMLElement, host: RaceHost) => RacePart;

export interface RacePart {
  /** Called some times a second while the race is seen, and when it has begun anew: then the record is another one. */
  update(record: RaceRecord, settings: RaceSettings): void;
}
