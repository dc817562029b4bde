// costs: what the server's processor takes, hot, for a message, a delivery, an empty request and silence, over the rates
// at which they come. Curves are drawn through it, and points beside them are predicted.
import type { BenchSettings, CostsWorkload, Scenario } from './scenario.ts';
import { CONTROLS, WAIT_SECONDS } from './steady.ts';

type Size = Pick<CostsWorkload, 'rounds' | 'silence' | 'warmUp'> & {
  readonly clients: readonly [number, number];
  readonly heldOutClients: number;
  readonly mostDeliveriesPerSecond: CostsWorkload['messages']['mostDeliveriesPerSecond'];
  readonly least: number;
  readonly shortestMs: number;
  readonly settleMs: number;
};

/** Curves need an interval, and so five rounds, however short they are. */
const ROUNDS = 5;
const FULL: Size = {
  rounds: ROUNDS,
  clients: [100, 1000],
  heldOutClients: 300,
  mostDeliveriesPerSecond: { clock: 40_000, held: 12_000, stream: 40_000 },
  least: 100,
  shortestMs: 1000,
  settleMs: 300,
  // As long as a heartbeat, so that every connection has one.
  silence: { clients: 1000, durationMs: 15_000 },
  warmUp: { sliceMs: 1000, mostMs: 8000, agreement: 0.05 },
};
/** To see that it works: the windows are too short for figures. */
const QUICK: Size = {
  ...FULL,
  clients: [20, 80],
  heldOutClients: 40,
  mostDeliveriesPerSecond: { clock: 8000, held: 3000, stream: 8000 },
  least: 3,
  shortestMs: 100,
  settleMs: 50,
  silence: { clients: 100, durationMs: 500 },
  warmUp: { sliceMs: 200, mostMs: 600, agreement: 0.05 },
};
const RATES = {
  full: { curve: [10, 25, 60, 150], heldOut: [40, 100], clock: [20, 100, 500, 2000, 6000, 18_000] },
  quick: { curve: [25, 100], heldOut: [50], clock: [100, 500, 2000] },
};
const HELD = { full: [20, 60, 200, 600, 1200, 2000], quick: [50, 200, 500] };
/** In the middle of the others. */
const CONTROL_RATE = 60;
/** The shortest that a client may ask for. */
const HOLD_SECONDS = 1;
const MOST_CONNECTIONS = 1000;
/** Windows hold whole intervals. */
const QUICK_POLL_INTERVAL_MS = 200;

export function costs(settings: BenchSettings): Scenario {
  const { textBytes, seed } = settings;
  const length = settings.size === 'quick' ? 'quick' : 'full';
  const size = length === 'quick' ? QUICK : FULL;
  const rates = RATES[length];
  const { rounds, silence, warmUp, least, shortestMs } = size;
  return {
    name: 'costs',
    question: 'What does the processor of the server take, and how does that depend on how busy it is?',
    workload: {
      kind: 'costs',
      rounds,
      messages: {
        rates: rates.curve,
        clients: size.clients,
        heldOut: { rates: rates.heldOut, clients: size.heldOutClients },
        controls: length === 'quick' ? [] : CONTROLS,
        controlRates: [CONTROL_RATE],
        mostDeliveriesPerSecond: size.mostDeliveriesPerSecond,
        leastMessages: least,
        shortestMs,
        settleMs: size.settleMs,
      },
      requests: {
        rates: { clock: rates.clock, held: HELD[length] },
        holdSeconds: HOLD_SECONDS,
        controls: ['bare-http'],
        mostConnections: MOST_CONNECTIONS,
        leastRequests: least,
        shortestMs,
      },
      silence,
      warmUp,
      textBytes,
      pollIntervalMs: length === 'quick' ? QUICK_POLL_INTERVAL_MS : settings.pollIntervalMs,
      waitSeconds: WAIT_SECONDS,
      seed,
    },
  };
}
