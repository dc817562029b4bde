// A client that sends: one opened transport with an identity, which publishes in the transport's own way.
import { requestJoin } from '../../client/session/joining.ts';
import { createNodeEnv } from '../../client/transports/env-node.ts';
import type { Transport } from '../../client/transports/transport.ts';
import type { Draft, Receipt } from '../../server/protocol/messages.ts';

export interface SenderOptions {
  readonly transport: Transport;
  /** Where it reaches the lab, `http://HOST:PORT`. */
  readonly origin: string;
  readonly clientId: string;
  readonly signal: AbortSignal;
}

export interface Sender {
  /** Resolves with the server's word that the message is stored; rejects otherwise, and when the connection ends. */
  publish(draft: Draft): Promise<Receipt>;
  close(): void;
}

/** Polls take no part in sending, so a sender of a polling transport makes none after its first contact. */
const NEVER_MS = 3_600_000;
const HOLD_SECONDS = 30;

/** Resolves once the server has answered; rejects, with nothing left open, where it does not or the signal aborts. */
export async function openSender({ transport, origin, clientId, signal }: SenderOptions): Promise<Sender> {
  const env = createNodeEnv({ baseUrl: origin });
  try {
    const { token } = await requestJoin(env, clientId, 'Bench', signal);
    return await new Promise<Sender>((resolve, reject) => {
      const onAbort = () => connection.close();
      const connection = transport.open(
        {
          env,
          clientId,
          cursor: null,
          history: 0,
          pollIntervalMs: NEVER_MS,
          pollPhaseMs: NEVER_MS,
          waitSeconds: HOLD_SECONDS,
          presence: false,
        },
        {
          opened: () => {
            signal.removeEventListener('abort', onAbort);
            resolve({
              publish: (draft) => connection.publish(draft, token),
              close: () => {
                connection.close();
                env.close();
              },
            });
          },
          // After it was opened, the end is told by what can't be published any more.
          ended: ({ detail }) => {
            signal.removeEventListener('abort', onAbort);
            reject(new Error(`${clientId} could not be opened: ${detail}`));
          },
          received: () => undefined,
          reset: () => undefined,
          presence: () => undefined,
          alive: () => undefined,
        },
      );
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
    });
  } catch (error) {
    env.close();
    throw error;
  }
}
