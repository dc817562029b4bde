// Samples of what travels, for tests.
import type { Joined, Message, Receipt } from '../../server/protocol/messages.ts';

/** Texts that a careless framing or encoding would break. */
export const AWKWARD_TEXTS: readonly string[] = [
  'line one\nline two\r\nline three\rline four\n\n',
  '"quotes" and \\backslashes\\ and </script>',
  'data: x\nevent: reset\nid: 7\n\n: comment',
  'ä 漢字 👩‍👩‍👧 \u2028\u2029\u0085 \ufeff',
  '\u0000 before and after \u0000',
  ' leading and trailing \t',
];

export function sampleMessage(seq: number, text = `text ${seq}`): Message {
  return { seq, id: `id-${seq}`, from: 'uid-1', name: 'Ada', text, at: 1_700_000_000_000 + seq, via: 'http' };
}

export function sampleMessages(first: number, last: number): readonly Message[] {
  return Array.from({ length: last - first + 1 }, (_, index) => sampleMessage(first + index));
}

export function sampleReceipt(id: string, seq = 1): Receipt {
  return { id, seq, cursor: `epoch.${seq}`, at: 1_700_000_000_000 + seq, duplicate: false };
}

export function sampleJoined(token = 'token-1', name = 'Ada'): Joined {
  return { uid: `uid-of-${token}`, name, token };
}
