// A visitor that the server itself plays, where one person alone would see nothing: bursts of messages, by the clock.
import * as z from 'zod/mini';
import { only, wholeNumberWithin } from '../../http/body-schema.ts';
import type { StoreDraft } from '../../stores/store.ts';

/** Of a bot, however it spreads them. */
const MOST_PER_SECOND = 100;

/** What `PUT /v1/lab/races/<id>` takes as `bot`. */
export const botSchema = only({
  /** Messages of one burst; 0 stops the bot. */
  messages: wholeNumberWithin(0, 20, ''),
  /** From one message of a burst to the next. */
  gapMs: wholeNumberWithin(0, 10_000, ' (ms)'),
  /** From the beginning of one burst to that of the next. */
  everyMs: wholeNumberWithin(20, 60_000, ' (ms)'),
}).check(
  z.refine(
    ({ messages, everyMs }) => messages * 1000 <= everyMs * MOST_PER_SECOND,
    `must say at most ${MOST_PER_SECOND} messages a second`,
  ),
);
export type BotSettings = z.infer<typeof botSchema>;

export const SILENT: BotSettings = { messages: 0, gapMs: 0, everyMs: 1000 };

export interface Bot {
  /** Begins anew, with a burst after `everyMs`. */
  set(settings: BotSettings): void;
  stop(): void;
}

/** @param say stores one draft; what becomes of it is the store's to tell. */
export function createBot(say: (draft: StoreDraft) => void): Bot {
  const timers = new Set<NodeJS.Timeout>();
  let count = 0;

  function speak(): void {
    count += 1;
    say({ id: `bot-${count}`, from: 'bot', name: 'Bot', text: `Message ${count} of the bot`, via: 'http' });
  }

  function burst({ messages, gapMs }: BotSettings): void {
    for (let index = 0; index < messages; index += 1) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        speak();
      }, index * gapMs);
      timers.add(timer);
    }
  }

  function stop(): void {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  }

  return {
    set: (settings) => {
      stop();
      if (settings.messages > 0) timers.add(setInterval(() => burst(settings), settings.everyMs));
    },
    stop,
  };
}
