// What the message log says about the connection: which change of the session's status earns a line, and its words.
import type { SessionStatus } from '../session/session-types.ts';

export interface ConnectionLine {
  readonly kind: 'connected' | 'closed' | 'waiting';
  readonly text: string;
  /** It tells the same story further: the line before it, of the same kind, is rewritten. */
  readonly replaces: boolean;
}

/**
 * Follows one session's status from its beginning.
 * @param label a transport's name for people.
 * @param time a moment of the session's clock, for people.
 * @returns a function that takes each status and gives the line that it earns, or null.
 */
export function createConnectionLines(
  label: (transport: string) => string,
  time: (moment: number) => string,
): (status: SessionStatus) => ConnectionLine | null {
  let last: SessionStatus = { state: 'closed', transport: '', attempt: 0 };
  /** How it stood before it was last connecting. */
  let settled: SessionStatus = last;

  return (status) => {
    const before = last;
    last = status;
    if (status.state === 'connecting') return null;
    const story = settled;
    settled = status;
    switch (status.state) {
      case 'connected':
        if (before.state === 'connected' && before.transport === status.transport) return null;
        return {
          kind: 'connected',
          text: `Connected over ${label(status.transport)}${isRenamed(story) ? ' anew, under your new name' : ''}`,
          replaces: false,
        };
      case 'closed':
        if (before.state === 'closed') return null;
        return { kind: 'closed', text: 'Connection closed', replaces: false };
      case 'waiting': {
        if (before.state === 'waiting' && before.retryAt === status.retryAt) return null;
        // A connection speaks for one name: that is no accident.
        if (isRenamed(status)) return null;
        const next = status.retryAt === undefined ? '' : ` Reconnecting at ${time(status.retryAt)}`;
        return {
          kind: 'waiting',
          text: `${happened(story, status)}${because(status)}.${next}`,
          // The line that says when it was lost stays.
          replaces: story.state === 'waiting' && status.attempt > 1,
        };
      }
    }
  };
}

function happened(story: SessionStatus, status: SessionStatus): string {
  const was = story.state === 'connected' && story.transport === status.transport && status.attempt === 0;
  if (was) return 'Connection lost';
  return status.attempt > 1 ? `Could not connect, ${status.attempt} times now` : 'Could not connect';
}

function isRenamed({ state, lastEnd }: SessionStatus): boolean {
  return state === 'waiting' && lastEnd?.cause === 'renamed';
}

function because(status: SessionStatus): string {
  const detail = status.lastEnd?.detail.replace(/\.$/, '') ?? '';
  return detail === '' ? '' : `: ${detail}`;
}
