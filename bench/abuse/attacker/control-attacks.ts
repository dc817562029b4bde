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

/** @returns the race that an answer tells of, or null where none was opened. */
function raceOf(answer: string): Race | null {
  const body = /^HTTP\/1\.1 201 .*?\r\n\r\n(\{.*\})$/s.exec(answer)?.[1];
  return body === undefined ? null : JSON.parse(body);
}

/** Ms after which a race is ended, for another to take its place. */
const RACE_MS = 20_000;

/**
 * Fills a race with messages, and leaves all that it says unread. `rotated`: watchers take its trace from one another. Resolves
 * when it has ended.
 */
async function spoilRace(stage: Stage, race: Race, rotated: boolean): Promise<void> {
  const port = portOf(race.url);
  const there = { ...stage, port };
  const path = `${RACES}/${race.id}`;
  const isOver = new AbortController();
  const signal = AbortSignal.any([stage.signal, isOver.signal]);
  const within = { ...stage, signal };
  const { token = '' } = JSON.parse((await ask(there, 'POST', '/v1/join', {}))?.body ?? '{}');
  await ask(stage, 'PUT', path, {
    bot: { messages: 20, gapMs: 0, everyMs: 200 },
    impairments: { clientToServer: { delayMs: 500 }, serverToClient: { delayMs: 10_000 } },
  });
  let ids = 0;
  const ending = rest(RACE_MS, signal).then(async () => {
    await ask(stage, 'DELETE', path);
    isOver.abort();
  });
  await Promise.all([
    ending,
    crowd(within, rotated ? 4 : 1, async (wire) => {
      await wire.send(handshake(race.trace));
      await wire.wait(rotated ? 500 : RACE_MS);
    }),
    crowd(
      within,
      20,
      async (wire, index) => {
        await wire.send(index % 2 === 0 ? PAGE.repeat(15) : handshake('/v1/websocket?history=200'));
        await wire.wait(RACE_MS);
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
    does: 'all races at once, full of the longest messages, over slow networks, unread; their traces unread, or taken from one another; and leases that nobody uses',
    play: async (stage) => {
      const lease = requestText('POST', RACES);
      await Promise.all([
        crowd(stage, 8, async (wire, index) => {
          while (await wire.ask([lease])) {
            const race = raceOf(wire.last);
            if (race !== null) await spoilRace(stage, race, index % 2 === 1);
            else if (!(await wire.wait(500))) return;
          }
        }),
        crowd(stage, 1, async (wire) => {
          while ((await wire.ask(Array<string>(10).fill(lease))) && (await wire.wait(5000)));
        }),
      ]);
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
