// One message over the transports that are plain HTTP: requests as the browser sends them, and its own EventSource.
import { ROUTES, transportPath } from '../../../server/protocol/routes.ts';
import { requestJoin } from '../../session/joining.ts';
import { readText } from '../../transports/http/read-body.ts';
import type { HttpRequest, TransportEnv } from '../../transports/transport.ts';
import { isPage, parseJson } from '../../transports/wire/checks.ts';
import { eventPiece, httpPiece, type Piece } from './message-parts.ts';
import { type Scale, WEIGHED_TEXT, type Weight } from './scale.ts';
import type { TracedText } from './trace-events.ts';
import type { TraceLog } from './trace-log.ts';

/** Seconds that the long poll may be held; the message comes at once. */
const WAIT_SECONDS = '10';

export async function weighShortPolling(scale: Scale): Promise<Weight> {
  const path = transportPath('short-polling');
  const cursor = await headCursor(scale.env);
  await get(scale, path, { cursor });
  const empty = await exchangeOf(scale.log, 1, 'A poll that finds nothing', 'The answer: nothing');
  const publish = await post(scale, 'short-polling', 2);
  await get(scale, path, { cursor });
  const delivery = await exchangeOf(scale.log, 3, 'The next poll', 'The answer, with the message');
  return { opening: [], publish, delivery, empty };
}

export async function weighLongPolling(scale: Scale): Promise<Weight> {
  const held = get(scale, transportPath('long-polling'), { cursor: await headCursor(scale.env), wait: WAIT_SECONDS });
  // Otherwise the message might be there before the poll, which then would not be held.
  await scale.log.until('the poll', () => textsOf(scale.log, 'request', 1)[0]);
  const publish = await post(scale, 'long-polling', 2);
  await held;
  const delivery = await exchangeOf(scale.log, 1, 'A poll, which is held', 'The answer, once there is a message');
  return { opening: [], publish, delivery, empty: [] };
}

export async function weighSse(scale: Scale): Promise<Weight> {
  const { clientId, log } = scale;
  const query = new URLSearchParams({ client: clientId, history: '0', trace: log.trace });
  const source = new EventSource(`${transportPath('sse')}?${query}`);
  const answers = () => textsOf(log, 'response', 1);
  try {
    await log.until('the stream’s hello', () => answers().find(({ text }) => text.includes('event: hello')));
    const before = answers();
    const publish = await post(scale, 'sse', 2);
    const news = () => answers().slice(before.length);
    const event = await log.until('the event', () => news().find(({ text }) => text.includes(scale.id)));
    const opening = [
      ...textsOf(log, 'request', 1).map(({ text, bytes }) => httpPiece('The browser asks for the stream', text, bytes)),
      // The head, and then the first events.
      ...before.map(({ text, bytes }) =>
        (text.startsWith('HTTP/') ? httpPiece : eventPiece)('The stream begins', text, bytes),
      ),
    ];
    const delivery = [eventPiece('An event on the open stream', event.text, event.bytes)];
    return { opening, publish, delivery, empty: [] };
  } finally {
    source.close();
  }
}

async function get(scale: Scale, path: string, parameters: Record<string, string>): Promise<void> {
  const query = new URLSearchParams({ client: scale.clientId, ...parameters, trace: scale.log.trace });
  const held = parameters['wait'] === undefined ? {} : ({ held: true } as const);
  const { status } = await ask(scale.env, { method: 'GET', path: `${path}?${query}`, ...held });
  if (status !== 200 && status !== 204) throw new Error(`the server answered ${status} to a poll`);
}

/** Publishes the message. @param exchange the number that the trace gives to the request. */
async function post(scale: Scale, via: string, exchange: number): Promise<Piece[]> {
  const { env, identity, clientId, id, log } = scale;
  const known = identity.joined ?? (await requestJoin(env, clientId, undefined, new AbortController().signal));
  identity.keep(known);
  const query = new URLSearchParams({ via, client: clientId, trace: log.trace });
  const { status } = await ask(env, {
    method: 'POST',
    path: `${ROUTES.messages}?${query}`,
    headers: { authorization: `Bearer ${known.token}` },
    body: JSON.stringify({ id, text: WEIGHED_TEXT }),
  });
  if (status !== 201) throw new Error(`the server answered ${status} to a message`);
  return exchangeOf(log, exchange, 'The browser publishes by POST', 'The receipt');
}

/** Where the room stands now; not traced. */
async function headCursor(env: TransportEnv): Promise<string> {
  const path = `${transportPath('short-polling')}?history=0`;
  const { status, text } = await ask(env, { method: 'GET', path });
  const page = parseJson(text);
  if (!isPage(page)) throw new Error(`the server answered ${status} to a poll`);
  return page.cursor;
}

async function ask(env: TransportEnv, request: HttpRequest): Promise<{ status: number; text: string }> {
  const { status, body } = await env.request(request);
  return { status, text: await readText(body) };
}

/** Resolves with the request and the whole response, once that has ended. */
async function exchangeOf(log: TraceLog, exchange: number, asked: string, answered: string): Promise<Piece[]> {
  const isEnd = (event: TraceLog['events'][number]) => event.kind === 'ended' && event.number === exchange;
  await log.until('the end of a request', (events) => events.find(isEnd));
  const answers = textsOf(log, 'response', exchange);
  const text = answers.map((answer) => answer.text).join('');
  const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0);
  const requests = textsOf(log, 'request', exchange);
  return [
    ...requests.map((request) => httpPiece(asked, request.text, request.bytes)),
    httpPiece(answered, text, bytes),
  ];
}

function textsOf(log: TraceLog, kind: TracedText['kind'], exchange: number): TracedText[] {
  return log.events.filter((event): event is TracedText => event.kind === kind && event.exchange === exchange);
}
