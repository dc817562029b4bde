// What Redis's errors, and its settings, mean for the person who runs the lab, and what can be done.

import { withoutPassword } from '../../command/redis-address.ts';
import { errorText } from '../../protocol/error-text.ts';
import { StoreError } from '../store.ts';

/** Redis's errors are known by how they begin. */
const REMEDIES: readonly (readonly [begins: string, remedy: string])[] = [
  ['OOM', 'is full: raise its maxmemory, or lower --retain and --dedupe-window of a new room'],
  ['READONLY', 'is a replica: --store must lead to the master'],
  ['LOADING', 'is loading its data: that passes'],
  ['MASTERDOWN', 'is a replica without its master: --store must lead to the master'],
  ['MISCONF', 'can’t write to its disk: make space there'],
  ['NOREPLICAS', 'has too few replicas in reach, fewer than its min-replicas-to-write: bring them back'],
  ['NOAUTH', 'wants a password: redis://USER:PASSWORD@HOST:PORT, best in LAB_STORE'],
  ['WRONGPASS', 'does not know this user and password'],
  [
    'NOPERM',
    'does not let this user do what the store needs: INFO, EVAL, EVALSHA, XREAD, XRANGE, HSET and what scripts call',
  ],
  ['BUSY', 'is busy with a script of somebody else'],
  ['UNBLOCKED', 'is a master no longer'],
  ['MOVED', 'is a node of a cluster, which is not supported: use one master, with replicas behind it'],
  ['ERR DB index', 'has no database of that number'],
  ['ERR SELECT', 'has no database of that number'],
  ['Hostname/IP does not match', 'has a certificate for another host: name the one in it in --store'],
  ...['self-signed certificate', 'unable to verify the first certificate', 'unable to get local issuer'].map(
    (begins) => [begins, 'has a certificate of an unknown authority: name its file in NODE_EXTRA_CA_CERTS'] as const,
  ),
];

/** What does not pass by waiting. */
const FOR_GOOD = [
  'NOAUTH',
  'WRONGPASS',
  'NOPERM',
  'ERR DB index',
  'ERR SELECT',
  'Hostname/IP',
  'self-signed',
  'unable to',
];

/** Whether it is in vain to try again before somebody has changed something. */
export function isForGood(error: unknown): boolean {
  const text = errorText(error);
  return text.includes(UNUSABLE) || FOR_GOOD.some((begins) => text.startsWith(begins));
}

/** The words that scripts refuse with. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['replica', 'is a replica: --store must lead to the master'],
  [
    'many-ids',
    'remembers as many ids as --max-ids allows, and takes no more until some are old enough to be forgotten',
  ],
]);

/** @returns the error with the address and a remedy; an error that has them already is given back as it is. */
export function redisProblem(shown: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const text = withoutPassword(errorText(error) || String(error));
  const remedy = REMEDIES.find(([begins]) => text.startsWith(begins))?.[1];
  return new StoreError(`the store ${shown} ${remedy ?? `can’t be reached: ${text}`}`, { cause: error });
}

export function redisRefusal(shown: string, word: string): StoreError {
  return new StoreError(`the store ${shown} ${REFUSALS.get(word) ?? `was opened anew: ${word}`}`);
}

const UNUSABLE = 'can’t be used, it is ';
const LEAST_MAJOR = 7;

/** What `INFO` says, field by field. */
function fieldsOf(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}

/**
 * @returns a sentence for each setting with which a receipt is worth less than it says, with the one that mends it.
 * @throws StoreError where the server can't be used at all.
 */
export function unsafeSettings(shown: string, info: string): string[] {
  const fields = fieldsOf(info);
  const is = (field: string, value: string) => fields.get(field) === value;
  const version = fields.get('redis_version') ?? '';
  if (Number.parseInt(version, 10) < LEAST_MAJOR) {
    throw new StoreError(`the store ${shown} ${UNUSABLE}Redis ${version}: it takes 7.0 or newer, or Valkey`);
  }
  if (is('cluster_enabled', '1')) {
    throw new StoreError(`the store ${shown} ${UNUSABLE}a node of a cluster: use one master`);
  }
  const found: string[] = [];
  if (is('aof_enabled', '0')) {
    found.push('keeps nothing of its last minutes where it is killed: set appendonly yes');
  }
  if (!is('maxmemory', '0') && !is('maxmemory_policy', 'noeviction')) {
    found.push(
      `throws keys away where it is full (${fields.get('maxmemory_policy')}): set maxmemory-policy noeviction`,
    );
  }
  if (!is('connected_slaves', '0') && !fields.has('min_slaves_good_slaves')) {
    found.push('goes on alone where it is cut off from its replicas, and loses that: set min-replicas-to-write 1');
  }
  return found.map((one) => `the store ${shown} ${one}`);
}
