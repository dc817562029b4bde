// Plays each transport of a node on Redis, and beside it the same on the `memory` store, in the same rounds: a broadcast,
// and the memory of open connections. The Redis is one of the bench's own, with a room for each life of a server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transport } from '../../client/transports/transport.ts';
import { type OwnRedis, startRedis } from '../load/redis.ts';
import { inScope } from '../load/scope.ts';
import { startLab } from '../load/server-under-test.ts';
import type { Subject } from '../load/subject.ts';
import { onMemory } from '../run/names.ts';
import type { BroadcastWorkload, NodesWorkload } from '../scenarios/scenario.ts';
import { broadcastRunner, playRound } from './broadcast.ts';
import { broadcastResult } from './broadcast-lanes.ts';
import type { Runner } from './context.ts';
import { estimateMemoryMs, memoryOf } from './memory.ts';
import { playRounds } from './rounds.ts';

const broadcastIn = (workload: NodesWorkload): BroadcastWorkload => ({ ...workload, kind: 'broadcast' });

function subjectsOf(transports: readonly Transport[], redis: OwnRedis): Subject[] {
  let rooms = 0;
  return transports.flatMap(({ name, pace }): Subject[] => {
    const onRedis = () => {
      rooms += 1;
      return startLab(['--store', redis.store(`bench-${rooms}`)]);
    };
    return [
      { lane: { transport: name }, name, transport: name, pace, start: onRedis },
      { lane: { control: onMemory(name) }, name: onMemory(name), transport: name, pace, start: () => startLab() },
    ];
  });
}

export const nodesRunner: Runner<NodesWorkload> = {
  estimateMs: (workload, context) =>
    2 * broadcastRunner.estimateMs(broadcastIn(workload), context) +
    estimateMemoryMs(workload, 2 * context.transports.length),
  run: (workload, context) =>
    inScope(context.signal, async (scope) => {
      const folder = mkdtempSync(join(tmpdir(), 'transport-lab-redis-'));
      scope.atEnd(() => rmSync(folder, { recursive: true, force: true }));
      const subjects = subjectsOf(context.transports, await scope.open(startRedis(scope, folder)));
      const broadcast = broadcastIn(workload);
      const options = {
        rounds: workload.rounds,
        name: ({ name }: Subject) => name,
        progress: (step: string) => context.progress(step),
      };
      const played = await playRounds(subjects, options, (subject, round) =>
        playRound(subject, broadcast, round, context),
      );
      const steps = new Map([...played].map(([{ name }, rounds]) => [name, rounds]));
      const memory = await memoryOf(subjects, workload, context);
      return broadcastResult(subjects, broadcast, steps, memory);
    }),
};
