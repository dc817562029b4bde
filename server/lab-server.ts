// One running lab: the HTTP server, the hot path of transports and publishing, and the order of a shutdown.

import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import type { LabConfig } from './config.ts';
import { createAddressGuard } from './guards/addresses.ts';
import { admitHost, admitRoute, type Route } from './guards/admission.ts';
import { createConnectionLimit } from './guards/connections.ts';
import { createRateLimit } from './guards/rate.ts';
import { createTokens } from './guards/tokens.ts';
import { readHead, readTarget, toOriginForm } from './http/head.ts';
import { rawProblem, sendProblem } from './http/problems.ts';
import { parseQuery, type Query, QueryError } from './http/query.ts';
import { asksForWebSocket, isUnknownExpectation, replayPlain, responseFor } from './http/upgrade.ts';
import type { Lab } from './lab.ts';
import { createNetworkRoute } from './lab-controls/network-route.ts';
import { createTraces, type Trace } from './lab-controls/traces.ts';
import { CONFORMANCE_ECHO_PATH, createWebSocketEcho, LAB_ECHO_PATH } from './lab-controls/websocket-echo.ts';
import { HTTP, Meter } from './metering/meter.ts';
import { watchProcess } from './metering/process-stats.ts';
import { HEAD_BYTES } from './protocol/limits.ts';
import type { ProblemCode } from './protocol/problems.ts';
import { ROUTES, transportPath } from './protocol/routes.ts';
import { Room } from './room/room.ts';
import { createSite } from './site.ts';
import { openStore } from './stores/index.ts';
import type { Store } from './stores/store.ts';
import { createHeartbeat } from './streams/heartbeat.ts';
import { createStallWatch } from './streams/outlet.ts';
import { createPresenceBoard } from './streams/presence-board.ts';
import { transports } from './transports/index.ts';
import { answerPost } from './transports/publishing.ts';
import type { TransportHandler } from './transports/transport.ts';

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
 * can't be opened (StoreError).
 */
export async function startLabServer(config: LabConfig, store: Store = openStore(config)): Promise<LabServer> {
  const lab = await createLab(config, store);
  const processStats = watchProcess();
  const root = projectRoot();
  const network =
    lab.traces === null ? null : createNetworkRoute(root, () => ({ host: config.host, port: portOf(server) }));
  const site = createSite(lab, { root, processStats, network });
  const handlers = createRoutes(lab);

  const server = createServer({
    maxHeaderSize: HEAD_BYTES,
    keepAliveTimeout: config.keepAliveTimeoutMs,
    headersTimeout: headersTimeoutOf(config),
    requestTimeout: config.requestTimeoutMs,
    connectionsCheckingInterval: 1000,
    // A missing Host is answered like every other error, by admitHost.
    requireHostHeader: false,
  });
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    toOriginForm(request);
    const target = readTarget(request.url ?? '');
    const route = handlers.get(target.path);
    if (route !== undefined) answerRead(lab, route, request, response, target.query);
    else if (target.path === ROUTES.messages) answerMessages(lab, request, response, target.query);
    else {
      lab.meter.begin(request.socket, HTTP, target.path === ROUTES.stats ? null : clientOf(target.query));
      if (admitHost(lab, request, response, readHead(request))) site(request, response);
    }
  };
  server.on('request', handle);
  server.on('checkContinue', handle);
  const refuseExpectation = (request: IncomingMessage, response: ServerResponse) => {
    lab.meter.begin(request.socket, HTTP, null);
    sendProblem(response, 'expectation-failed', 'only "Expect: 100-continue" is understood', { close: true });
  };
  server.on('checkExpectation', refuseExpectation);
  server.on('connection', (socket: Socket) => {
    lab.meter.watch(socket);
    lab.connections.add(socket);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, behind: Buffer) => {
    toOriginForm(request);
    const target = readTarget(request.url ?? '');
    const route = handlers.get(target.path);
    if (route?.handler.upgrade === undefined || !asksForWebSocket(request)) {
      return replayPlain(server, request, socket, behind);
    }
    socket.on('error', () => socket.destroy());
    const response = responseFor(request, socket);
    if (isUnknownExpectation(request)) return refuseExpectation(request, response);
    answerRead(lab, route, request, response, target.query, { socket, behind });
  });
  server.on('clientError', answerClientError);

  const free = async () => {
    processStats.stop();
    await network?.close();
    await freeLab(lab);
  };
  try {
    await listen(server, config);
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
      closing ??= shutDown(lab, server, [...handlers.values()]).then(free);
      return closing;
    },
  };
}

async function createLab(config: LabConfig, store: Store): Promise<Lab> {
  const { countedClients, presenceLeaseMs } = config;
  const meter = new Meter({ transports, countedClients, presenceLeaseMs });
  return {
    config,
    store,
    room: await Room.open(store),
    meter,
    tokens: createTokens(store.secret),
    addresses: createAddressGuard(config),
    connections: createConnectionLimit(config.maxConnections, config.maxConnectionsPerAddress),
    publishRates: {
      uid: createRateLimit(config.publishRate),
      address: createRateLimit(config.addressPublishRate),
    },
    heartbeat: createHeartbeat(config.heartbeatMs),
    stalls: createStallWatch(config.stallMs),
    presence: createPresenceBoard(() => meter.presence()),
    traces: controlsOn(config) ? createTraces() : null,
    log: createLog(config),
    publishing: 0,
    draining: false,
  };
}

