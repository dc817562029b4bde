// The HTTP routes of version 1. Each transport's own read route is `/v1/<transport>`.

export const ROUTES = {
  join: '/v1/join',
  messages: '/v1/messages',
  presence: '/v1/presence',
  stats: '/v1/stats',
  healthz: '/healthz',
  readyz: '/readyz',
} as const;

/** @returns the path that a transport's reads go to. */
export function transportPath(transport: string): string {
  return `/v1/${transport}`;
}
