// What a scenario is: a workload as data. The runners play it; adding a scenario of a known kind is adding data.
import type { Pace } from '../../server/protocol/pace.ts';
import type { ClaimNumber } from '../run/claims.ts';
import type { Arrivals } from '../stats/conditions.ts';
import type { Climb } from '../stats/knee.ts';

/** What all workloads with messages on a schedule have in common. */
export interface PacedWorkload {
  readonly rounds: number;
  readonly arrivals: Arrivals;
  readonly textBytes: number;
  readonly durationMs: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly seed: number;
}

/** N clients of one transport at a time, on a server of their own, that follow the room. */
export interface BroadcastWorkload extends PacedWorkload {
  readonly kind: 'broadcast';
  /** Several: one step after the other on the same server, each with a window of its own. */
  readonly clients: readonly number[];
  readonly messagesPerSecond: number;
  /** Published at the same instant; `messagesPerSecond` counts them all. */
  readonly messagesAtOnce: number;
  /** Many messages before anything is measured: a fresh server's code is slow until it has run often. */
  readonly warmUpMs: number;
  readonly warmUpMessagesPerSecond: number;
  /** Messages at the nominal rate, not measured either, until polls bring no more of the warm-up's. */
  readonly settleMs: number;
  /** The controls that are measured beside the transports. */
  readonly controls: readonly string[];
  /** That a browser adds to each request: bytes are told with them too; absent: they are not. */
  readonly browserHeadBytes?: number;
}

/** Clients of all transports at once, in several cases at once, each with a server of its own. */
export interface ParallelWorkload extends PacedWorkload {
  readonly kind: 'parallel';
  /** Of each transport, in each case. */
  readonly clients: number;
  readonly cases: readonly ParallelCase[];
  readonly settleMs: number;
  /** Null: all. */
  readonly transports: readonly string[] | null;
}

export interface ParallelCase {
  readonly name: string;
  /** By the impairment proxy, half in each direction; the traffic goes through it with 0 too. */
  readonly addedRoundTripMs: number;
  readonly messagesPerSecond: number;
  /** Two by two, the second so long after the first; absent: each by itself. */
  readonly pairsApartMs?: number;
}

/** No messages at all, and N clients of each transport at once, each on a server of its own: what silence costs. */
export interface SilenceWorkload extends MemoryPlan {
  readonly kind: 'silence';
  /** Of each transport. */
  readonly clients: number;
  /** In which every polling client has begun. */
  readonly settleMs: number;
  /** A whole number of poll intervals and of holds. */
  readonly durationMs: number;
  readonly pollIntervalMs: number;
  readonly heartbeatMs: number;
  /** Whether hold and heartbeat are shorter than a real lab's, so that the figures are not those of one. */
  readonly shortened: boolean;
  /** That a browser adds to each request: bytes are told with them too; absent: they are not. */
  readonly browserHeadBytes?: number;
}

/** What open connections take, by the server's memory at several numbers of them. */
export interface MemoryPlan {
  /** In rising order; none: memory is not measured. */
  readonly memoryConnections: readonly number[];
  readonly memoryRounds: number;
  readonly waitSeconds: number;
  readonly seed: number;
}

/** A node on Redis, and beside each transport of it the same on the `memory` store, as its control. */
export interface NodesWorkload extends Omit<BroadcastWorkload, 'kind'>, MemoryPlan {
  readonly kind: 'nodes';
}

/** A known delay, the same transport twice, and the floor of the loader itself. */
export interface CalibrationWorkload extends PacedWorkload {
  readonly kind: 'calibration';
  readonly clients: number;
  readonly messagesPerSecond: number;
  /** From the server to the clients, by the impairment proxy. */
  readonly addedDelayMs: number;
  /** On either side: a processor that has nothing to do for a while wakes up late, and that must be alike for both. */
  readonly baseDelayMs: number;
  readonly warmUpMs: number;
}

/** Publish to receipt over each transport's own way of sending. */
export interface SendingWorkload extends PacedWorkload {
  readonly kind: 'sending';
  readonly messagesPerSecond: number;
  readonly addedRoundTripsMs: readonly number[];
  readonly warmUpMs: number;
}

/** From nothing to the first delivery: connection set-up included. */
export interface FirstMessageWorkload {
  readonly kind: 'first-message';
  readonly rounds: number;
  /** Openings per round and transport, one after the other. */
  readonly openings: number;
  readonly addedRoundTripsMs: readonly number[];
  readonly textBytes: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
}

