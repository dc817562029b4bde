// Everything that is not on the hot path: the page, the docs, join, presence, stats and health, as an Express app.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { admitRoute, type Route } from './guards/admission.ts';
import { isOutOfFiles, noFileLeft } from './guards/open-files.ts';
import type { StoreTask } from './guards/store-trouble.ts';
import { addressOf, networkOf } from './http/address.ts';
import { readJson } from './http/body.ts';
import { filesOf } from './http/files.ts';
import { readHead, readTarget } from './http/head.ts';
import { sendProblem } from './http/problems.ts';
import { parseQuery, type Query } from './http/query.ts';
import { describeIssue } from './http/schema-problem.ts';
import type { Lab } from './lab.ts';
import { NETWORK_METHODS, NETWORK_PATH, type NetworkRoute } from './lab-controls/network-route.ts';
import { createRaceRoutes, RACES_PATH, type RaceOutcome } from './lab-controls/races/race-routes.ts';
import type { Races } from './lab-controls/races/races.ts';
import type { ProcessStats } from './metering/process-stats.ts';
import { joinRequestSchema, type Stats } from './protocol/messages.ts';
import { ROUTES } from './protocol/routes.ts';
import type { MaybePromise } from './stores/store.ts';

/** Milliseconds after which a request may be repeated where the store is away. */
const STORE_RETRY_MS = 1000;

/** A stream of what one's own connections were on the wire; only where lab controls are on. */
const TRACE_PATH = '/v1/lab/trace';

export interface SiteOptions {
  /** The project's folder, with `dist/page` and `docs` in it. */
  readonly root: string;
  readonly processStats: ProcessStats;
  /** null where lab controls are off. */
  readonly network: NetworkRoute | null;
  /** null where lab controls are off. */
  readonly races: Races | null;
  /** Whether this is the lab of a race, whose frame stands in another lab's page. */
  readonly isRace: boolean;
}

export function createSite(lab: Lab, { root, processStats, network, races, isRace }: SiteOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  // A path is exactly what the protocol calls it, as on the hot path.
  app.enable('case sensitive routing');
  app.enable('strict routing');

  const route = (path: string, guard: Route, handler: RequestHandler) =>
    app.all(path, (request, response, next) => {
      if (!admitRoute(lab, request, response, readHead(request), guard)) return;
      return handler(request, response, next);
    });

  route(ROUTES.join, { methods: ['POST'] }, async (request, response) => {
    const body = await readJson(request, response);
    lab.meter.bodyEnded(request.socket);
    if (body === undefined) return;
    if (goodQuery(request, response) === null) return;
    const parsed = joinRequestSchema.safeParse(body);
    if (!parsed.success) return sendProblem(response, 'invalid-body', describeIssue(parsed.error));
    const retryAfterMs = lab.joinRate.take(networkOf(addressOf(request, lab.config.trustProxy)));
    if (retryAfterMs > 0) {
      return sendProblem(response, 'rate-limited', 'too many joins from there: join once, and keep the token', {
        retryAfterMs,
      });
    }
    sendJson(response, 201, lab.tokens.issue(parsed.data.name));
  });

  route(ROUTES.presence, { methods: ['GET'], whileDraining: true }, (request, response) => {
    if (goodQuery(request, response) !== null) sendJson(response, 200, lab.meter.presence());
  });

  route(ROUTES.stats, { methods: ['GET'], whileDraining: true }, async (request, response) => {
    const query = goodQuery(request, response);
    if (query === null) return;
    const { epoch, head } = lab.room;
    const retained = await askStore(lab, response, 'read', () => lab.room.retained());
    if (retained === null) return;
    const stats: Stats = {
      at: Date.now(),
      room: { epoch, head, retained },
      transports: lab.meter.read(query.client),
      slowReaders: lab.stalls.slowReaders(),
      connectionsEnded: lab.endings.counts,
      process: processStats.read(),
    };
    sendJson(response, 200, stats);
  });

  if (lab.controls && lab.traces !== null) {
    const { traces } = lab;
    route(TRACE_PATH, { methods: ['GET'] }, (_request, response) => {
      traces.open(response);
    });
  }

  if (network !== null) {
    route(NETWORK_PATH, { methods: NETWORK_METHODS }, async (request, response) => {
      const state = await network.act(request, response);
      lab.meter.bodyEnded(request.socket);
      if (state !== null) sendJson(response, 200, state);
    });
  }

  if (races !== null) {
    const { open, change, cut, end } = createRaceRoutes(races, lab.config.maxRaces);
    const tell = (response: Response, outcome: RaceOutcome) => {
      if (outcome?.status === 204) response.writeHead(204, { 'Cache-Control': 'no-store' }).end();
      else if (outcome !== null) sendJson(response, outcome.status, outcome.body);
    };
    route(RACES_PATH, { methods: ['POST'] }, async (_request, response) => tell(response, await open(response)));
    route(`${RACES_PATH}/:id`, { methods: ['PUT', 'DELETE'] }, async (request, response) => {
      const id = String(request.params['id']);
      const changed = request.method === 'PUT' ? await change(id, request, response) : await end(id, response);
      lab.meter.bodyEnded(request.socket);
      tell(response, changed);
    });
    route(`${RACES_PATH}/:id/cut`, { methods: ['POST'] }, (request, response) => {
      tell(response, cut(String(request.params['id']), response));
    });
  }

  route(ROUTES.healthz, { methods: ['GET'], always: true }, (_request, response) => {
    sendJson(response, 200, { status: 'alive' });
  });

  route(ROUTES.readyz, { methods: ['GET'], always: true }, async (_request, response) => {
    if (lab.draining)
      return sendProblem(response, 'shutting-down', 'the server is shutting down', { retryAfterMs: 1000 });
    if (lab.memory.isOver()) {
      const detail = 'the server has no memory for more connections';
      return sendProblem(response, 'too-many-connections', detail, { retryAfterMs: 1000 });
    }
    if (noFileLeft()) return sendOutOfFiles(response);
    const answer = await askStore(lab, response, 'append', () => lab.store.ready());
    if (answer !== null) sendJson(response, 200, { status: 'ready' });
  });

  const usual = securityHeaders(races === null ? {} : { 'frame-src': LOOPBACK_PORTS });
  const framed = securityHeaders({ 'frame-ancestors': ['http:'] }, false);
  app.use((request, response, next) => {
    (isRace && request.path === RACE_FRAME_PATH ? framed : usual)(request, response, next);
  });
  app.use('/docs', filesOf(join(root, 'docs')));
  app.use(filesOf(join(root, 'dist', 'page')));
  app.use((request, response) => notFound(root, request, response));
  app.use(errorHandler(lab.log));
  return app;
}

