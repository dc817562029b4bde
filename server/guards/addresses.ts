// Which names and origins may use the lab: against DNS rebinding, and against other sites' pages.
// "Same-origin" is `scheme://Host` of an allowed Host; RFC 6454 section 4.

export interface AddressGuard {
  /** Whether a Host header names this lab. */
  hostAllowed(host: string): boolean;
  /** `same`: the lab's own page, or no page at all. `cross`: an allowed other site. */
  originOf(origin: string | null, host: string): 'same' | 'cross' | 'foreign';
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

export interface AddressGuardOptions {
  /** The address the server is bound to. */
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly allowOrigin: readonly string[];
}

export function createAddressGuard({ host: bound, allowHost, allowOrigin }: AddressGuardOptions): AddressGuard {
  const boundName = bound.includes(':') ? `[${bound}]` : bound;
  const names = new Set([...LOOPBACK_NAMES, boundName, ...allowHost].map((name) => name.toLowerCase()));
  const origins = new Set(allowOrigin);
  // Nearly every request has the same Host as the one before.
  let lastAllowed: string | null = null;

  return {
    hostAllowed: (host) => {
      if (host === lastAllowed) return true;
      const name = /^(\[[^\]]*\]|[^:]*)(?::\d{0,5})?$/.exec(host)?.[1];
      if (name === undefined || !names.has(name.toLowerCase())) return false;
      lastAllowed = host;
      return true;
    },
    originOf: (origin, host) => {
      if (origin === null || origin === `http://${host}` || origin === `https://${host}`) return 'same';
      return origins.has(origin) ? 'cross' : 'foreign';
    },
  };
}