/** Ever more connections of one transport, until something gives way. */
export interface CapacityWorkload {
  readonly kind: 'capacity';
  readonly maxClients: number;
  /** Opened per step; after each one a message must reach everybody. */
  readonly stepClients: number;
  /** How long a message may take to reach everybody, beyond a poll interval. */
  readonly deliveryTimeoutMs: number;
  /** After each step: how long it is watched how busy everybody is. */
  readonly holdMs: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly textBytes: number;
}

/** The same offline window for all transports, for each kind of fault. */
export interface RecoveryWorkload {
  readonly kind: 'recovery';
  readonly rounds: number;
  /** Of each transport, all at once. */
  readonly clients: number;
  readonly faults: readonly RecoveryFault[];
  readonly offlineMs: number;
  /** Published while the clients are offline (before the fault and after it where the server itself is down). */
  readonly messages: number;
  readonly textBytes: number;
  readonly heartbeatMs: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
}

/** `cut`: connections are reset, new ones refused. `blackhole`: nothing passes, nothing is closed. `kill`: SIGKILL. */
export type RecoveryFault = 'cut' | 'blackhole' | 'kill';

/** Readers that stop reading beside others that go on. */
export interface SlowReaderWorkload {
  readonly kind: 'slow-reader';
  readonly rounds: number;
  readonly stoppedReaders: number;
  readonly clients: number;
  readonly messagesPerSecond: number;
  readonly textBytes: number;
  readonly durationMs: number;
  readonly seed: number;
}

/** Ever more deliveries a second, to clients of one transport at a time that only count them, up to the server's limit. */
export interface SaturationWorkload {
  readonly kind: 'saturation';
  readonly rounds: number;
  readonly clients: number;
  /** Those among them whose latencies are read. */
  readonly sampledClients: number;
  /** At equal distances before the climb: what nothing else delays. */
  readonly quietMessages: number;
  readonly quietMessagesPerSecond: number;
  /** In deliveries a second. */
  readonly climb: Climb;
  /** Of each stretch of the climb; longer where that would hold few messages. */
  readonly stretchMs: number;
  readonly warmUpMs: number;
  readonly warmUpMessagesPerSecond: number;
  readonly textBytes: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly controls: readonly string[];
  readonly seed: number;
}

