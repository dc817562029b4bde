// What the latencies of a scenario are the latencies of: the one map that tables, findings and charts read.
import { figureSpec } from './figures.ts';

export interface LatencyMeaning {
  /** Head of a table and title of an axis, without the unit. */
  readonly what: string;
  /** The topic under which findings rank them. */
  readonly about: string;
  /** Follows a mean in a title. */
  readonly per: string;
  /** Whether who asks by the clock waits for his next turn. */
  readonly waits: boolean;
}

const DELIVERY: LatencyMeaning = {
  what: 'Delivery latency',
  about: figureSpec('mean').finding?.about ?? '',
  per: 'from sending to receipt on average',
  waits: true,
};

const OTHERS: ReadonlyMap<string, LatencyMeaning> = new Map([
  ['burst', { ...DELIVERY, per: 'on average when many messages are sent at one instant' }],
  [
    'sending',
    {
      what: 'From publishing to receipt',
      about: 'Soonest stored',
      per: 'from publishing to receipt on average',
      waits: false,
    },
  ],
  [
    'first-message',
    {
      what: 'From opening to first message',
      about: 'Soonest there',
      per: 'from opening to first message on average',
      waits: false,
    },
  ],
]);

/** @param scenario its name. */
export function latencyMeaning(scenario: string): LatencyMeaning {
  return OTHERS.get(scenario) ?? DELIVERY;
}
