// The run file, `results/<run>/run.json`: what it holds, as a schema, from which its types and `results/schema.json`
// come. What a scenario does not measure is left out, never 0.
import * as z from 'zod';
import { mapLatencies } from '../../client/closed-forms.ts';
import { plainTexts } from './plain-text.ts';

/** By less than this share nobody would choose, and two processes of one program differ by as much. */
export const MARGIN = 0.02;

const count = z.int().min(0);
const amount = z.number().min(0);

const figureSchema = z
  .strictObject({
    value: amount,
    low: amount.optional(),
    high: amount.optional(),
    rounds: z.array(amount).optional().describe('The figure of each round, in order; where there were several.'),
  })
  .describe('A figure over rounds: their geometric mean; from five rounds on with a 95 % interval, low to high.');

function latencies<Value extends z.ZodType>(value: Value) {
  return z.strictObject(mapLatencies(() => value));
}

const loaderSchema = z
  .strictObject({
    pacingLagMs: z
      .strictObject({ p50: amount, p99: amount, max: amount })
      .describe('How late the messages were sent, after their intended time. It is part of the latencies.'),
    eventLoopDelayMs: z.strictObject({ p50: amount, p99: amount }).describe("Delays of the bench's own event loop."),
    utilisation: amount.max(1).describe("Share of the time in which the bench's own event loop was busy."),
  })
  .describe('How busy the bench itself was: the median of the rounds.');

const predictedSchema = z.strictObject({
  latencyUs: latencies(amount).optional(),
  requests: amount.optional(),
  requestsPerDelivery: amount.optional(),
  requestsPerClientHour: amount.optional(),
  bytesIn: amount.optional(),
  bytesOut: amount.optional(),
  bytesPerDelivery: amount.optional(),
  bytesPerClientHour: amount.optional(),
  serverCpuShare: amount.optional(),
});

