// Whose address a request counts for: its TCP peer, or the client that trusted proxies in front say it came from.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Each proxy adds whom it was asked by at the right end of X-Forwarded-For, so with N of them in front the Nth from the
 * right was written by the outermost, and what stands left of it by anybody. Where there is no such entry, or it is no
 * address, the request counts for its peer.
 * @param trustProxy how many proxies are in front; 0: the header is not looked at.
 */
export function addressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  trustProxy: number,
): string {
  const peer = socket.remoteAddress ?? '';
  if (trustProxy === 0) return peer;
  // Of a repeated header Node has joined the values with commas, in their order.
  const forwarded = String(headers['x-forwarded-for'] ?? '');
  return addressIn(forwarded.split(',').at(-trustProxy) ?? '') ?? peer;
}

/**
 * @returns what limits count as one: an IPv4 address, or the /64 of an IPv6 address, of which whoever has one has all.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [left = [], right = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = address.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** @returns the address of an entry, which some proxies write with a port, and IPv6 then in brackets; null for others. */
function addressIn(entry: string): string | null {
  const text = entry.trim();
  const [, bracketed, v4] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? v4 ?? text;
  const isAddress = bracketed === undefined ? isIP(address) > 0 : isIP(address) === 6;
  return isAddress ? address.toLowerCase() : null;
}