/** As many HTTP requests as the server answers, by autocannon, beside bare servers. */
export interface HttpCeilingWorkload {
  readonly kind: 'http-ceiling';
  readonly rounds: number;
  readonly connections: number;
  readonly textBytes: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** Published claims, each repeated by the least experiments that tell; several claims may share one. */
export interface FolkloreWorkload {
  readonly kind: 'folklore';
  readonly claims: readonly ClaimNumber[];
  /** All transports over several round trips and rates at once. */
  readonly distances: ParallelWorkload;
  /** Messages at equal distances, once rarer and once more frequent than round trips. */
  readonly samples: ParallelWorkload;
  /** A room in which nobody says anything. */
  readonly silence: SilenceWorkload;
  /** Very many clients that poll seldom. */
  readonly polls: SilenceWorkload;
  /** Ever more idle connections. */
  readonly memory: MemoryPlan;
  /** One message to very many. */
  readonly crowd: BroadcastWorkload;
  readonly outages: OutagesWorkload;
  readonly emptyPolls: EmptyPollsWorkload;
  readonly idleProxy: IdleProxyWorkload;
  readonly browser: BrowserWorkload;
}

/** A network that is away again and again, and clients of each transport that read on from their cursor, or begin anew. */
export interface OutagesWorkload {
  /** At once, the outages of each at other times. */
  readonly rounds: number;
  readonly outages: number;
  readonly everyMs: number;
  readonly offlineMs: number;
  /** From a connection's end to the next attempt. */
  readonly retryMs: number;
  readonly messagesPerSecond: number;
  readonly textBytes: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly seed: number;
}

/** Short polls, and how many of them find nothing, at several rates at once. */
export interface EmptyPollsWorkload {
  readonly clients: number;
  readonly messagesPerPoll: readonly number[];
  readonly pollIntervalMs: number;
  readonly durationMs: number;
  readonly textBytes: number;
  readonly seed: number;
}

/** Silent SSE streams through a proxy that ends what is silent for too long. */
export interface IdleProxyWorkload {
  /** Of each heartbeat. */
  readonly clients: number;
  readonly heartbeatsMs: readonly number[];
  readonly idleTimeoutMs: number;
  readonly durationMs: number;
}

/** More connections than a browser opens to one host. */
export interface BrowserWorkload {
  readonly http1Streams: number;
  readonly http2Streams: number;
  /** By the server, in one of two cases; in the other it names no number. */
  readonly http2Allowed: number;
  readonly webSockets: number;
  /** In which no more connection opens: then as many are open as ever will be. */
  readonly quietMs: number;
  /** Empty polls, one after the other, whose bytes are counted. */
  readonly polls: number;
}

/** What the server's processor takes for messages, deliveries, empty requests and silence, over rates and clients. */
export interface CostsWorkload {
  readonly kind: 'costs';
  readonly rounds: number;
  readonly messages: CostsOfMessages;
  readonly requests: CostsOfRequests;
  readonly silence: { readonly clients: number; readonly durationMs: number };
  /** The same code runs as in what is measured, in slices, until one takes as much CPU per event as the one before. */
  readonly warmUp: {
    readonly sliceMs: number;
    /** Then it is measured all the same, with a warning. */
    readonly mostMs: number;
    /** The share by which two slices may differ. */
    readonly agreement: number;
  };
  readonly textBytes: number;
  readonly pollIntervalMs: number;
  readonly waitSeconds: number;
  readonly seed: number;
}

export interface CostsOfMessages {
  /** Messages a second, from which the curves are drawn. */
  readonly rates: readonly number[];
  /** The fewest and the most, between which the slope is taken. */
  readonly clients: readonly [number, number];
  /** Points that no curve is drawn through, so that they can be predicted. */
  readonly heldOut: { readonly rates: readonly number[]; readonly clients: number };
  /** At which rates controls are measured beside. */
  readonly controlRates: readonly number[];
  readonly controls: readonly string[];
  /** More would fill a core of the server or the bench: a higher rate goes to fewer clients. By the transport's pace. */
  readonly mostDeliveriesPerSecond: Readonly<Record<Pace, number>>;
  /** A window lasts until so many messages have been sent. */
  readonly leastMessages: number;
  readonly shortestMs: number;
  /** Messages at the same rate before each window. */
  readonly settleMs: number;
}

export interface CostsOfRequests {
  /** Empty requests a second at the whole server, by the transport's pace; a stream makes none. */
  readonly rates: Readonly<Record<'clock' | 'held', readonly number[]>>;
  /** How long a held one is held; a rate takes so many clients. */
  readonly holdSeconds: number;
  readonly controls: readonly string[];
  readonly mostConnections: number;
  readonly leastRequests: number;
  readonly shortestMs: number;
}

export type Workload =
  | CostsWorkload
  | BroadcastWorkload
  | ParallelWorkload
  | SilenceWorkload
  | CalibrationWorkload
  | SendingWorkload
  | FirstMessageWorkload
  | CapacityWorkload
  | RecoveryWorkload
  | SlowReaderWorkload
  | SaturationWorkload
  | HttpCeilingWorkload
  | NodesWorkload
  | FolkloreWorkload;

export interface Scenario {
  readonly name: string;
  /** For people: the question that it answers. */
  readonly question: string;
  readonly workload: Workload;
}

/** How much time a run takes: a first look, the standard, or everything. */
export type RunSize = 'quick' | 'default' | 'full';

/** What a person chooses for a whole run; the scenarios are made from it. */
export interface BenchSettings {
  readonly size: RunSize;
  readonly transports: readonly string[];
  readonly scenarios: readonly string[];
  readonly clients: number;
  readonly messagesPerSecond: number;
  readonly arrivals: Arrivals;
  readonly textBytes: number;
  readonly durationMs: number;
  readonly rounds: number;
  readonly pollIntervalMs: number;
  /** Those that `folklore` repeats. */
  readonly claims: readonly ClaimNumber[];
  /** Whether bytes are told with a browser's heads too. */
  readonly browserHeads: boolean;
  /** Where `capacity` ends. */
  readonly maxClients: number;
  /** Processes that hold the clients. */
  readonly workers: number;
  /** A lab deployed elsewhere, as an origin; null: the bench starts its own. */
  readonly target: string | null;
  readonly seed: number;
}
