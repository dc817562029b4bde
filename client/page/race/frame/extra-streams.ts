// Event streams as other tabs of the browser would have them open: what they show is the browser's own limit.
import { transportPath } from '../../../../server/protocol/routes.ts';
import { createBrowserEnv } from '../../../transports/env-browser.ts';

export interface ExtraStreams {
  /** Opens or ends streams until there are so many. */
  set(count: number): void;
}

interface ExtraStream {
  readonly ending: AbortController;
  open: boolean;
}

/** @param changed is told how many have been answered, and how many wait for a connection. */
export function createExtraStreams(changed: (open: number, waiting: number) => void): ExtraStreams {
  const env = createBrowserEnv();
  const streams: ExtraStream[] = [];

  function tell(): void {
    const open = streams.filter((stream) => stream.open).length;
    changed(open, streams.length - open);
  }

  async function read(stream: ExtraStream, path: string): Promise<void> {
    try {
      // As the lab's own tabs do, so that they share the connections of all that is held.
      const { body } = await env.request({ method: 'GET', path, held: true, signal: stream.ending.signal });
      stream.open = true;
      tell();
      for await (const _bytes of body);
    } catch {
      // It was ended here, or the network did it: which of them is the same to what it shows.
    }
    stream.open = false;
    if (!stream.ending.signal.aborted) tell();
  }

  return {
    set(count) {
      if (count === streams.length) return;
      while (streams.length > count) streams.pop()?.ending.abort();
      while (streams.length < count) {
        const stream = { ending: new AbortController(), open: false };
        const path = `${transportPath('sse')}?history=0&client=race-extra-${streams.length}`;
        streams.push(stream);
        void read(stream, path);
      }
      tell();
    },
  };
}
