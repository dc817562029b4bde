// Short polling: ask at a fixed rate, be told "nothing" or what is new at once, and leave.
import { createPoller } from './http/poller.ts';
import type { Transport, TransportConnection, TransportListener, TransportOptions } from './transport.ts';

const NAME = 'short-polling';

function open(options: TransportOptions, listener: TransportListener): TransportConnection {
  const { env } = options;
  let intervalMs = Math.max(1, options.pollIntervalMs);
  /** When the next poll is due, on the environment's clock. */
  let slotAt = env.now() + (options.pollPhaseMs ?? intervalMs);
  let timer: ReturnType<typeof setTimeout>;
  let asking = false;

  const poller = createPoller(NAME, options, listener, {
    // A poll still under way at its slot makes the next one skip a slot, so two of them may pass.
    nextAnswerMs: () => Math.max(0, slotAt - env.now()) + intervalMs,
    cleanUp: () => clearTimeout(timer),
  });

  async function ask(): Promise<void> {
    asking = true;
    while ((await poller.poll()) === 'more');
    asking = false;
  }

  function onSlot(): void {
    // Slots that a late timer has missed (a sleeping tab) are skipped, so the rate is never made up for.
    slotAt += intervalMs * Math.max(1, Math.floor((env.now() - slotAt) / intervalMs) + 1);
    arm();
    if (!asking) void ask();
  }

  function arm(): void {
    timer = setTimeout(onSlot, Math.max(0, slotAt - env.now()));
  }

  arm();
  void ask();
  return {
    publish: poller.publish,
    setPollIntervalMs(pollIntervalMs) {
      if (poller.over) return;
      slotAt += Math.max(1, pollIntervalMs) - intervalMs;
      intervalMs = Math.max(1, pollIntervalMs);
      clearTimeout(timer);
      arm();
    },
    close: poller.close,
  };
}

export function createShortPollingTransport(): Transport {
  return {
    name: NAME,
    label: 'Short polling',
    summary: 'Asks at a fixed interval; the server answers at once, mostly with "nothing new".',
    pace: 'clock',
    open,
  };
}
