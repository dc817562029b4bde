// A transport whose connections the test plays by hand.

import type { Draft, Receipt } from '../../server/protocol/messages.ts';
import type { Pace } from '../../server/protocol/pace.ts';
import {
  PublishError,
  type Transport,
  type TransportListener,
  type TransportOptions,
} from '../transports/transport.ts';

export interface FakePublish {
  readonly draft: Draft;
  readonly token: string;
  resolve(receipt: Receipt): void;
  reject(error: PublishError): void;
}

export interface FakeLink {
  readonly options: TransportOptions;
  /** What the session gave: the test speaks to it as a transport would. */
  readonly listener: TransportListener;
  readonly publishes: readonly FakePublish[];
  readonly intervals: readonly number[];
  readonly closed: boolean;
}

export interface FakeTransport extends Transport {
  readonly links: readonly FakeLink[];
  /** The newest one. Throws where there is none. */
  readonly link: FakeLink;
}

export function createFakeTransport(name: string, pace: Pace = 'stream'): FakeTransport {
  const links: FakeLink[] = [];
  return {
    name,
    label: name,
    summary: name,
    pace,
    links,
    get link() {
      const last = links.at(-1);
      if (last === undefined) throw new Error(`${name} was never opened`);
      return last;
    },
    open(options, listener) {
      const publishes: FakePublish[] = [];
      const intervals: number[] = [];
      let closed = false;
      links.push({
        options,
        listener,
        publishes,
        intervals,
        get closed() {
          return closed;
        },
      });
      return {
        publish: (draft, token) =>
          new Promise((resolve, reject) => void publishes.push({ draft, token, resolve, reject })),
        setPollIntervalMs: (ms) => void intervals.push(ms),
        close() {
          if (closed) return;
          closed = true;
          listener.ended({ reason: 'closed', detail: 'closed by this client' });
          for (const { reject } of publishes) reject(new PublishError('the connection ended', null, null, null));
        },
      };
    },
  };
}
