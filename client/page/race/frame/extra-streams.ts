// Event streams as other tabs of the browser would have them open: what they show is the browser's own limit.
import { transportPath } from '../../../../server/protocol/routes.ts';

export interface ExtraStreams {
  /** Opens or ends streams until there are so many. */
  set(count: number): void;
}

/** @param changed is told how many have been answered, and how many wait for a connection. */
export function createExtraStreams(changed: (open: number, waiting: number) => void): ExtraStreams {
  const streams: EventSource[] = [];

  function tell(): void {
    const open = streams.filter((stream) => stream.readyState === EventSource.OPEN).length;
    changed(open, streams.length - open);
  }

  return {
    set(count) {
      while (streams.length > count) streams.pop()?.close();
      while (streams.length < count) {
        const stream = new EventSource(`${transportPath('sse')}?history=0&client=race-extra-${streams.length}`);
        stream.onopen = tell;
        stream.onerror = tell;
        streams.push(stream);
      }
      tell();
    },
  };
}
