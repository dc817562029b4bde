// The time that one message may take from its first byte to its last, so that none is left unfinished for ever.

export class MessageDeadline {
  private readonly ms: number;
  private readonly late: () => void;
  private timer: NodeJS.Timeout | null = null;
  private messages = 0;

  /** `ms` 0: no limit. */
  constructor(ms: number, late: () => void) {
    this.ms = ms;
    this.late = late;
  }

  /** To be called after every read. `messages`: those that have ended so far; `unfinished`: whether one has begun. */
  look(messages: number, unfinished: boolean): void {
    if (this.timer !== null && (messages !== this.messages || !unfinished)) this.stop();
    this.messages = messages;
    if (unfinished && this.ms > 0) this.timer ??= setTimeout(this.late, this.ms).unref();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
