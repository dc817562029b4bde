// A worker: a process that holds simulated clients, as the bench tells it over the channel. It ends with the bench.
import { transports } from '../../../client/transports/index.ts';
import { errorText } from '../../../server/protocol/error-text.ts';
import { type LoopWatch, watchEventLoop } from '../loader-watch.ts';
import { openAskers, type WorkerAskers } from './askers.ts';
import type { Answer, Command, Envelope } from './commands.ts';
import { openCountingCrowd } from './counting-crowd.ts';
import { openCrowd, type WorkerCrowd } from './crowd.ts';

const crowds = new Map<number, WorkerCrowd>();
const askers = new Map<number, WorkerAskers>();
let watch: LoopWatch | undefined;

function crowdOf(number: number): WorkerCrowd {
  const crowd = crowds.get(number);
  if (crowd === undefined) throw new Error(`there is no crowd ${number}`);
  return crowd;
}

async function execute(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'open': {
      const transport = transports.find(({ name }) => name === command.transport);
      if (transport === undefined) throw new Error(`there is no transport ${command.transport}`);
      const open = command.countsFrom === undefined ? openCrowd : openCountingCrowd;
      crowds.set(command.crowd, await open(command, transport));
      return null;
    }
    case 'measure':
      crowdOf(command.crowd).measure(command.from, command.to);
      return null;
    case 'has-all':
      return crowdOf(command.crowd).hasAll(command.seq);
    case 'report':
      return crowdOf(command.crowd).report(command.lastSeq);
    case 'close':
      crowds.get(command.crowd)?.close();
      crowds.delete(command.crowd);
      return null;
    case 'ask':
      askers.set(command.askers, await openAskers(command));
      return null;
    case 'answered': {
      const { answered = 0, failures = [] } = askers.get(command.askers) ?? {};
      return { answered, failures };
    }
    case 'stop-asking':
      askers.get(command.askers)?.close();
      askers.delete(command.askers);
      return null;
    case 'watch':
      watch = watchEventLoop();
      return null;
    case 'unwatch':
      return watch?.stop();
  }
}

async function take({ number, command }: Envelope): Promise<Answer> {
  try {
    return { number, result: await execute(command) };
  } catch (error) {
    return { number, error: errorText(error) };
  }
}

process.on('message', (envelope) => {
  void take(envelope as Envelope).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit(1));
if (!process.connected) process.exit(1);
