// The hot path: reads of the transports and publishing by POST, asked before Express.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { admitHost, admitRoute, type Route } from './guards/admission.ts';
import { readHead } from './http/head.ts';
import { sendProblem } from './http/problems.ts';
import { parseQuery } from './http/query.ts';
import type { Lab } from './lab.ts';
import { CONFORMANCE_ECHO_PATH, createWebSocketEcho, LAB_ECHO_PATH } from './lab-controls/websocket-echo.ts';
import { HTTP } from './metering/meter.ts';
import { transportPath } from './protocol/routes.ts';
import { transports } from './transports/index.ts';
import { answerPost } from './transports/post-message.ts';
import type { TransportHandler } from './transports/transport.ts';

export interface TransportRoute {
  readonly name: string;
  readonly handler: TransportHandler;
  readonly guard: Route;
  readonly upgradeGuard: Route;
}

/** @returns the transports' routes by their paths, and the echo where it is asked for. */
export function createRoutes(lab: Lab): Map<string, TransportRoute> {
  const routes = new Map(transports.map(({ name, create }) => [transportPath(name), routeOf(name, create(lab))]));
  const echo = routeOf(HTTP, createWebSocketEcho(lab.config));
  if (lab.controls) routes.set(LAB_ECHO_PATH, echo);
  if (lab.config.conformance) routes.set(CONFORMANCE_ECHO_PATH, echo);
  return routes;
}

export function routeOf(name: string, handler: TransportHandler): TransportRoute {
  const guard = { methods: ['GET'], whileDraining: handler.whileDraining === true };
  return { name, handler, guard, upgradeGuard: { ...guard, tellsOverload: true } };
}

/** A GET of a transport's route. A bad query is told after the guards, and counts for no client. */
export function answerRead(
  lab: Lab,
  { name, handler, guard, upgradeGuard }: TransportRoute,
  request: IncomingMessage,
  response: ServerResponse,
  queryText: string,
  upgrade?: { socket: Socket; behind: Buffer },
): void {
  const query = parseQuery(queryText);
  const account = lab.meter.begin(request.socket, name, query.client);
  const head = readHead(request);
  if (!admitHost(lab, request, response, head)) return;
  if (!admitRoute(lab, request, response, head, upgrade === undefined ? guard : upgradeGuard)) return;
  if (query.problem !== null) {
    sendProblem(response, 'invalid-parameter', query.problem);
    return;
  }
  if (query.client !== null && name !== HTTP) lab.meter.moved(name, query.client);
  const trace = lab.traces?.find(query.trace);
  if (upgrade === undefined) trace?.exchange(request, response);
  const read = { request, response, head, query, account, trace };
  if (upgrade === undefined) handler.get(read);
  else handler.upgrade?.({ ...read, ...upgrade });
}

/** A POST to `/v1/messages`. */
export function answerMessages(lab: Lab, request: IncomingMessage, response: ServerResponse, queryText: string): void {
  const query = parseQuery(queryText);
  const problem = query.problem ?? viaProblem(query.via);
  const via = problem === null ? query.via : null;
  const account = lab.meter.begin(request.socket, via ?? HTTP, query.client);
  const head = readHead(request);
  if (!admitHost(lab, request, response, head)) return;
  if (!admitRoute(lab, request, response, head, { methods: ['POST'] })) return;
  lab.traces?.find(query.trace)?.exchange(request, response);
  void answerPost(lab, { request, response, via, account, problem });
}

function viaProblem(via: string | null): string | null {
  if (via === null || transports.some(({ name }) => name === via)) return null;
  return `"via" must be ${transports.map(({ name }) => name).join(', ')}, or absent`;
}