const laneSchema = z.strictObject({
  transport: z.string().optional().describe('The transport, or `http` for requests that belong to none.'),
  control: z.string().optional().describe('A minimal program, measured the same way, beside which to read the others.'),
  case: z.string().optional().describe('Which case of the scenario, where it has several.'),
  rounds: count,
  clients: count.optional(),
  addedRoundTripMs: amount.optional().describe('Added by the impairment proxy, half of it in each direction.'),
  roundTripMs: figureSchema.optional().describe('Measured: of an empty request on an open connection, median.'),
  messages: count.optional().describe('Messages intended within the measured windows of all rounds.'),
  messagesPerSecond: amount.optional().describe('The achieved rate of these messages.'),
  nominalPerSecond: amount
    .optional()
    .describe('The rate that was asked for: of messages, or where there are none of requests at the whole server.'),
  heldOut: z
    .boolean()
    .optional()
    .describe('True where no curve is drawn through this lane, so that it can be predicted from the others.'),
  expected: count
    .optional()
    .describe('Deliveries owed: messages stored, those of the warm-up too, times clients, in all rounds.'),
  delivered: count.optional().describe('Messages that reached a client, each counted once per client.'),
  missing: count.optional(),
  duplicated: count.optional(),
  outOfOrder: count.optional(),
  latencyUs: latencies(figureSchema)
    .optional()
    .describe(
      'From the intended time of sending to the receipt by each client, in microseconds. In `sending`, to the receipt ' +
        'that the message is stored; in `first-message`, from the opening of a transport to its first message.',
    ),
  lastReceiverUs: latencies(figureSchema)
    .optional()
    .describe('From the intended time of sending to the receipt by the last of all clients, in microseconds.'),
  requests: count.optional().describe('HTTP requests in the measured windows of all rounds.'),
  requestsPerDelivery: figureSchema.optional(),
  requestsPerClientHour: figureSchema.optional(),
  requestsPerSecond: figureSchema
    .optional()
    .describe('Answered. The ceiling where the server was saturated (serverCpuShare near 1), else a lower bound.'),
  bytesIn: count.optional().describe('Bytes from the clients in the measured windows, headers and framing included.'),
  bytesOut: count.optional().describe('Bytes to the clients in the measured windows, headers and framing included.'),
  bytesPerDelivery: figureSchema.optional().describe('In both directions.'),
  bytesPerClientHour: figureSchema.optional().describe('In both directions.'),
  serverCpuUsPerDelivery: figureSchema.optional().describe('CPU time of the server process, in microseconds.'),
  serverCpuUsPerRequest: figureSchema.optional().describe('CPU time of the server process, in microseconds.'),
  serverCpuUsPerMessage: figureSchema
    .optional()
    .describe('All CPU time of the server process in the window, in microseconds, by the messages in it.'),
  timedRequestsPerSecond: figureSchema
    .optional()
    .describe('Requests that time alone provoked, at the whole server: polls by the clock, and holds that ran out.'),
  serverCpuUsPerSecond: figureSchema
    .optional()
    .describe('CPU time of the server process, in microseconds a second, while nothing happened on its connections.'),
  serverCpuShare: figureSchema.optional().describe('CPU time of the server process, as a share of one core.'),
  serverCpuMsPerClientHour: figureSchema
    .optional()
    .describe('CPU time of the server process, in milliseconds, beyond that of a server without clients.'),
  memoryBytesPerConnection: figureSchema
    .optional()
    .describe("Resident memory of the server: the slope over several numbers of connections, each round's."),
  kernelBytesPerSocket: figureSchema
    .optional()
    .describe(
      "Memory of the kernel (slab and TCP's buffers, of the whole machine): the slope over connections, of which both " +
        'ends are here, halved. Not in the figure above; left out where the system does not tell it.',
    ),
  memory: z
    .array(z.strictObject({ connections: count, rssBytes: count }))
    .optional()
    .describe('Resident memory of the server at each number of connections: the median of the rounds.'),
  rssBytes: count.optional().describe('Resident memory of the server at its capacity, after garbage collection.'),
  connections: count.optional().describe('Open at once, all of them served, when the capacity was found.'),
  deliveriesAtKnee: figureSchema
    .optional()
    .describe('Deliveries a second, of all clients together, up to which latency stays about that of a quiet server.'),
  kneeIsBound: z
    .boolean()
    .optional()
    .describe(
      'True where the server was not used up when messages were late, or the climb ended: it can do that or more.',
    ),
  saturation: z
    .array(
      z.strictObject({
        deliveriesPerSecond: amount.describe('As many as were asked for.'),
        latencyUs: figureSchema.describe('Mean of the sampled clients, from the intended time of sending.'),
        serverCpuShare: figureSchema.describe('CPU time of the server process, as a share of one core.'),
        loaderUtilisation: amount.max(1).describe("Of the busiest of the bench's processes; the median of the rounds."),
      }),
    )
    .optional()
    .describe('The loads of the climb that most rounds tried, from the lowest to the highest.'),
  stoppedBy: z.string().optional().describe('What ended the search for the capacity.'),
  recovery: z
    .strictObject({
      detectMs: figureSchema.optional().describe('From the fault to when the clients notice it; mean of the clients.'),
      reconnectMs: figureSchema.optional().describe("From the fault's end to when they are connected again; mean."),
      caughtUpMs: figureSchema.optional().describe("From the fault's end to when a client has everything; mean."),
      allCaughtUpMs: figureSchema.optional().describe("From the fault's end to when the last client has everything."),
    })
    .optional(),
  unwrittenBytes: figureSchema
    .optional()
    .describe('Bytes that the server holds for each reader that stopped reading; the most that was seen.'),
  rssGrowthBytes: z
    .number()
    .optional()
    .describe('Resident memory of the server beyond that of the same run without the stopped readers; median.'),
  addedDelayMs: amount.optional().describe('A known delay that was added on purpose.'),
  measuredDelayMs: figureSchema.optional().describe('What was measured of it: the median of the rounds.'),
  ofControl: z
    .strictObject({
      control: z.string(),
      latencyP50: figureSchema.optional(),
      serverCpuUsPerDelivery: figureSchema.optional(),
      serverCpuUsPerRequest: figureSchema.optional(),
      memoryBytesPerConnection: figureSchema.optional(),
      requestsPerSecond: figureSchema.optional(),
      deliveriesAtKnee: figureSchema.optional(),
    })
    .optional()
    .describe("The lane's figures as multiples of the control's in the same rounds."),
  warmUp: z
    .strictObject({
      ms: figureSchema.describe('How long it took.'),
      settledRounds: count.describe('In how many rounds its last two slices agreed.'),
    })
    .optional()
    .describe(
      'The same code, run before anything was measured until two successive slices took as much CPU per event.',
    ),
  loader: loaderSchema.optional(),
  predicted: predictedSchema
    .extend({
      closedForm: predictedSchema
        .optional()
        .describe('The closed forms at the achieved rate; the others replay the schedule of this very run.'),
    })
    .optional()
    .describe('What the model predicts, under the names of what it predicts.'),
  spoiled: z
    .boolean()
    .optional()
    .describe('True where the bench itself was the limit: then these figures say nothing about the transport.'),
  warnings: z.array(z.string()),
});

const settingsSchema = z.record(z.string(), z.json());

const comparisonSchema = z
  .strictObject({
    figure: z.string().describe("The primary figure's name in a lane, as `latencyUs.mean`."),
    case: z.string().optional(),
    of: z.string().describe('A transport or control.'),
    to: z.string().describe('The one that it is compared with.'),
    ratio: figureSchema.describe("How many times the other's figure: paired by round, with a 99.5 % interval."),
    different: z.boolean().describe(`Whether the whole interval lies beyond the margin of ${MARGIN * 100} %.`),
  })
  .describe('Made from five rounds on.');