function createLog({ logLevel }: LabConfig): Logger {
  // Without a serializer an error's message would be missing from its line.
  const serializers = { error: pino.stdSerializers.err };
  return pino({ level: logLevel, serializers }, pino.destination({ fd: 2, sync: true }));
}

interface TransportRoute {
  readonly name: string;
  readonly handler: TransportHandler;
  readonly guard: Route;
  readonly upgradeGuard: Route;
}

/** The transports' routes by their paths, and the echo where it is asked for. */
function createRoutes(lab: Lab): Map<string, TransportRoute> {
  const routes = new Map(transports.map(({ name, create }) => [transportPath(name), routeOf(name, create(lab))]));
  const echo = routeOf(HTTP, createWebSocketEcho(lab));
  if (lab.traces !== null) routes.set(LAB_ECHO_PATH, echo);
  if (lab.config.conformance) routes.set(CONFORMANCE_ECHO_PATH, echo);
  return routes;
}

function controlsOn({ labControls, host }: LabConfig): boolean {
  return labControls === 'on' || (labControls === 'auto' && /^(localhost|127\.|::1$)/.test(host));
}

function routeOf(name: string, handler: TransportHandler): TransportRoute {
  const guard = { methods: ['GET'], whileDraining: handler.whileDraining === true };
  return { name, handler, guard, upgradeGuard: { ...guard, tellsOverload: true } };
}

/** A GET of a transport's route. A bad query is told after the guards, but its client is counted before them. */
function answerRead(
  lab: Lab,
  { name, handler, guard, upgradeGuard }: TransportRoute,
  request: IncomingMessage,
  response: ServerResponse,
  queryText: string,
  upgrade?: { socket: Socket; behind: Buffer },
): void {
  const query = tryQuery(queryText);
  const account = lab.meter.begin(request.socket, name, query instanceof QueryError ? null : query.client);
  const head = readHead(request);
  if (!admitHost(lab, request, response, head)) return;
  if (!admitRoute(lab, request, response, head, upgrade === undefined ? guard : upgradeGuard)) return;
  if (query instanceof QueryError) {
    sendProblem(response, 'invalid-parameter', query.message);
    return;
  }
  if (query.client !== null && name !== HTTP) lab.meter.moved(name, query.client);
  const trace = findTrace(lab, query);
  if (upgrade === undefined) trace?.exchange(request, response);
  const read = { request, response, head, query, account, trace };
  if (upgrade === undefined) handler.get(read);
  else handler.upgrade?.({ ...read, ...upgrade });
}

function findTrace({ traces }: Lab, { trace }: Query): Trace | undefined {
  return trace === null ? undefined : traces?.find(trace);
}

function answerMessages(lab: Lab, request: IncomingMessage, response: ServerResponse, queryText: string): void {
  const query = tryQuery(queryText);
  const bad = query instanceof QueryError ? query.message : viaProblem(query.via);
  const via = query instanceof QueryError || bad !== null ? null : query.via;
  const client = query instanceof QueryError ? null : query.client;
  const account = lab.meter.begin(request.socket, via ?? HTTP, client);
  const head = readHead(request);
  if (!admitHost(lab, request, response, head)) return;
  if (!admitRoute(lab, request, response, head, { methods: ['POST'] })) return;
  if (!(query instanceof QueryError)) findTrace(lab, query)?.exchange(request, response);
  void answerPost(lab, { request, response, via, account, problem: bad });
}

function tryQuery(text: string): Query | QueryError {
  try {
    return parseQuery(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
}

function clientOf(queryText: string): string | null {
  const query = tryQuery(queryText);
  return query instanceof QueryError ? null : query.client;
}

function viaProblem(via: string | null): string | null {
  if (via === null || transports.some(({ name }) => name === via)) return null;
  return `"via" must be ${transports.map(({ name }) => name).join(', ')}, or absent`;
}

const CLIENT_ERRORS: Readonly<Record<string, { code: ProblemCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { code: 'head-too-large', detail: `a request’s head may have at most ${HEAD_BYTES} bytes` },
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request-timeout', detail: 'the request took too long to arrive' },
};
const MALFORMED = { code: 'malformed-request', detail: 'this is not a well-formed HTTP/1.1 request' } as const;

/** What Node's parser refuses, and requests that take too long to arrive. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // Where the client is gone there is nobody to tell; where an answer has begun, a second one would pass for part of it.
  // Node names that answer only here.
  const { _httpMessage: underWay } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  if (error.code === 'ECONNRESET' || !socket.writable || underWay?.headersSent) return void socket.destroy();
  const { code, detail } = CLIENT_ERRORS[error.code ?? ''] ?? MALFORMED;
  socket.end(rawProblem(code, detail), () => socket.destroy());
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
  const deadline = performance.now() + lab.config.shutdownMs;
  while (performance.now() < deadline && (lab.publishing > 0 || connected.some((socket) => !socket.destroyed))) {
    server.closeIdleConnections();
    await nextLook();
  }
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of lab.meter.sockets()) socket.destroy();
  await closed;
}

async function freeLab({ heartbeat, stalls, presence, store }: Lab): Promise<void> {
  heartbeat.stop();
  stalls.stop();
  presence.stop();
  await store.close();
}

/** How often a shutdown looks whether all is done, in ms. */
const SHUTDOWN_LOOK_MS = 10;

function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SHUTDOWN_LOOK_MS));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** The folder of package.json, whether this runs from its source or from dist. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
