// What the proxy does to connections, as one declarative JSON value: what it leaves out is not impaired.
import * as z from 'zod/mini';
import { numberWithin, only, onOrOff, wholeNumberWithin } from '../http/body-schema.ts';

const MOST_DELAY_MS = 60_000;
const MOST_BYTES_PER_SECOND = 1_000_000_000;
const MOST_BYTES = 1_000_000_000_000;
const MOST_MEAN_MS = 3_600_000;
const MOST_SEED = 2 ** 32 - 1;

const direction = {
  delayMs: numberWithin(0, MOST_DELAY_MS, 'ms'),
  /** Each chunk waits this much longer at the most, evenly distributed. */
  jitterMs: numberWithin(0, MOST_DELAY_MS, 'ms'),
  bytesPerSecond: numberWithin(1, MOST_BYTES_PER_SECOND, 'bytes a second'),
  /** One byte a write, and at least so long from one to the next. */
  trickleIntervalMs: numberWithin(0, MOST_DELAY_MS, 'ms'),
  /** After exactly so many bytes of this direction both sides are reset. */
  cutAfterBytes: wholeNumberWithin(0, MOST_BYTES, ' (bytes)'),
  /** After exactly so many bytes this direction ends, and the other one goes on. */
  halfCloseAfterBytes: wholeNumberWithin(0, MOST_BYTES, ' (bytes)'),
};
const clientToServerSchema = z.partial(only(direction));
const serverToClientSchema = z.partial(
  only({
    ...direction,
    /** Each HTTP answer waits until it is complete or fills a buffer, as behind a proxy that buffers. */
    holdAnswers: onOrOff(),
  }),
);

/** What `PUT /v1/lab/network`, `--impairments` and the control channel take. */
export const impairmentsSchema = z.partial(
  only({
    clientToServer: clientToServerSchema,
    serverToClient: serverToClientSchema,
    /** Every connection is reset at a random time, after so many ms in the mean. */
    cutMeanMs: numberWithin(1, MOST_MEAN_MS, 'ms'),
    /** A connection on whose client's side no byte has passed in either direction for so many ms is ended, on both sides. */
    idleCutMs: wholeNumberWithin(1, MOST_MEAN_MS, ' (ms)'),
    /** Connections are accepted and kept, and nothing passes. */
    blackhole: onOrOff(),
    /** New connections are reset at once. */
    refuse: onOrOff(),
    /** A new connection's first bytes wait for the round trip that opening it would have taken. */
    connectRoundTrip: onOrOff(),
    /** Starts the draws anew; without it they go on. */
    seed: wholeNumberWithin(0, MOST_SEED, ''),
  }),
);
export type Impairments = z.infer<typeof impairmentsSchema>;

/** One direction with its defaults; what is not limited is infinite. */
export interface Direction {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
  readonly trickleIntervalMs: number | null;
  readonly cutAfterBytes: number;
  readonly halfCloseAfterBytes: number;
}

/** Impairments with their defaults. */
export interface Conditions {
  readonly clientToServer: Direction;
  readonly serverToClient: Direction;
  /** Whether answers of HTTP are held back; only from the server to the client. */
  readonly holdAnswers: boolean;
  readonly cutMeanMs: number;
  /** null: never. */
  readonly idleCutMs: number | null;
  readonly blackhole: boolean;
  readonly refuse: boolean;
  readonly connectRoundTrip: boolean;
}

const UNLIMITED = Number.POSITIVE_INFINITY;

function toDirection(given: z.infer<typeof clientToServerSchema> = {}): Direction {
  return {
    delayMs: given.delayMs ?? 0,
    jitterMs: given.jitterMs ?? 0,
    bytesPerSecond: given.bytesPerSecond ?? UNLIMITED,
    trickleIntervalMs: given.trickleIntervalMs ?? null,
    cutAfterBytes: given.cutAfterBytes ?? UNLIMITED,
    halfCloseAfterBytes: given.halfCloseAfterBytes ?? UNLIMITED,
  };
}

export function toConditions(given: Impairments): Conditions {
  return {
    clientToServer: toDirection(given.clientToServer),
    serverToClient: toDirection(given.serverToClient),
    holdAnswers: given.serverToClient?.holdAnswers ?? false,
    cutMeanMs: given.cutMeanMs ?? UNLIMITED,
    idleCutMs: given.idleCutMs ?? null,
    blackhole: given.blackhole ?? false,
    refuse: given.refuse ?? false,
    connectRoundTrip: given.connectRoundTrip ?? false,
  };
}