const claimSchema = z
  .strictObject({
    claim: z.int().min(1).describe('The number of the published claim, as docs/folklore.md lists them.'),
    figures: z.record(z.string(), figureSchema).describe('What was measured or computed of it, by name.'),
    open: z.string().optional().describe('Why there is no verdict: it was not run, or the bench itself was the limit.'),
    warnings: z.array(z.string()),
  })
  .describe('A published claim, repeated under its own conditions.');

const scenarioSchema = z.strictObject({
  name: z.string(),
  settings: settingsSchema,
  lanes: z.array(laneSchema),
  comparisons: z.array(comparisonSchema).optional(),
  claims: z.array(claimSchema).optional(),
  pinned: z
    .strictObject({ server: z.array(count), bench: z.array(count) })
    .nullable()
    .optional()
    .describe('The cores that the server and the bench were kept to; null where the system could not.'),
  othersShare: amount
    .optional()
    .describe(
      "Share of all processors' time that other programs used meanwhile; absent where the system does not tell.",
    ),
});

const environmentSchema = z.strictObject({
  cpu: z.string(),
  cores: count,
  memoryBytes: count,
  os: z.string(),
  node: z.string(),
  packages: z.record(z.string(), z.string()).describe('Versions of the packages that take part in the measurement.'),
  commit: z.string().nullable().describe('Null where the project is not in a git repository.'),
  dirty: z.boolean().nullable().describe('Whether anything but results/ and docs/ differed from the commit.'),
  flags: z.array(z.string()).describe('The flags of this run, without --out.'),
  quiet: z
    .strictObject({
      waitedMs: amount.describe('How long it was waited for a quiet machine.'),
      found: z.boolean().describe('Whether it was quiet before the limit: then the run began at once.'),
      busyShare: amount.describe("Share of all processors' time that was used in the last seconds of it."),
    })
    .optional()
    .describe('Of --wait-for-quiet.'),
  loadAverage: z.tuple([amount, amount, amount]).describe('At the start, over 1, 5 and 15 minutes.'),
});

export const runSchema = z.strictObject({
  schema: z.literal(1).describe('The version of this format.'),
  id: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().describe('When this file was written.'),
  complete: z.boolean().describe('False while the run goes on, and where it was interrupted or a scenario failed.'),
  environment: environmentSchema,
  settings: settingsSchema,
  scenarios: z.array(scenarioSchema),
  warnings: z.array(z.string()),
});

export type Run = z.infer<typeof runSchema>;
/** `low` and `high` are absent with fewer than five rounds, `rounds` where there was one. */
export type Figure = z.infer<typeof figureSchema>;
export type ScenarioResult = z.infer<typeof scenarioSchema>;
export type Lane = z.infer<typeof laneSchema>;
export type LoaderFigures = z.infer<typeof loaderSchema>;
export type Quiet = NonNullable<Environment['quiet']>;
export type Environment = z.infer<typeof environmentSchema>;
export type ClaimResult = z.infer<typeof claimSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
export type Predicted = z.infer<typeof predictedSchema>;
export type Settings = z.infer<typeof settingsSchema>;

/** @returns the lane's name for people: its transport, or its control. */
export function laneName(lane: Lane): string {
  return lane.transport ?? lane.control ?? '';
}

/** Below this share of a core the server was not what limited the rate of requests. */
export const SATURATED_CPU_SHARE = 0.85;

/** @returns whether the server's core was used up, so that it could answer no more; true where that is not known. */
export function isSaturated({ serverCpuShare }: Lane): boolean {
  return (serverCpuShare?.value ?? 1) >= SATURATED_CPU_SHARE;
}

/** @returns whether nothing was lost, repeated or reordered; true also where the lane keeps no ledger. */
export function ledgerCloses(lane: Lane): boolean {
  // A lane that had messages to send and owes nothing has stored none of them.
  if (lane.expected === 0 && (lane.messages ?? 0) > 0) return false;
  return (lane.missing ?? 0) === 0 && (lane.duplicated ?? 0) === 0 && (lane.outOfOrder ?? 0) === 0;
}

/** @returns the text of `run.json`. */
export function runFileText(run: Run): string {
  return `${JSON.stringify(run, null, 2)}\n`;
}

/** @returns the text of `results/schema.json`. */
export function runSchemaText(): string {
  const schema = z.toJSONSchema(runSchema, { reused: 'ref' });
  return `${JSON.stringify({ title: 'A run of the bench', ...schema }, null, 2)}\n`;
}

/** @throws where the text is not a run file of this version; the message says what is wrong. */
export function parseRunFile(text: string): Run {
  const result = runSchema.safeParse(plainTexts(JSON.parse(text)));
  if (result.success) return result.data;
  throw new Error(z.prettifyError(result.error));
}
