// Loaded into every process that the bench starts (node --import). It ends that process with the bench, also where the
// bench is killed and can't tell it to, and tells its CPU time when asked.

/** What the bench may ask, and what it is told. */
export interface CpuAnswer {
  readonly question: number;
  /** User and system time since the start, in microseconds. */
  readonly cpuUs: number;
}

process.on('disconnect', () => process.exit(1));
// The bench may have gone while this was being loaded, when nobody listened yet.
if (!process.connected) process.exit(1);
process.on('message', (question) => {
  if (typeof question !== 'number') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ question, cpuUs: user + system } satisfies CpuAnswer);
});
// The channel alone does not keep the process alive.
process.channel?.unref();
