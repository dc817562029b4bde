// What an attack is, and what it has at hand: connections that are opened again whenever they end.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.ts';
import { Wire } from './wire.ts';

export interface Attack {
  readonly name: string;
  /** For people: what it does, as `docs/reliability.md` has it. */
  readonly does: string;
  /** Resolves when the signal is aborted; what fails on the way is part of it. */
  play(stage: Stage): Promise<void>;
}

/** Ms from the end of a connection to the next. */
const PAUSE = { least: 50, most: 150 };

/** Waits. @returns whether to go on. */
export async function rest(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

/** Keeps so many connections in use; each is opened again when `use` is done with it, or the server has ended it. */
export async function crowd(
  stage: Stage,
  count: number,
  use: (wire: Wire, index: number) => Promise<void>,
  port: number = stage.port,
): Promise<void> {
  const one = async (index: number) => {
    do {
      const wire = await Wire.open(stage, port);
      if (wire === null) continue;
      await use(wire, index);
      wire.destroy();
    } while (await rest(PAUSE.least + stage.random() * (PAUSE.most - PAUSE.least), stage.signal));
  };
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
}

export interface Asked {
  readonly status: number;
  readonly body: string;
}

/** One request on a connection of its own. Resolves with its answer; null where there is none. */
export function ask(
  { host, port, localAddress, signal }: Pick<Stage, 'host' | 'localAddress' | 'signal'> & { readonly port: number },
  method: string,
  path: string,
  body?: object,
): Promise<Asked | null> {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return new Promise((resolve) => {
    const asking = request({ host, port, localAddress, method, path, headers, agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', () => resolve(null));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    asking.on('error', () => resolve(null));
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
