// Long polling (RFC 6202, section 2): ask, let the server hold the answer until there is something, and ask again.
import { WAIT_SECONDS } from '../../server/protocol/limits.ts';
import { createPoller } from './http/poller.ts';
import type { Transport, TransportConnection, TransportListener, TransportOptions } from './transport.ts';

const NAME = 'long-polling';

function open(options: TransportOptions, listener: TransportListener): TransportConnection {
  const { waitSeconds, pollPhaseMs = 0 } = options;
  let timer: ReturnType<typeof setTimeout>;
  let phaseMs = pollPhaseMs;

  const poller = createPoller(NAME, options, listener, {
    nextAnswerMs: () => phaseMs + waitSeconds * 1000,
    cleanUp: () => clearTimeout(timer),
  });

  async function goOn(): Promise<void> {
    phaseMs = 0;
    while ((await poller.poll(waitSeconds)) !== 'ended');
  }

  async function start(): Promise<void> {
    // A read from a cursor may be held, and until it is answered nobody knows that there is a server: so the first one
    // asks for the shortest hold.
    let outcome = await poller.poll(options.cursor === null ? undefined : WAIT_SECONDS.min);
    while (outcome === 'more') outcome = await poller.poll(WAIT_SECONDS.min);
    if (outcome === 'ended') return;
    if (phaseMs === 0) await goOn();
    else timer = setTimeout(() => void goOn(), phaseMs);
  }

  void start();
  return {
    publish: poller.publish,
    setPollIntervalMs() {
      // Long polling has no interval.
    },
    close: poller.close,
  };
}

export function createLongPollingTransport(): Transport {
  return {
    name: NAME,
    label: 'Long polling',
    summary: 'Asks, and the server holds the answer until there is a message or the hold is over; then it asks again.',
    pace: 'held',
    open,
  };
}
