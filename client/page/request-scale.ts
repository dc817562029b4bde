// What a request of this browser weighs: the server counts the bytes of the page's own requests for its counters, and a
// poll differs from these by its path alone.
import type { TransportStats } from '../../server/protocol/messages.ts';
import { ROUTES } from '../../server/protocol/routes.ts';

export interface RequestScale {
  /** The counters of what belongs to no transport, each time that they were asked for. */
  sample(http: TransportStats | undefined): void;
  /** Bytes of a GET to `/`; null while that is not known. */
  readonly requestBytes: number | null;
}

export function createRequestScale(clientId: string): RequestScale {
  const pathBytes = `${ROUTES.stats}?client=${clientId}`.length;
  let last: TransportStats | undefined;
  let requestBytes: number | null = null;
  return {
    sample(http) {
      // One more than last time is that one itself; where there were others, who knows which.
      if (http !== undefined && last !== undefined && http.requests - last.requests === 1) {
        requestBytes = http.bytesIn - last.bytesIn - pathBytes + 1;
      }
      last = http;
    },
    get requestBytes() {
      return requestBytes;
    },
  };
}
