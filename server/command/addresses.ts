// Addresses to listen on, as people give them, and what is wrong with them in words.
import { isIPv6 } from 'node:net';
import { errorText } from '../protocol/error-text.ts';

/** RFC 1035, 2.3.4. */
const LONGEST_NAME = 253;

/** @returns what is wrong with an address to bind to, or null. Whether this machine has it shows when it is used. */
export function addressProblem(address: string): string | null {
  const isName = /^[A-Za-z0-9._-]+$/.test(address) && address.length <= LONGEST_NAME;
  if (isName || isIPv6(address)) return null;
  return 'must be an address or a name alone, such as 127.0.0.1 or ::1: no scheme, no port and no brackets';
}

/** @returns why a server can't listen there, in words. */
export function listenProblem(error: unknown, { host, port }: { host: string; port: number }): string {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return `port ${port} is in use: stop what uses it, or choose another one with --port`;
    case 'EACCES':
      return `port ${port} may not be used by this user: choose one above 1023 with --port`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return `this machine has no address ${host}: check --host`;
    default:
      return errorText(error);
  }
}
