// One running lab: the HTTP server, what it hands to whom, and the order of a shutdown.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { LabConfig } from './config.ts';
import { admitHost } from './guards/admission.ts';
import { mostAccepted } from './guards/open-files.ts';
import { hostText } from './guards/own-addresses.ts';
import { answerMessages, answerRead, createRoutes, routeOf, type TransportRoute } from './hot-path.ts';
import { createClientErrors } from './http/client-errors.ts';
import { MOST_HEADERS, readHead, readTarget, toOriginForm } from './http/head.ts';
import { createLingering } from './http/lingering.ts';
import { createPipeline } from './http/pipeline.ts';
import { sendProblem } from './http/problems.ts';
import { parseQuery } from './http/query.ts';
import { asksForWebSocket, isUnknownExpectation, replayPlain, responseFor } from './http/upgrade.ts';
import { createLab, createLog, freeLab, type Lab } from './lab.ts';
import { createNetworkRoute } from './lab-controls/network-route.ts';
import { createRaceTrace, isTracePath } from './lab-controls/races/race-trace.ts';
import { createRaces } from './lab-controls/races/races.ts';
import { HTTP } from './metering/meter.ts';
import { watchProcess } from './metering/process-stats.ts';
import { projectRoot } from './project-root.ts';
import { HEAD_BYTES } from './protocol/limits.ts';
import { ROUTES } from './protocol/routes.ts';
import { createSite } from './site.ts';
import { openStore } from './stores/index.ts';
import type { Store } from './stores/store.ts';
import type { Traces } from './tracing/traces.ts';
import { transports } from './transports/index.ts';

export interface LabServer {
  /** `http://HOST:PORT`, with the port that was taken. */
  readonly url: string;
  /** TCP connections that are open now. */
  readonly connections: number;
  /**
   * Shuts down: says goodbye to every client, finishes what is under way, at most for `shutdownMs`, and frees
   * everything. Resolves when that is done; calling it again returns the same promise.
   */
  close(): Promise<void>;
}

/**
 * Resolves when the server accepts connections; rejects where it can't (a port in use: EADDRINUSE), or where its store
 * can't be opened (StoreError). `random`: a number in [0, 1), for the jitter of what clients are told.
 * `raceTraces`: given, this is the lab of a race, whose traces these are, and its frame may stand in the lab's page.
 */
