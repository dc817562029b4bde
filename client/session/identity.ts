// Who the visitor is to the server: an identity got by joining, and got again where the server no longer knows it.
import type { Joined } from '../../server/protocol/messages.ts';
import { PublishError, type TransportEnv } from '../transports/transport.ts';
import { requestJoin } from './joining.ts';

export interface SessionIdentity {
  /** The last identity that the server gave, whether it still knows it or not. */
  readonly joined: Joined | null;
  /** Whether `joined` is one that the server is not known to refuse. */
  readonly usable: boolean;
  /** Whether one is being got. */
  readonly joining: boolean;
  /** Rejects with a PublishError where it is refused, and after `close`. */
  join(name: string | undefined): Promise<Joined>;
  /**
   * The server does not know a token (401).
   * @returns how many identities it refused in a row, where that is news; 0 where it is not.
   */
  refused(token: string): number;
  /** The server took the identity. */
  accepted(): void;
  close(): void;
}

/** @param given is told of each new identity, which `joined` then already is. */
export function createIdentity(
  env: TransportEnv,
  clientId: string,
  first: Joined | null,
  given: (joined: Joined) => void,
): SessionIdentity {
  const abort = new AbortController();
  let joined = first;
  let refusedToken: string | null = null;
  let refusedInARow = 0;
  let underWay = 0;

  return {
    get joined() {
      return joined;
    },
    get usable() {
      return joined !== null && joined.token !== refusedToken;
    },
    get joining() {
      return underWay > 0;
    },
    async join(name) {
      underWay += 1;
      let identity: Joined;
      try {
        identity = await requestJoin(env, clientId, name, abort.signal);
      } finally {
        underWay -= 1;
      }
      if (abort.signal.aborted) throw new PublishError('the session is closed', null, null, null);
      joined = identity;
      given(identity);
      return identity;
    },
    refused(token) {
      if (refusedToken === token) return 0;
      refusedToken = token;
      refusedInARow += 1;
      return refusedInARow;
    },
    accepted() {
      refusedInARow = 0;
    },
    close() {
      abort.abort();
    },
  };
}
