// Server-Sent Events (HTML Living Standard, section 9.2) over the environment's own request: unlike EventSource that
// sees statuses, works in Node alike, and leaves reconnecting to the session.
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { errorText } from '../../server/protocol/error-text.ts';
import { createPoster } from './http/poster.ts';
import { streamPath } from './http/read-path.ts';
import { readRefusal, refusalEnd } from './http/refusal.ts';
import type { HttpResponse, Transport, TransportConnection, TransportListener, TransportOptions } from './transport.ts';
import { parseJson } from './wire/checks.ts';
import { CLOSED_BY_US, lost, nonsense, unreachable } from './wire/ends.ts';
import { type GuardedListener, guardListener } from './wire/guarded-listener.ts';
import { createStreamReader } from './wire/stream-reader.ts';

const NAME = 'sse';
/** Characters of one unfinished event. A message's JSON is far smaller, so more is no event stream of ours. */
const MAX_EVENT_CHARACTERS = 256 * 1024;

/** Reads an event stream to its end, which it tells the listener; where that ends first, it stops. Never rejects. */
export async function readEvents(body: AsyncIterable<Uint8Array>, listener: GuardedListener): Promise<void> {
  const reader = createStreamReader(listener);
  const decoder = new TextDecoder('utf-8', { fatal: true });

  function onEvent(event: EventSourceMessage): void {
    if (listener.over) return;
    const end = reader.take(event.event ?? 'message', parseJson(event.data));
    if (end !== null) listener.ended(end);
  }
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent,
    onError(error) {
      // An unknown field or a bad retry is to be ignored, says the standard.
      if (error.type === 'max-buffer-size-exceeded') listener.ended(nonsense('an event without an end'));
    },
  });

  const chunks = body[Symbol.asyncIterator]();
  while (!listener.over) {
    let text: string;
    try {
      const next = await chunks.next();
      if (next.done === true) {
        listener.ended(lost('the server ended the stream'));
        return;
      }
      text = decoder.decode(next.value, { stream: true });
    } catch (error) {
      listener.ended(lost(`the stream broke off: ${errorText(error)}`));
      return;
    }
    parser.feed(text);
    reader.flush();
  }
}

function open(options: TransportOptions, toListener: TransportListener): TransportConnection {
  const { env } = options;
  const abort = new AbortController();
  const poster = createPoster(env, NAME, options.clientId);
  const listener = guardListener(toListener, () => {
    abort.abort();
    poster.close();
  });

  async function run(): Promise<void> {
    let response: HttpResponse;
    try {
      response = await env.request({
        method: 'GET',
        path: streamPath(NAME, options),
        headers: { accept: 'text/event-stream' },
        held: true,
        signal: abort.signal,
      });
      if (response.status !== 200) {
        listener.ended(refusalEnd(await readRefusal(response)));
        return;
      }
    } catch (error) {
      listener.ended(unreachable(`no answer: ${errorText(error)}`));
      return;
    }
    if (response.header('content-type')?.startsWith('text/event-stream') !== true) {
      listener.ended(nonsense('a body that is no event stream'));
      return;
    }
    listener.answered();
    await readEvents(response.body, listener);
  }

  void run();
  return {
    publish: (draft, token) => poster.publish(draft, token),
    setPollIntervalMs() {
      // A stream is not polled.
    },
    close() {
      listener.ended(CLOSED_BY_US);
    },
  };
}

export function createSseTransport(): Transport {
  return {
    name: NAME,
    label: 'Server-Sent Events',
    summary: 'One HTTP answer that never ends: the server writes each message into it. Sending takes a request.',
    pace: 'stream',
    open,
  };
}
