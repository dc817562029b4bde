// Attacks on the lab's own controls: echo, impaired network, races and traces.
import { type Attack, ask, crowd, rest } from './attack.ts';
import type { Stage } from './stage.ts';
import { frame, frameHeader, handshake, requestText } from './text.ts';

const MIB = 1024 * 1024;
const NETWORK = '/v1/lab/network';
const RACES = '/v1/lab/races';
const PAGE = requestText('GET', '/v1/short-polling?history=200');

interface Race {
  readonly id: string;
  readonly url: string;
  readonly trace: string;
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Fills a race with messages, leaves all that it says unread, and opens the next one where it has ended. */
async function spoilRace(stage: Stage): Promise<void> {
  const opened = await ask(stage, 'POST', RACES);
  if (opened?.status !== 201) return;
  const race: Race = JSON.parse(opened.body);
  const port = portOf(race.url);
  const there = { ...stage, port };
  const isThere = new AbortController();
  const signal = AbortSignal.any([stage.signal, isThere.signal]);
  const within = { ...stage, signal };
  const { token = '' } = JSON.parse((await ask(there, 'POST', '/v1/join', {}))?.body ?? '{}');
  const delays = { clientToServer: { delayMs: 500 }, serverToClient: { delayMs: 10_000 } };
  await ask(stage, 'PUT', `${RACES}/${race.id}`, {
    bot: { messages: 20, gapMs: 0, everyMs: 200 },
    impairments: delays,
  });
  let ids = 0;
  await Promise.all([
    crowd(within, 1, async (wire) => {
      await wire.send(handshake(race.trace));
      // Without a reader it is ended, and the race soon after.
      await wire.wait(60_000);
      isThere.abort();
    }),
    crowd(
      within,
      20,
      async (wire, index) => {
        await wire.send(index % 2 === 0 ? PAGE.repeat(15) : handshake('/v1/websocket?history=200'));
        await wire.wait(20_000);
      },
      port,
    ),
    crowd(
      within,
      2,
      async (wire) => {
        const post = () => {
          ids += 1;
          const body = JSON.stringify({ id: `abuse-${ids}`, text: '\u0000'.repeat(4096) });
          return requestText('POST', '/v1/messages', { Authorization: `Bearer ${token}` }, body);
        };
        while (await wire.ask([post(), post(), post()]));
      },
      port,
    ),
  ]);
}

export const controlAttacks: readonly Attack[] = [
  {
    name: 'echoes',
    does: 'unfinished messages of 16 MiB to the echo, and whole ones of 1 MiB whose echo nobody reads',
    play: (stage) => {
      const piece = Buffer.alloc(MIB, 'e');
      return crowd(stage, 60, async (wire, index) => {
        await wire.send(handshake('/v1/lab/websocket-echo'));
        if (index % 3 === 0) {
          while ((await wire.send(frame(2, piece))) && (await wire.wait(100)));
          return;
        }
        await wire.send(frameHeader(2, 16 * MIB));
        for (let sent = 0; sent < 15; sent += 1) if (!((await wire.send(piece)) && (await wire.wait(50)))) return;
        await wire.wait(30_000);
      });
    },
  },
  {
    name: 'impaired network',
    does: 'a delay of ten seconds, and thirty connections behind it that ask for pages',
    play: async (stage) => {
      const impairments = { serverToClient: { delayMs: 10_000 }, clientToServer: { delayMs: 100 } };
      let answer = await ask(stage, 'PUT', NETWORK, impairments);
      // Among all the others it may take some attempts.
      while (answer?.status !== 200 && (await rest(1000, stage.signal))) {
        answer = await ask(stage, 'PUT', NETWORK, impairments);
      }
      if (answer?.status !== 200) return;
      const { url }: { url: string } = JSON.parse(answer.body);
      await crowd(
        stage,
        30,
        async (wire) => {
          while ((await wire.read().send(PAGE.repeat(15))) && (await wire.wait(12_000)));
        },
        portOf(url),
      );
    },
  },
  {
    name: 'races',
    does: 'all races at once, full of the longest messages, over slow networks, and nothing is read',
    play: async (stage) => {
      const one = async () => {
        do await spoilRace(stage);
        while (await rest(1000, stage.signal));
      };
      await Promise.all(Array.from({ length: 8 }, one));
    },
  },
  {
    name: 'traces',
    does: 'traces that nobody reads, opened without end, and many traced polls at a time',
    play: async (stage) => {
      let trace = '';
      await Promise.all([
        crowd(stage, 30, async (wire, index) => {
          await wire.send(requestText('GET', '/v1/lab/trace'));
          if (index < 3) {
            wire.read();
            await wire.wait(300);
            trace = /"trace":"([^"]+)"/.exec(wire.last)?.[1] ?? trace;
            wire.socket.pause();
          }
          await wire.wait(5000);
        }),
        crowd(stage, 100, async (wire, index) => {
          const poll = () => requestText('GET', `/v1/short-polling?history=10&client=t${index}&trace=${trace}`);
          while ((await wire.ask([poll(), poll()])) && (await wire.wait(100)));
        }),
      ]);
    },
  },
];
