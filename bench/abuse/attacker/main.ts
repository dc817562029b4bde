// The attacker: a process of its own, which plays attacks on the server that its argument names until it is told to
// stop, and then says what it has done.
import { setMaxListeners } from 'node:events';
import { errorText } from '../../../server/protocol/error-text.ts';
import { seededRandom } from '../../../server/protocol/seeded-random.ts';
import { ask } from './attack.ts';
import { attacks } from './index.ts';
import type { AttackerDone, AttackerOrder } from './orders.ts';
import type { AttackCounts, Stage } from './stage.ts';

async function attack({ origin, localAddress, only, seed }: AttackerOrder, signal: AbortSignal): Promise<AttackerDone> {
  const { hostname: host, port } = new URL(origin);
  const place = { host, port: Number(port), localAddress, signal };
  const joined = await ask(place, 'POST', '/v1/join', {});
  const page = await ask(place, 'GET', '/v1/short-polling?history=0');
  if (joined?.status !== 201 || page?.status !== 200)
    throw new Error(`${origin} can't be reached from ${localAddress}`);
  const { token }: { token: string } = JSON.parse(joined.body);
  const { cursor }: { cursor: string } = JSON.parse(page.body);
  const chosen = attacks.filter(({ name }) => only === null || name === only);
  const counts: Record<string, AttackCounts> = {};
  await Promise.all(
    chosen.map(async ({ name, play }, index) => {
      const own = { connections: 0, refused: 0, bytesSent: 0, bytesRead: 0 };
      counts[name] = own;
      const stage: Stage = { ...place, token, cursor, counts: own, random: seededRandom(seed, index) };
      await play(stage);
    }),
  );
  return { counts };
}

const over = new AbortController();
// Every connection listens to it.
setMaxListeners(0, over.signal);
// What every process of the bench loads lets go of it.
process.channel?.ref();
process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'stop' in message) over.abort();
});
// A message with it could come before anybody listens here.
attack(JSON.parse(process.argv[2] ?? '') as AttackerOrder, over.signal).then(
  (done) => process.send?.(done, () => process.exit(0)),
  (error: unknown) => {
    process.stderr.write(`${errorText(error)}\n`, () => process.exit(1));
  },
);
