// What one request, one answer and one message weigh in this race, by its own trace: heads are as this browser sends them.
import type { Message } from '../../../../server/protocol/messages.ts';
import { messageJsonBytes } from '../../../answer-bytes.ts';
import type { PollBytes } from '../../../closed-forms.ts';
import type { ExchangeMark, RaceRecord } from '../record.ts';

const weights = new WeakMap<Message, number>();

/** They are asked for again and again, of the same messages. */
function weightOf(message: Message): number {
  const weight = weights.get(message) ?? messageJsonBytes(message);
  weights.set(message, weight);
  return weight;
}

/** @returns the mean of one message's JSON, in bytes; null before the first. */
export function messageBytes({ stored }: RaceRecord): number | null {
  return meanOf(stored.map(({ message }) => weightOf(message)));
}

/** @returns null until a poll and its answer have been seen; of what has not come yet, 0. */
export function pollBytes(record: RaceRecord, lane: string): PollBytes | null {
  const bySeq = new Map(record.stored.map(({ message }) => [message.seq, weightOf(message)]));
  const polls = record.marks.filter(
    (mark): mark is ExchangeMark =>
      mark.kind === 'exchange' &&
      mark.lane === lane &&
      mark.purpose === 'poll' &&
      mark.endedAt !== null &&
      !mark.failed,
  );
  const empty = polls.filter(({ seqs, bytesDown }) => seqs.length === 0 && bytesDown > 0);
  const full = polls.flatMap(({ seqs, bytesDown }) => {
    const messages = seqs.map((seq) => bySeq.get(seq));
    if (seqs.length === 0 || messages.includes(undefined)) return [];
    // Commas stand between the messages.
    return [bytesDown - messages.reduce<number>((sum, bytes = 0) => sum + bytes, 0) - (seqs.length - 1)];
  });
  const request = meanOf(polls.map(({ bytesUp }) => bytesUp).filter((bytes) => bytes > 0));
  if (request === null || (empty.length === 0 && full.length === 0)) return null;
  return {
    request,
    emptyAnswer: meanOf(empty.map(({ bytesDown }) => bytesDown)) ?? 0,
    answerWithoutMessages: meanOf(full) ?? 0,
    message: messageBytes(record) ?? 0,
  };
}

/** @returns characters of a cursor of this race, by the last request that gave one. */
export function cursorBytes({ marks }: RaceRecord): number | null {
  for (const mark of marks.toReversed()) {
    const cursor = mark.kind === 'exchange' ? /[?&]cursor=([^&]+)/.exec(mark.target)?.[1] : undefined;
    if (cursor !== undefined) return decodeURIComponent(cursor).length;
  }
  return null;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
