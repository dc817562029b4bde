// The run file of the abuse suite, results/abuse.json: what docs/reliability.md draws its table from.
import * as z from 'zod';

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

export const abuseSchema = z
  .strictObject({
    schema: z.literal(1),
    startedAt: z.iso.datetime(),
    environment: z.strictObject({
      cpu: z.string(),
      cores: count,
      os: z.string(),
      node: z.string(),
      commit: z.string().nullable(),
      dirty: z.boolean().nullable(),
    }),
    settings: z.strictObject({
      seconds: z.number().positive().describe('how long all attacks went on at once'),
      seed: count,
      websocketEngine: z.enum(['ws', 'by-hand']),
    }),
    server: z.strictObject({
      idleBytes: bytes.describe('resident memory with its bystanders, before the first attack, after a collection'),
      peakBytes: bytes.describe('the most resident memory since its start, as the system tells it'),
      leftBytes: bytes.describe('resident memory when all was over, after a collection'),
      networkPeakBytes: bytes
        .nullable()
        .describe('the same of the impairment proxy, a process of its own; null: unknown'),
      connectionsEnded: z.record(z.string(), count).describe('connections that the server ended, by limit'),
    }),
    waits: z.strictObject({
      deliveryMs: z.number().describe('the longest from the sending of a text to its arrival at a bystander'),
      healthzMs: z.number().describe('the longest that a new connection waited for an answer of /healthz'),
    }),
    bystanders: z.array(
      z.strictObject({
        transport: z.string(),
        expected: count,
        delivered: count,
        missing: count,
        duplicated: count,
        outOfOrder: count,
        receiptedLost: count,
      }),
    ),
    messages: z.strictObject({ sent: count, receipted: count, attackers: count }),
    differences: z.array(z.string()).describe('what the oracle found; empty: every promise was kept'),
    attacks: z.array(
      z.strictObject({
        name: z.string(),
        does: z.string(),
        connections: count,
        refused: count,
        bytesSent: bytes,
        bytesRead: bytes,
      }),
    ),
  })
  .describe('A run of npm run abuse: everything that one address can do to a server, and what it cost.');

/** Where the run is that is shown, below the package's root. */
export const ABUSE_FILE = 'results/abuse.json';

export type AbuseRun = z.infer<typeof abuseSchema>;

/** Bytes beyond its idle size that a server may come to. */
export const MOST_BEYOND_IDLE_BYTES = 300_000_000;

export function beyondIdleBytes({ server }: AbuseRun): number {
  return Math.max(0, server.peakBytes - server.idleBytes);
}

/** @returns whether every promise was kept: nothing lost, and no more memory than is promised. */
export function isSound(run: AbuseRun): boolean {
  return run.differences.length === 0 && beyondIdleBytes(run) <= MOST_BEYOND_IDLE_BYTES;
}
