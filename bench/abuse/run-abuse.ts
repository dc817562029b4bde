// Plays one run: a server as `npm start` starts it, bystanders at one address, and at another one an attacker who does
// everything at once. When time is over the attacks stop, and the run waits until no bystander lacks anything.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatCursor } from '../../server/protocol/cursor.ts';
import { stragglers } from '../chaos/chaos-client.ts';
import { judge, type LaneVerdict } from '../chaos/oracle.ts';
import { readEnvironment } from '../environment.ts';
import { type ChildServer, startChildServer } from '../load/child-server.ts';
import { eventually } from '../load/eventually.ts';
import { createHttpCaller } from '../load/http-caller.ts';
import { inScope } from '../load/scope.ts';
import { attachLab } from '../load/server-under-test.ts';
import { packageRoot } from '../package-root.ts';
import { bytes as bytesText, count, duration } from '../run/format.ts';
import type { AbuseRun } from './abuse-file.ts';
import { attacks } from './attacker/index.ts';
import type { AttackerDone } from './attacker/orders.ts';
import { startAttacker } from './attacker-process.ts';
import { type Bystanders, createBystanders } from './bystanders.ts';
import type { AbuseSettings } from './flags.ts';

export interface AbuseHooks {
  /** Aborted: stop at once, leave nothing behind, and reject. */
  readonly signal: AbortSignal;
  /** Says what is being done now. @param part 0: attacks, 1: healing. */
  progress(part: number, step: string): void;
}

const CONNECT_MS = 30_000;
/** How long it may take until every bystander has everything: several of a session's longest delays. */
const HEAL_MS = 150_000;
const LOOK_MS = 200;
const PROGRESS_MS = 5000;
const PROBE_MS = 250;
const KIB = 1024;

/** Rejects where the server or the attacker ends, or the signal is aborted; nothing is left behind in any case. */
export function runAbuse(settings: AbuseSettings, { signal, progress }: AbuseHooks): Promise<AbuseRun> {
  return inScope(signal, async ({ open, atEnd, signal: inner }) => {
    const startedAt = new Date().toISOString();
    const folder = mkdtempSync(join(tmpdir(), 'transport-lab-abuse-'));
    atEnd(() => rmSync(folder, { recursive: true, force: true }));
    const server = await open(startServer(folder, settings));
    const lab = await open(attachLab(server.origin));
    const bystanders = await open(createBystanders(server.origin, settings.seed));
    progress(0, 'connecting the bystanders');
    for (const { session } of bystanders.clients) session.connect();
    if (!(await eventually(() => bystanders.clients.every(({ begun }) => begun), CONNECT_MS, inner, LOOK_MS))) {
      throw new Error('not every bystander was connected in time, before there was any attack');
    }
    const idleBytes = await server.rssBytes();

    const attacker = await open(
      startAttacker({
        origin: server.origin,
        localAddress: settings.address,
        only: settings.only,
        seed: settings.seed,
      }),
    );
    const quiet = new AbortController();
    const until = AbortSignal.any([inner, quiet.signal]);
    const talking = bystanders.talk(until);
    const probing = probe(server.origin, until);
    const tell = async () => {
      const peak = await server.peakRssBytes();
      progress(0, stepText(peak - idleBytes, bystanders, probing.longestMs()));
    };
    for (const deadline = performance.now() + settings.durationMs; performance.now() < deadline; await tell()) {
      await sleep(Math.min(PROGRESS_MS, Math.max(0, deadline - performance.now())), undefined, { signal: inner });
    }
    const done = await attacker.finish();
    quiet.abort();
    await Promise.all([talking, probing.over]);

    progress(1, 'waiting until every bystander has everything');
    let lacking: readonly string[] = [];
    const hasHealed = async () => {
      const { room } = await lab.stats();
      lacking = stragglers(bystanders.clients, formatCursor(room.epoch, room.head));
      return lacking.length === 0;
    };
    await eventually(hasHealed, HEAL_MS, inner, LOOK_MS);
    const { room, connectionsEnded } = await lab.stats();
    const networkPeakBytes = await networkPeak(server.origin);
    const sent = bystanders.clients.flatMap((client) => client.sent());
    const attackersMessages = bystanders.attackersMessages();
    const verdict = judge({
      durable: true,
      head: { epoch: room.epoch, seq: room.head },
      sent: [...sent, ...attackersMessages],
      receipts: bystanders.clients.flatMap((client) => client.receipts()),
      readers: bystanders.clients.map((client) => client.reader()),
    });
    return {
      schema: 1,
      startedAt,
      environment: environment(),
      settings: {
        seconds: settings.durationMs / 1000,
        seed: settings.seed,
        websocketEngine: settings.websocketEngine,
      },
      server: {
        idleBytes,
        peakBytes: await server.peakRssBytes(),
        leftBytes: await server.rssBytes(),
        networkPeakBytes,
        connectionsEnded,
      },
      waits: { deliveryMs: Math.round(bystanders.longestMs()), healthzMs: Math.round(probing.longestMs()) },
      bystanders: verdict.lanes.map(ledgerOf),
      messages: { sent: sent.length, receipted: verdict.receipted, attackers: attackersMessages.length },
      differences: [...lacking, ...verdict.differences],
      attacks: attackRows(done),
    };
  });
}

