// Which names and origins may use the lab: against DNS rebinding, and against other sites' pages.
// "Same-origin" is `scheme://Host` of an allowed Host; RFC 6454 section 4.

import { isIP } from 'node:net';
import { hostText, isAnyAddress } from './own-addresses.ts';

export interface AddressGuard {
  /** Whether a Host header names this lab. */
  hostAllowed(host: string): boolean;
  /** `same`: the lab's own page, or no page at all. `cross`: an allowed other site. */
  originOf(origin: string | null, host: string): 'same' | 'cross' | 'foreign';
}

/** A browser leaves the port out of Origin where it is the scheme's own, and others may put it into Host. */
const DEFAULT_PORTS: Readonly<Record<string, RegExp>> = { http: /:(80)?$/, https: /:(443)?$/ };

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

export interface AddressGuardOptions {
  /** The address the server is bound to. */
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly allowOrigin: readonly string[];
}

export function createAddressGuard({ host: bound, allowHost, allowOrigin }: AddressGuardOptions): AddressGuard {
  const names = new Set([...LOOPBACK_NAMES, hostText(bound), ...allowHost].map((name) => name.toLowerCase()));
  // Bound to all addresses it goes by each of them, and DNS can't make a name of another's out of an address.
  const anyAddress = isAnyAddress(bound);
  const origins = new Set(allowOrigin);
  // Nearly every request has the same Host as the one before.
  let lastAllowed: string | null = null;

  return {
    hostAllowed: (host) => {
      if (host === lastAllowed) return true;
      const name = /^(\[[^\]]*\]|[^:]*)(?::\d{0,5})?$/.exec(host)?.[1];
      if (name === undefined) return false;
      if (!names.has(name.toLowerCase()) && !(anyAddress && isAddress(name))) return false;
      lastAllowed = host;
      return true;
    },
    originOf: (origin, host) => {
      if (origin === null || origin === `http://${host}` || origin === `https://${host}` || isOf(origin, host)) {
        return 'same';
      }
      return origins.has(origin) ? 'cross' : 'foreign';
    },
  };
}

/** Whether an origin is a host's, with the case and the default port that either may be written with. */
function isOf(origin: string, host: string): boolean {
  const [, scheme = '', authority = ''] = /^(https?):\/\/([^/]+)$/.exec(origin) ?? [];
  const port = DEFAULT_PORTS[scheme];
  if (port === undefined) return false;
  const plain = (text: string) => text.replace(port, '').toLowerCase();
  return plain(authority) === plain(host);
}

function isAddress(name: string): boolean {
  return name.startsWith('[') ? isIP(name.slice(1, -1)) === 6 : isIP(name) === 4;
}
