// Light structural checks of what the server sends: enough to know nonsense from the protocol, without a schema library
// in the page and on every delivery.
import type {
  Bye,
  Hello,
  Joined,
  Message,
  Page,
  Presence,
  Receipt,
  Renamed,
  Reset,
  ResetReason,
  Stats,
} from '../../../server/protocol/messages.ts';

type Fields = Readonly<Record<string, unknown>>;

/** @returns the value of a JSON text, or undefined where it is none (which no JSON text means). */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isSeq(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

export function isMessage(value: unknown): value is Message {
  return (
    isFields(value) &&
    isSeq(value['seq']) &&
    typeof value['id'] === 'string' &&
    typeof value['from'] === 'string' &&
    typeof value['name'] === 'string' &&
    typeof value['text'] === 'string' &&
    typeof value['at'] === 'number' &&
    typeof value['via'] === 'string'
  );
}

export function isReceipt(value: unknown): value is Receipt {
  return (
    isFields(value) &&
    isSeq(value['seq']) &&
    typeof value['id'] === 'string' &&
    typeof value['cursor'] === 'string' &&
    typeof value['at'] === 'number' &&
    typeof value['duplicate'] === 'boolean'
  );
}

const RESET_REASONS: Readonly<Record<ResetReason, true>> = {
  'epoch-changed': true,
  'rolled-back': true,
  ahead: true,
  trimmed: true,
};

export function isReset(value: unknown): value is Reset {
  return (
    isFields(value) &&
    typeof value['reason'] === 'string' &&
    Object.hasOwn(RESET_REASONS, value['reason']) &&
    typeof value['cursor'] === 'string'
  );
}

export function isRenamed(value: unknown): value is Renamed {
  return isFields(value) && typeof value['cursor'] === 'string';
}

export function isPage(value: unknown): value is Page {
  return (
    isFields(value) &&
    typeof value['cursor'] === 'string' &&
    typeof value['more'] === 'boolean' &&
    Array.isArray(value['messages']) &&
    value['messages'].every(isMessage) &&
    (value['reset'] === undefined || isReset(value['reset']))
  );
}

export function isPresence(value: unknown): value is Presence {
  return (
    isFields(value) &&
    typeof value['total'] === 'number' &&
    isFields(value['counts']) &&
    Object.values(value['counts']).every((count) => typeof count === 'number')
  );
}

export function isHello(value: unknown): value is Hello {
  return (
    isFields(value) &&
    (value['cursor'] === null || typeof value['cursor'] === 'string') &&
    typeof value['heartbeatMs'] === 'number'
  );
}

export function isBye(value: unknown): value is Bye {
  return isFields(value) && typeof value['retryMs'] === 'number';
}

export function isJoined(value: unknown): value is Joined {
  return (
    isFields(value) &&
    typeof value['uid'] === 'string' &&
    typeof value['name'] === 'string' &&
    typeof value['token'] === 'string'
  );
}

/** Of the server's figures, what a client shows. */
export type ShownStats = Pick<Stats, 'at' | 'room' | 'transports'>;

export function isShownStats(value: unknown): value is ShownStats {
  return (
    isFields(value) &&
    typeof value['at'] === 'number' &&
    isFields(value['room']) &&
    typeof value['room']['epoch'] === 'string' &&
    typeof value['room']['head'] === 'number' &&
    isFields(value['transports']) &&
    Object.values(value['transports']).every(
      (counters) => isFields(counters) && Object.values(counters).every((count) => typeof count === 'number'),
    )
  );
}
