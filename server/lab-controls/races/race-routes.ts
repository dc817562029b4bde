// `/v1/lab/races`: leases of a room and a network of one's own, and the trace of what happens there.
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { readJson } from '../../http/body.ts';
import { only } from '../../http/body-schema.ts';
import { sendProblem } from '../../http/problems.ts';
import { describeIssue } from '../../http/schema-problem.ts';
import { impairmentsSchema } from '../../network/impairments.ts';
import { botSchema } from './bot.ts';
import type { Race, RaceState } from './race.ts';
import type { Races } from './races.ts';

export const RACES_PATH = '/v1/lab/races';

const changeSchema = z.partial(only({ impairments: impairmentsSchema, bot: botSchema }));

/** Ms after which a race may be asked for again where there are too many. */
const RETRY_MS = 5000;

/** What was done: a race as it is now, with its status; nothing to tell; or the request was refused, and answered. */
export type RaceOutcome = { readonly status: 200 | 201; readonly body: object } | { readonly status: 204 } | null;

export interface RaceRoutes {
  /** Each for a request that has passed the guards; they never reject. */
  open(response: ServerResponse): Promise<RaceOutcome>;
  change(id: string, request: IncomingMessage, response: ServerResponse): Promise<RaceOutcome>;
  cut(id: string, response: ServerResponse): RaceOutcome;
  end(id: string, response: ServerResponse): Promise<RaceOutcome>;
}

export function sendNoSuchRace(response: ServerResponse): void {
  sendProblem(response, 'not-found', 'there is no such race: it was freed, or the server was started anew');
}

/** @param maxRaces as the lab is set; 0: there are no races here, now or later. */
export function createRaceRoutes(races: Races, maxRaces: number): RaceRoutes {
  function find(id: string, response: ServerResponse): Race | null {
    const race = races.find(id);
    if (race !== undefined) return race;
    sendNoSuchRace(response);
    return null;
  }

  return {
    open: async (response) => {
      if (maxRaces === 0) {
        sendProblem(response, 'not-found', 'there are no races here: --max-races is 0');
        return null;
      }
      try {
        const race = await races.open();
        if (race !== null) return { status: 201, body: { ...toldOf(race.state()), trace: tracePath(race.state()) } };
        const detail = 'as many races are on as --max-races allows: close another tab, or come back later';
        sendProblem(response, 'too-many-races', detail, { retryAfterMs: RETRY_MS });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        sendProblem(response, 'internal-error', `a race could not be started: ${why}`);
      }
      return null;
    },
    change: async (id, request, response) => {
      const body = await readJson(request, response);
      if (body === undefined) return null;
      const race = find(id, response);
      if (race === null) return null;
      const change = changeSchema.safeParse(body);
      if (!change.success) {
        sendProblem(response, 'invalid-body', describeIssue(change.error));
        return null;
      }
      if (change.data.impairments !== undefined) race.impair(change.data.impairments);
      if (change.data.bot !== undefined) race.setBot(change.data.bot);
      return { status: 200, body: race.state() };
    },
    cut: (id, response) => {
      const race = find(id, response);
      if (race === null) return null;
      race.cut();
      return { status: 204 };
    },
    end: async (id, response) => {
      const race = find(id, response);
      if (race === null) return null;
      await races.end(race);
      return { status: 204 };
    },
  };
}

function toldOf({ id, url }: RaceState): object {
  return { id, url };
}

function tracePath({ id }: RaceState): string {
  return `${RACES_PATH}/${id}/trace`;
}
