// A race's lease: a room and an impaired network of its own on the server, and the trace of what happens there.

import { defined } from '../../../server/protocol/defined.ts';
import { errorText } from '../../../server/protocol/error-text.ts';
import type { Message } from '../../../server/protocol/messages.ts';
import { readText } from '../../transports/http/read-body.ts';
import type { HttpRequest, TransportEnv } from '../../transports/transport.ts';
import { isFields, parseJson } from '../../transports/wire/checks.ts';
import { wallClockMs } from './frame-messages.ts';
import type { NetworkConditions, TalkingBot } from './race-settings.ts';

const RACES_PATH = '/v1/lab/races';
/** Exchanges of the time of day from which the difference of the two clocks is taken: the quickest is the best. */
const CLOCK_SAMPLES = 8;

/** What the server's trace tells; `at` is on the page's own clock already. */
export type TraceEvent = { readonly at: number } & (
  | { readonly type: 'stored'; readonly message: Message }
  | {
      readonly type: 'request';
      readonly exchange: number;
      readonly method: string;
      readonly route: string;
      readonly target: string;
      readonly text: string;
      readonly bytes: number;
    }
  | { readonly type: 'response'; readonly exchange: number; readonly text: string; readonly bytes: number }
  | { readonly type: 'ended'; readonly exchange: number }
  | {
      readonly type: 'handshake';
      readonly connection: number;
      readonly route: string;
      readonly target: string;
      readonly request: string;
      readonly response: string;
    }
  | {
      readonly type: 'frame';
      readonly connection: number;
      readonly direction: 'in' | 'out';
      /** In base64, as the payload is. */
      readonly header: string;
      readonly payload: string;
      readonly payloadBytes: number;
    }
  | { readonly type: 'closed'; readonly connection: number }
  | { readonly type: 'cut'; readonly connections: number }
  | { readonly type: 'impairments'; readonly impairments: object }
);

export interface LeaseListener {
  event(event: TraceEvent): void;
  /** The trace has ended though nobody here ended it: the server has gone, or gave the race away. */
  lost(): void;
}

export interface Lease {
  /** The race's address, behind its network. */
  readonly url: string;
  impair(conditions: NetworkConditions): Promise<void>;
  setBot(bot: TalkingBot): Promise<void>;
  cut(): Promise<void>;
}

/** Why there is no lease: `off` where the lab's controls, or its races, are off, `full` where there are as many races as may be. */
export class LeaseError extends Error {
  override readonly name = 'LeaseError';
  readonly reason: 'off' | 'full' | 'failed';

  constructor(reason: 'off' | 'full' | 'failed', detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/**
 * Resolves when the trace has begun; rejects with a LeaseError.
 * @param signal gives everything back, then and before. Nothing is told after it.
 */
export async function openLease(env: TransportEnv, listener: LeaseListener, signal: AbortSignal): Promise<Lease> {
  const opened = await ask(env, 'POST', RACES_PATH, undefined, signal);
  if (opened.status === 404)
    throw new LeaseError('off', 'the server has no races: its lab controls, or its races, are off');
  if (opened.status === 503) throw new LeaseError('full', 'as many races are on as this server takes');
  const { id, url, trace } = isFields(opened.body) ? opened.body : {};
  if (opened.status !== 201 || typeof url !== 'string' || typeof trace !== 'string') {
    throw new LeaseError('failed', `the server answered ${opened.status}`);
  }
  const path = `${RACES_PATH}/${String(id)}`;
  // Where the server has gone, or gave the race away, the trace's end tells.
  const tell = async (method: 'PUT' | 'POST' | 'DELETE', where: string, body?: object) =>
    void (await ask(env, method, where, body).catch(() => undefined));
  signal.addEventListener('abort', () => void tell('DELETE', path));
  await openTrace(trace, listener, signal);
  // One after the other: over several connections a later wish could be heard before an earlier one, and be undone by it.
  let told = Promise.resolve();
  const steer = (method: 'PUT' | 'POST', where: string, body?: object) => {
    told = told.then(() => tell(method, where, body));
    return told;
  };
  return {
    url,
    impair: (conditions) => steer('PUT', path, { impairments: toImpairments(conditions) }),
    setBot: ({ messages, gapMs, everyMs }) => steer('PUT', path, { bot: { messages, gapMs, everyMs } }),
    cut: () => steer('POST', `${path}/cut`),
  };
}

/** Rejects with a LeaseError. */
async function ask(
  env: TransportEnv,
  method: HttpRequest['method'],
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const response = await env.request({ method, path, ...defined({ body: body && JSON.stringify(body), signal }) });
    return { status: response.status, body: parseJson(await readText(response.body)) };
  } catch (error) {
    throw new LeaseError('failed', errorText(error));
  }
}

/** The round trip is shared by both directions; jitter is added to each by half. */
function toImpairments(conditions: NetworkConditions): object {
  const { roundTripMs, jitterMs, silence, refuse, idleCutMs, holdAnswers } = conditions;
  const direction = { delayMs: roundTripMs / 2, jitterMs: jitterMs / 2 };
  return {
    clientToServer: direction,
    serverToClient: { ...direction, holdAnswers },
    blackhole: silence,
    refuse,
    ...(idleCutMs === null ? {} : { idleCutMs }),
  };
}

/** Resolves when it has begun and the difference of the clocks is known. */
function openTrace(path: string, listener: LeaseListener, signal: AbortSignal): Promise<void> {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  const clock = createClock();
  const askTime = () => socket.send(JSON.stringify({ type: 'clock', t: wallClockMs() }));
  signal.addEventListener('abort', () => socket.close());

  return new Promise((resolve, reject) => {
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const event = parseJson(data);
      if (signal.aborted || !isFields(event)) return;
      if (event['type'] === 'clock') {
        clock.take(Number(event['t']), Number(event['at']));
        if (clock.samples < CLOCK_SAMPLES) askTime();
        else resolve();
      } else if (event['type'] === 'hello') askTime();
      // What the server tells of its own room is trusted to have its members.
      else listener.event({ ...event, at: clock.toPage(Number(event['at'])) } as TraceEvent);
    };
    socket.onclose = () => {
      reject(new LeaseError('failed', 'the trace of the race could not be opened'));
      if (!signal.aborted) listener.lost();
    };
  });
}

/** The difference between the server's clock and the page's, by the exchange that took the least time. */
export function createClock(now: () => number = wallClockMs) {
  let best = Number.POSITIVE_INFINITY;
  let offset = 0;
  let samples = 0;
  return {
    get samples() {
      return samples;
    },
    take(askedAt: number, serverAt: number): void {
      const took = now() - askedAt;
      samples += 1;
      if (took >= best) return;
      best = took;
      offset = serverAt - (askedAt + took / 2);
    },
    toPage: (serverAt: number): number => serverAt - offset,
  };
}
