// A sink whose readiness is the test's, and that holds whoever delivers to the rules.
import type { Reset } from '../protocol/messages.ts';
import type { Batch } from '../room/batch.ts';
import type { Follower, Sink } from '../room/follower.ts';
import type { Room } from '../room/room.ts';
import type { Start } from '../room/start.ts';

export class ScriptedSink implements Sink {
  /** Deliveries that it takes before it is full. */
  room: number;
  /** The seqs delivered, in order. */
  readonly seqs: number[] = [];
  readonly batches: Batch[] = [];
  readonly resets: Reset[] = [];
  /** The cursors of newer names. */
  readonly renames: string[] = [];
  failures = 0;
  /** What broke the rules, in words. */
  readonly wrongs: string[] = [];
  position: number;
  follower: Follower | undefined;

  constructor(start: Start, room = Number.POSITIVE_INFINITY) {
    this.position = start.seq;
    this.room = room;
  }

  /** Follows from a start that was just taken. */
  static follow(room: Room, start: Start, capacity?: number, history = 50): ScriptedSink {
    const sink = new ScriptedSink(start, capacity);
    sink.follower = room.follow(start, sink, history);
    return sink;
  }

  /** Everything is written: there is room for so many deliveries again. */
  drain(deliveries = Number.POSITIVE_INFINITY): void {
    this.room = deliveries;
    this.follower?.resume();
  }

  ready(): boolean {
    return this.room > 0;
  }

  deliver(batch: Batch): void {
    if (this.room === 0) this.wrongs.push(`${batch.lastSeq} was delivered while the sink was full`);
    if (batch.after !== this.position) this.wrongs.push(`${batch.after + 1} came after ${this.position}`);
    this.room -= 1;
    this.position = batch.lastSeq;
    this.batches.push(batch);
    this.seqs.push(...batch.messages.map(({ seq }) => seq));
  }

  reset(reset: Reset): void {
    const seq = Number(reset.cursor.split('.')[1]);
    if (seq <= this.position && reset.reason === 'trimmed')
      this.wrongs.push(`a reset to ${seq} came at ${this.position}`);
    this.position = seq;
    this.resets.push(reset);
  }

  renamed(cursor: string): void {
    this.renames.push(cursor);
  }

  failed(): void {
    this.failures += 1;
  }
}