/** As `npm start` starts it, but for the port, the folder, and the page, which nobody builds. */
function startServer(folder: string, { websocketEngine }: AbuseSettings): Promise<ChildServer> {
  const store = `sqlite:${join(folder, 'room.db')}`;
  const flags = ['--port', '0', '--store', store, '--websocket-engine', websocketEngine, '--no-page-build'];
  return startChildServer('server/main.js', flags, startsNodeWith());
}

/** @returns the flags that `npm start` gives to Node. */
function startsNodeWith(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as PackageFile;
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

interface PackageFile {
  readonly scripts: { readonly start: string };
}

/** Asks, each time on a connection of its own, whether the server is alive. */
function probe(origin: string, signal: AbortSignal): { readonly over: Promise<void>; longestMs(): number } {
  let longest = 0;
  const asking = async () => {
    while (!signal.aborted) {
      const http = createHttpCaller(origin, 1);
      const since = performance.now();
      // One that is not answered has waited as well.
      await http.call('GET', '/healthz').catch(() => undefined);
      if (!signal.aborted) longest = Math.max(longest, performance.now() - since);
      http.close();
      await sleep(PROBE_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  return { over: asking(), longestMs: () => longest };
}

/** @returns the most resident memory of the lab's impairment proxy, where there is one and the system tells it. */
async function networkPeak(origin: string): Promise<number | null> {
  const http = createHttpCaller(origin, 1);
  try {
    const { pid }: { pid?: number } = JSON.parse((await http.call('GET', '/v1/lab/network')).body);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * KIB || null;
  } catch {
    // Not on this system, or it was not played.
    return null;
  } finally {
    http.close();
  }
}

function environment(): AbuseRun['environment'] {
  const { cpu, cores, os, node, commit, dirty } = readEnvironment([], null);
  return { cpu, cores, os, node, commit, dirty };
}

function ledgerOf(lane: LaneVerdict): AbuseRun['bystanders'][number] {
  const { expected, delivered, missing, duplicated, outOfOrder, receiptedLost } = lane;
  return { transport: lane.lane, expected, delivered, missing, duplicated, outOfOrder, receiptedLost };
}

function attackRows({ counts }: AttackerDone): AbuseRun['attacks'] {
  return attacks.flatMap(({ name, does }) => {
    const own = counts[name];
    return own === undefined ? [] : [{ name, does, ...own }];
  });
}

function stepText(beyondBytes: number, { clients, longestMs }: Bystanders, healthzMs: number): string {
  const deliveries = clients.reduce((sum, { counts }) => sum + counts.messages, 0);
  const waited = `waited ${duration(Math.round(longestMs()))} (a delivery), ${duration(Math.round(healthzMs))} (/healthz)`;
  return `${bytesText(Math.max(0, beyondBytes))} beyond idle, ${count(deliveries)} deliveries, ${waited}`;
}
