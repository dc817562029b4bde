// Loaded into every process that the bench starts (node --import). It ends that process with the bench, also where the
// bench is killed and can't tell it to, and tells its CPU time and memory when asked.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What the bench may ask. */
export interface Question {
  readonly question: number;
  /** Whether garbage is to be collected first, so that the memory is that of what is in use. */
  readonly collect: boolean;
}

/** What it is told. */
export interface ProcessFigures {
  readonly question: number;
  /** When it is told, on the bench's clock, in ms. */
  readonly at: number;
  /** User and system time since the start, in microseconds. */
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** The most that it was since the start. */
  readonly peakRssBytes: number;
}

const KIB = 1024;

process.on('disconnect', () => process.exit(1));
// The bench may have gone while this was being loaded, when nobody listened yet.
if (!process.connected) process.exit(1);
process.on('message', (message) => {
  // The impairment proxy has commands of its own on this channel.
  if (typeof message !== 'object' || message === null || !('question' in message)) return;
  const { question, collect } = message as Question;
  if (collect) collectGarbage();
  const { user, system } = process.cpuUsage();
  process.send?.({
    question,
    at: Number(process.hrtime.bigint()) / 1e6,
    cpuUs: user + system,
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: process.resourceUsage().maxRSS * KIB,
  } satisfies ProcessFigures);
});
// The channel alone does not keep the process alive.
process.channel?.unref();

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What the first one finds to be finalised, the second one frees.
  collect();
  collect();
}
