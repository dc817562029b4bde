// The path and query of a read: what all transports' reads have in common.
import { transportPath } from '../../../server/protocol/routes.ts';
import type { TransportOptions } from '../transport.ts';

/** @param waitSeconds for a long poll; absent: the server's default, and no other read knows it. */
export function readPath(
  transport: string,
  options: Pick<TransportOptions, 'clientId' | 'history'>,
  cursor: string | null,
  waitSeconds?: number,
): string {
  let path = `${transportPath(transport)}?client=${encodeURIComponent(options.clientId)}`;
  if (cursor !== null) path += `&cursor=${encodeURIComponent(cursor)}`;
  if (options.history !== undefined) path += `&history=${options.history}`;
  if (waitSeconds !== undefined) path += `&wait=${waitSeconds}`;
  return path;
}

/** The same for a stream, which also tells who is here, and beats as often as it is asked to. */
export function streamPath(transport: string, options: TransportOptions): string {
  let path = readPath(transport, options, options.cursor);
  if (options.heartbeatSeconds !== undefined) path += `&heartbeat=${options.heartbeatSeconds}`;
  if (options.presence) path += '&presence=1';
  return path;
}
