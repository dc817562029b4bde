// The lab's trace of one's own connections: a native EventSource, because that is all it takes.
import { errorText } from '../../../server/protocol/error-text.ts';
import type { TransportEnv } from '../../transports/transport.ts';
import { readTraceEvent, readTraceId, TRACE_EVENTS, type TraceEvent } from './trace-events.ts';

const TRACE_PATH = '/v1/lab/trace';
const NOT_FOUND = 404;

export interface TraceListener {
  /** What is asked for with this id from now on is traced. Called again, with a new one, after an interruption. */
  began(trace: string): void;
  event(event: TraceEvent): void;
  /** It broke off, and the browser is connecting again. */
  interrupted(): void;
  /** There is none: the server's lab controls are off. */
  off(): void;
  /** There is none for another reason. */
  failed(detail: string): void;
}

/** @returns what ends the trace; nothing is called after it. */
export function openTrace(env: TransportEnv, listener: TraceListener): () => void {
  const source = new EventSource(TRACE_PATH);
  const abort = new AbortController();

  async function explain(): Promise<void> {
    try {
      // EventSource keeps the status to itself.
      const { status } = await env.request({ method: 'GET', path: TRACE_PATH, held: true, signal: abort.signal });
      if (abort.signal.aborted) return;
      if (status === NOT_FOUND) listener.off();
      else listener.failed(`the server answered ${status}`);
    } catch (error) {
      if (!abort.signal.aborted) listener.failed(errorText(error));
    } finally {
      abort.abort();
    }
  }

  source.addEventListener('hello', ({ data }: MessageEvent<string>) => {
    const trace = readTraceId(data);
    if (trace !== null) listener.began(trace);
  });
  for (const name of TRACE_EVENTS) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      const event = readTraceEvent(name, data);
      if (event !== null) listener.event(event);
    });
  }
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) void explain();
    else listener.interrupted();
  });
  return () => {
    source.close();
    abort.abort();
  };
}