/** @returns null where it is bad, and the request was answered. */
function goodQuery({ url }: Request, response: Response): Query | null {
  const query = parseQuery(readTarget(url).query);
  if (query.problem === null) return query;
  sendProblem(response, 'invalid-parameter', query.problem);
  return null;
}

/** Resolves with what the store says, or with null where it is away and the request was answered with that. */
async function askStore<T>(
  { storeTrouble }: Pick<Lab, 'storeTrouble'>,
  response: Response,
  task: StoreTask,
  ask: () => MaybePromise<T>,
): Promise<T | null> {
  try {
    const asked = ask();
    // What it knows by heart says nothing of whether it works.
    if (!(asked instanceof Promise)) return asked;
    const answer = await asked;
    storeTrouble.worked(task);
    return answer;
  } catch (error) {
    storeTrouble.refused(task, error);
    const detail = 'the messages can’t be reached right now: come back later';
    sendProblem(response, 'store-unavailable', detail, { retryAfterMs: STORE_RETRY_MS });
    return null;
  }
}

/** The page of a race's four clients. */
const RACE_FRAME_PATH = '/race-frame.html';
/** Where a race's frame is. It may stand in any page of this machine: a source list can't name [::1]. */
const LOOPBACK_PORTS = ['http://127.0.0.1:*', 'http://localhost:*'];

/**
 * @param directives of the Content-Security-Policy, beside or in place of the usual ones.
 * @param xFrameOptions which knows no ports, and would forbid what `frame-ancestors` allows.
 */
function securityHeaders(
  directives: Readonly<Record<string, readonly string[]>>,
  xFrameOptions = true,
): RequestHandler {
  return helmet({
    xFrameOptions,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
        ...directives,
      },
    },
    // The lab speaks plain HTTP; whoever puts TLS before it decides about this there.
    strictTransportSecurity: false,
  });
}

function sendJson(response: Response, status: number, body: object): void {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(json),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(json);
}

function notFound(root: string, { path }: Request, response: Response): void {
  const unbuilt = path === '/' && !existsSync(join(root, 'dist', 'page', 'index.html'));
  const detail = unbuilt
    ? 'the page is not built: run npm run build, or start without --no-page-build'
    : 'there is nothing here: see /docs/protocol.md for the routes';
  sendProblem(response, 'not-found', detail);
}

function errorHandler(log: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    if (isOutOfFiles(error)) return sendOutOfFiles(response);
    if (isFileError(error)) return sendFileError(response, error);
    log.error({ error }, 'a request failed');
    sendProblem(response, 'internal-error', 'something went wrong here, and was logged', { close: true });
  };
}

function sendOutOfFiles(response: Response): void {
  const detail = 'the server has as many files open as it may (ulimit -n): come back later';
  sendProblem(response, 'too-many-connections', detail, { retryAfterMs: STORE_RETRY_MS });
}

/** An error that Express, or what serves its files, blames on the request. */
interface FileError {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function isFileError(error: unknown): error is FileError {
  return typeof error === 'object' && error !== null && 'status' in error && Number(error.status) < 500;
}

function sendFileError(response: Response, { status, headers = {} }: FileError): void {
  if (status === 412) {
    sendProblem(response, 'precondition-failed', 'the file is another one than was asked for');
  } else if (status === 416) {
    sendProblem(response, 'range-not-satisfiable', 'the file has no such bytes', { headers });
  } else {
    // A bad percent escape, say.
    sendProblem(response, 'malformed-request', 'the request’s path is malformed');
  }
}
