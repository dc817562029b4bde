// Who this tab is: the visitor's identity, kept so that a reload keeps it, and the client's id for the counters.
import type { Joined } from '../../server/protocol/messages.ts';
import { isJoined, parseJson } from '../transports/wire/checks.ts';
import type { TabStorage } from './tab-storage.ts';

const JOINED_KEY = 'transport-lab.joined';
const OWN_UIDS_KEY = 'transport-lab.own-uids';
/** Earlier identities of this tab that are still known as its own. */
const OWN_UIDS = 50;
const CLIENT_ID_BYTES = 12;

export interface TabIdentity {
  /** From earlier in this tab, or null. */
  readonly joined: Joined | null;
  keep(joined: Joined): void;
  /** Whether the uid is, or was, this tab's. */
  isOwn(uid: string): boolean;
}

export function createIdentity(storage: TabStorage): TabIdentity {
  let joined = readJoined(storage);
  const own = new Set(readUids(storage));

  return {
    get joined() {
      return joined;
    },
    keep(next) {
      joined = next;
      own.delete(next.uid);
      own.add(next.uid);
      storage.setItem(JOINED_KEY, JSON.stringify(next));
      storage.setItem(OWN_UIDS_KEY, JSON.stringify([...own].slice(-OWN_UIDS)));
    },
    isOwn: (uid) => own.has(uid),
  };
}

/**
 * @returns a new id for a client. One for each load of the page, so that a duplicated tab, which copies the session's
 * storage, is counted as a client of its own.
 */
export function createClientId(): string {
  // Not randomUUID: browsers have it in secure contexts only, and a lab is often opened by plain HTTP.
  const bytes = crypto.getRandomValues(new Uint8Array(CLIENT_ID_BYTES));
  return `page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function readJoined(storage: TabStorage): Joined | null {
  const joined = readJson(storage, JOINED_KEY);
  return isJoined(joined) ? joined : null;
}

function readUids(storage: TabStorage): string[] {
  const value = readJson(storage, OWN_UIDS_KEY);
  return Array.isArray(value) ? value.filter((uid) => typeof uid === 'string') : [];
}

/** @returns what is stored there; undefined where that is not ours. */
function readJson(storage: TabStorage, key: string): unknown {
  return parseJson(storage.getItem(key) ?? 'null');
}
