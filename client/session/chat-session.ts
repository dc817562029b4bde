// The chat, whatever carries it: one session keeps every promise (each message once, in order, nothing missing or a
// reset; each text stored once) for all transports, which only move batches and drafts. Each promise is kept in a file of
// its own; here they are put together.
import { isTransient } from '../transports/http/refusal.ts';
import { PublishError } from '../transports/transport.ts';
import { createIdentity } from './identity.ts';
import { createLinkKeeper } from './link-keeper.ts';
import { createOutbox, type OutboxRoute } from './outbox.ts';
import { createPosition } from './position.ts';
import type { ChatSession, ChatSessionOptions } from './session-types.ts';
import { createSleepClock } from './sleep-clock.ts';

const GIVE_UP_AFTER_MS = 9 * 60_000;

/** Throws a RangeError where the transport is not in the list, or the cursor is malformed. Does not connect yet. */
export function createChatSession(options: ChatSessionOptions): ChatSession {
  const { env, clientId, listener, random = Math.random, wallClock = Date.now } = options;
  const clock = createSleepClock(
    () => env.now(),
    wallClock,
    () => {
      // First what is too old by now, so that a new connection does not send it again.
      outbox.woke();
      links.woke();
    },
  );
  const position = createPosition(options.cursor ?? null);
  const identity = createIdentity(env, clientId, options.joined ?? null, (joined) => {
    listener.joined?.(joined);
    outbox.pump();
  });
  const outbox = createOutbox({
    now: () => env.now(),
    elapsed: () => clock.now(),
    random,
    giveUpAfterMs: options.giveUpAfterMs ?? GIVE_UP_AFTER_MS,
    route,
    changed: (entry) => listener.outbox?.(entry),
  });
  const links = createLinkKeeper({
    options,
    position,
    clock,
    opened() {
      outbox.tryNow(false);
      outbox.pump();
    },
    outbox,
  });
  let over = false;

  async function joinToSend(): Promise<void> {
    try {
      // By the same name as before, where the server has forgotten it.
      await identity.join(identity.joined?.name);
    } catch (error) {
      if (over) return;
      if (!(error instanceof PublishError)) throw error;
      if (isTransient(error)) outbox.hold(error.retryAfterMs);
      else outbox.failAll(`could not join: ${error.message}`);
    }
  }

  function route(): OutboxRoute | null {
    const link = links.open;
    if (link === null) return null;
    const { joined, usable, joining } = identity;
    if (joined === null || !usable) {
      if (!joining) void joinToSend();
      return null;
    }
    return {
      usable: () => links.open === link,
      async publish(draft) {
        if (link.connection === null) throw new PublishError('the connection is closed', null, null, null);
        const receipt = await link.connection.publish(draft, joined.token);
        identity.accepted();
        return receipt;
      },
      identityRefused() {
        // At first a new one is got at once; where that is refused too, asking for more in haste does not help.
        if (identity.refused(joined.token) > 1) outbox.hold(null);
      },
    };
  }

  return {
    get status() {
      return links.status;
    },
    get pulse() {
      return links.pulse;
    },
    get cursor() {
      return position.cursor;
    },
    get joined() {
      return identity.joined;
    },
    get outbox() {
      return outbox.entries;
    },
    get outboxRetryAt() {
      return outbox.heldUntil;
    },
    connect: links.connect,
    tryNow() {
      const { state } = links.status;
      if (state === 'waiting') links.connect();
      if (state !== 'closed') outbox.tryNow(true);
    },
    hint(hint) {
      if (over) return;
      links.hint(hint);
      if (links.status.offline !== true) outbox.tryNow(false);
    },
    disconnect: links.disconnect,
    switchTo: links.switchTo,
    setPollIntervalMs: links.setPollIntervalMs,
    async join(name) {
      try {
        return await identity.join(name);
      } catch (error) {
        // What waited for this identity gets one by itself.
        outbox.pump();
        throw error;
      }
    },
    send(text) {
      const added = outbox.add(text);
      outbox.pump();
      return outbox.get(added.id) ?? added;
    },
    close() {
      if (over) return;
      over = true;
      outbox.close();
      identity.close();
      links.close();
    },
  };
}
