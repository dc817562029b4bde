// `redis://user:password@host:port/db?room=name`: where a common log is. One address; `rediss://` is the same over TLS.

export interface RedisAddress {
  /** For the client library: without the room. */
  readonly url: string;
  /** Prefix of the log's keys. */
  readonly room: string;
  /** For people, and for logs: without the password. */
  readonly shown: string;
}

const ROOM_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
const DEFAULT_ROOM = 'room';

export const REDIS_SHAPE = 'redis://HOST:PORT/DB?room=NAME';

/** @returns the address, or a sentence's end on what would be right. */
export function parseRedisAddress(value: string): RedisAddress | string {
  if (!URL.canParse(value)) return `must be an address such as ${REDIS_SHAPE}`;
  const url = new URL(value);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') return `must be an address such as ${REDIS_SHAPE}`;
  if (url.hostname === '') return `must name a host, as ${REDIS_SHAPE} does`;
  if (!/^(\/\d{0,5})?$/.test(url.pathname)) return 'must have the number of a database as its path, or none';
  const strange = [...url.searchParams.keys()].find((key) => key !== 'room');
  if (strange !== undefined || url.hash !== '') return `must have nothing behind it but ?room=NAME`;
  const rooms = url.searchParams.getAll('room');
  const [room = DEFAULT_ROOM] = rooms;
  if (rooms.length > 1 || !ROOM_PATTERN.test(room)) return 'must have one room, of 1 to 64 of A-Z a-z 0-9 _ -';
  url.search = '';
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return { url: url.href, room, shown: bare.href };
}

/** @returns the text without the password that an address in it may have. */
export function withoutPassword(text: string): string {
  return text.replace(/(rediss?:\/\/)[^@/\s]*@/g, '$1…@');
}
