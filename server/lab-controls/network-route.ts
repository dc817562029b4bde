// `/v1/lab/network`: puts the impairment proxy before this lab, and steers it. The proxy is a process of its own, which
// is started by the first PUT and ends with the lab.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { reachableHost } from '../guards/own-addresses.ts';
import { readJson } from '../http/body.ts';
import { sendProblem } from '../http/problems.ts';
import { describeIssue } from '../http/schema-problem.ts';
import type { Target } from '../network/connection.ts';
import { type Impairments, impairmentsSchema } from '../network/impairments.ts';
import type { ProxyState } from '../network/proxy.ts';
import { type ProxyProcess, startProxyProcess } from '../network/proxy-process.ts';
import { errorText } from '../protocol/error-text.ts';

export const NETWORK_PATH = '/v1/lab/network';
export const NETWORK_METHODS = ['GET', 'PUT', 'DELETE'];

export interface NetworkRoute {
  /**
   * Does what a request that has passed the guards asks for. Resolves with how things are then, or with null where the
   * request was refused and answered; never rejects.
   */
  act(request: IncomingMessage, response: ServerResponse): Promise<NetworkState | null>;
  /** Ends the proxy where there is one. Resolves when it is gone. */
  close(): Promise<void>;
}

/**
 * Connections through the proxy at a time: to the lab all of them come from its own machine, whose share they must leave
 * to others.
 */
const MOST_CONNECTIONS = 256;

/** What is told where no proxy runs: no address, no impairments. */
const NO_PROXY = { url: null, impairments: {} } as const;

export type NetworkState = ProxyState | typeof NO_PROXY;

/**
 * @param root the project's folder, with `dist` in it.
 * @param lab where the lab listens; asked for when a proxy is started.
 */
export function createNetworkRoute(root: string, lab: () => Target): NetworkRoute {
  let proxy: ProxyProcess | null = null;
  let closed = false;

  /** Resolves with how things are, or with null where the proxy is not to be had and that was answered. */
  async function set(impairments: Impairments, response: ServerResponse): Promise<ProxyState | null> {
    try {
      // Between here and the assignment nothing is awaited, so that no two are started, and none after the end.
      if (closed) throw new Error('the server is shutting down');
      if (proxy === null || proxy.ended) {
        const { host, port } = lab();
        const target = { host: reachableHost(host), port };
        proxy = startProxyProcess(root, target, target.host, MOST_CONNECTIONS);
      }
      return await proxy.ask({ set: impairments });
    } catch (error) {
      const why = errorText(error);
      sendProblem(response, 'internal-error', `the impairment proxy does not answer (is the lab built?): ${why}`);
      return null;
    }
  }

  async function put(request: IncomingMessage, response: ServerResponse): Promise<ProxyState | null> {
    const body = await readJson(request, response);
    if (body === undefined) return null;
    const given = impairmentsSchema.safeParse(body);
    if (given.success) return set(given.data, response);
    sendProblem(response, 'invalid-body', describeIssue(given.error));
    return null;
  }

  async function read(): Promise<NetworkState> {
    if (proxy === null || proxy.ended) return NO_PROXY;
    // It may end meanwhile: then there is none.
    return await proxy.ask({ stats: true }).catch(() => NO_PROXY);
  }

  return {
    act: (request, response) => {
      if (request.method === 'PUT') return put(request, response);
      const clears = request.method === 'DELETE' && proxy !== null && !proxy.ended;
      return clears ? set({}, response) : read();
    },
    close: async () => {
      closed = true;
      await proxy?.stop();
    },
  };
}