export async function startLabServer(
  config: LabConfig,
  store?: Store,
  random: () => number = Math.random,
  raceTraces: Traces | null = null,
): Promise<LabServer> {
  const lab = await createLab(
    config,
    store ?? (await openStore(config, (line) => createLog(config).warn(line))),
    transports,
    random,
    raceTraces,
  );
  const processStats = watchProcess();
  const root = projectRoot();
  const network = lab.controls ? createNetworkRoute(root, () => ({ host: config.host, port: portOf(server) })) : null;
  const races = lab.controls
    ? createRaces(config, (raceConfig, raceStore, traces) => startLabServer(raceConfig, raceStore, random, traces))
    : null;
  const site = createSite(lab, { root, processStats, network, races, isRace: raceTraces !== null });
  const handlers = createRoutes(lab);
  const raceTrace = races === null ? undefined : routeOf(HTTP, createRaceTrace(races, config));
  const find = (path: string) => handlers.get(path) ?? (isTracePath(path) ? raceTrace : undefined);

  const server = createServer({
    maxHeaderSize: HEAD_BYTES,
    keepAliveTimeout: config.keepAliveTimeoutMs,
    headersTimeout: headersTimeoutOf(config),
    requestTimeout: config.requestTimeoutMs,
    connectionsCheckingInterval: 1000,
    // A missing Host is answered like every other error, by admitHost.
    requireHostHeader: false,
  });
  // Node drops what is beyond its own 2000, silently. With one more than can be, none is dropped from a head that fits.
  server.maxHeadersCount = MOST_HEADERS + 1;
  server.maxConnections = mostAccepted();
  server.on('drop', () => lab.connections.dropped());
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    toOriginForm(request);
    const target = readTarget(request.url ?? '');
    const route = find(target.path);
    if (route !== undefined) answerRead(lab, route, request, response, target.query);
    else if (target.path === ROUTES.messages) answerMessages(lab, request, response, target.query);
    else {
      lab.meter.begin(request.socket, HTTP, target.path === ROUTES.stats ? null : parseQuery(target.query).client);
      if (admitHost(lab, request, response, readHead(request))) site(request, response);
    }
  };
  const lingering = createLingering({
    ...config,
    // Who is one too many, or comes where there is no memory, is kept no longer than for its answer.
    mayLinger: (socket) => !lab.connections.isOver(socket) && !lab.memory.isOver(),
  });
  const pipeline = createPipeline(config.maxUnanswered, (socket) => lab.endings.end(socket, 'unanswered'));
  server.on('request', pipeline.inTurn(handle));
  server.on('checkContinue', pipeline.inTurn(handle));
  const refuseExpectation = (request: IncomingMessage, response: ServerResponse) => {
    lab.meter.begin(request.socket, HTTP, null);
    sendProblem(response, 'expectation-failed', 'only "Expect: 100-continue" is understood', { close: true });
  };
  server.on('checkExpectation', pipeline.inTurn(refuseExpectation));
  server.on('connection', (socket: Socket) => {
    lab.meter.watch(socket);
    lingering.watch(socket);
    lab.connections.add(socket, lab.memory.isOver());
  });
  const upgrade = (request: IncomingMessage, socket: Socket, behind: Buffer) => {
    toOriginForm(request);
    const target = readTarget(request.url ?? '');
    const route = find(target.path);
    if (route?.handler.upgrade === undefined || !asksForWebSocket(request)) {
      return replayPlain(server, request, socket, behind);
    }
    const response = responseFor(request, socket);
    if (isUnknownExpectation(request)) return refuseExpectation(request, response);
    answerRead(lab, route, request, response, target.query, { socket, behind });
  };
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    pipeline.takeOver(socket, head, (behind) => upgrade(request, socket, behind));
  });
  // Nobody's proxy. Without a listener Node would just end the connection.
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    pipeline.takeOver(socket, head, () => handle(request, responseFor(request, socket)));
  });
  server.on('clientError', createClientErrors(pipeline, lingering));

  const free = async () => {
    processStats.stop();
    await network?.close();
    await races?.close();
    await freeLab(lab);
  };
  try {
    await listen(server, config);
    // What can't be accepted is lost to who tried, and no reason to end.
    server.on('error', (error) => lab.log.error({ error }, 'a connection could not be accepted'));
  } catch (error) {
    await free();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    url: `http://${hostText(config.host)}:${portOf(server)}`,
    get connections() {
      return lab.meter.sockets().length;
    },
    close: () => {
      const routes = [...handlers.values(), ...(raceTrace === undefined ? [] : [raceTrace])];
      closing ??= shutDown(lab, server, routes).then(free);
      return closing;
    },
  };
}

/** Node refuses one that is longer than the timeout of the whole request. */
function headersTimeoutOf({ headersTimeoutMs, requestTimeoutMs }: LabConfig): number {
  return requestTimeoutMs === 0 ? headersTimeoutMs : Math.min(headersTimeoutMs, requestTimeoutMs);
}

function listen(server: Server, { port, host }: LabConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // A burst of reconnecting clients must find room in the queue.
    server.listen({ port, host, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function shutDown(lab: Lab, server: Server, routes: readonly TransportRoute[]): Promise<void> {
  lab.draining = true;
  for (const { handler } of routes) handler.drain();
  lab.traces?.close();
  // It goes on listening meanwhile, so that /readyz can say 503; who comes anew is told so and is not waited for.
  const connected = lab.meter.sockets();
  // Node takes a connection that has said nothing yet for a busy one; browsers open such ahead of time.
  for (const socket of connected) if (socket.bytesRead === 0) socket.destroy();
  const since = performance.now();
  const deadline = since + lab.config.shutdownMs;
  while (performance.now() < deadline && (lab.publishing > 0 || connected.some((socket) => !socket.destroyed))) {
    if (performance.now() >= since + IDLE_GRACE_MS) server.closeIdleConnections();
    await nextLook();
  }
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of lab.meter.sockets()) socket.destroy();
  await closed;
}

/**
 * How long a shutdown leaves idle connections open, in ms: a client that is between two polls is then told when to come
 * back, and does not find nobody.
 */
const IDLE_GRACE_MS = 300;
/** How often a shutdown looks whether all is done, in ms. */
const SHUTDOWN_LOOK_MS = 10;

function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SHUTDOWN_LOOK_MS));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
