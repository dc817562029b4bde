// One connection through the proxy: a client's socket, one to the target, and a pipe each way.
import { Socket } from 'node:net';
import { AnswerHold } from './answer-hold.ts';
import type { Counters } from './counters.ts';
import type { Conditions } from './impairments.ts';
import { Pipe, type QueueBudget } from './pipe.ts';
import type { Draws } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * The reset follows the last bytes before a cut by so many ms. A receiver that finds both at once may take them for
 * bytes and an end (libuv, and so Node, does), or throw the bytes away.
 */
const CUT_LAG_MS = 10;

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface ConnectionOptions {
  readonly client: Socket;
  readonly target: Target;
  readonly scheduler: Scheduler;
  readonly draws: Draws;
  readonly counters: Counters;
  readonly budget: QueueBudget;
  /** Told once, when both sockets are closed. */
  readonly onClosed: () => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #client: Socket;
  readonly #server = new Socket({ allowHalfOpen: true });
  readonly #clientToServer: Pipe;
  readonly #serverToClient: Pipe;
  #hold: AnswerHold | undefined;
  #conditions: Conditions;
  #asked = false;
  #connected = false;
  #cutTimer: NodeJS.Timeout | undefined;
  #isBeingCut = false;

  constructor(options: ConnectionOptions, conditions: Conditions) {
    this.#options = options;
    this.#client = options.client;
    this.#conditions = conditions;
    const { scheduler, draws, counters, budget } = options;
    const [client, server] = [this.#client, this.#server];
    const { clientToServer, serverToClient, blackhole, connectRoundTrip } = conditions;
    const now = performance.now();
    const onCut = () => this.#cutAfterBytes();
    this.#clientToServer = new Pipe(
      {
        source: client,
        sink: server,
        scheduler,
        budget,
        nextJitter: draws.clientToServer,
        opensAt: connectRoundTrip ? now + clientToServer.delayMs + serverToClient.delayMs : now,
        onCut,
        onReset: () => reset(server),
        count: counters.clientToServer,
      },
      clientToServer,
      blackhole,
    );
    this.#serverToClient = new Pipe(
      {
        source: server,
        sink: client,
        gate: (pass) => {
          this.#hold = new AnswerHold(pass, conditions.holdAnswers);
          return this.#hold;
        },
        scheduler,
        budget,
        nextJitter: draws.serverToClient,
        opensAt: now,
        onCut,
        onReset: () => reset(client),
        count: counters.serverToClient,
      },
      serverToClient,
      blackhole,
    );
    client.on('data', (bytes) => this.#hold?.request(bytes));
    client.on('timeout', () => this.#idle());
    client.setTimeout(conditions.idleCutMs ?? 0);
    this.#watch(client, server, this.#clientToServer, this.#serverToClient);
    this.#watch(server, client, this.#serverToClient, this.#clientToServer);
    if (!blackhole) this.#connect();
    this.#planCut();
  }

  /** Bytes that wait, in each direction. */
  get queuedBytes(): { readonly clientToServer: number; readonly serverToClient: number } {
    return { clientToServer: this.#clientToServer.queuedBytes, serverToClient: this.#serverToClient.queuedBytes };
  }

  /** Changes what happens to it from now on, also to what is on its way. */
  set(conditions: Conditions): void {
    const before = this.#conditions;
    this.#conditions = conditions;
    if (!conditions.blackhole) this.#connect();
    this.#clientToServer.set(conditions.clientToServer, conditions.blackhole);
    this.#serverToClient.set(conditions.serverToClient, conditions.blackhole);
    this.#hold?.set(conditions.holdAnswers);
    if (conditions.cutMeanMs !== before.cutMeanMs) this.#planCut();
    if (conditions.idleCutMs !== before.idleCutMs) this.#client.setTimeout(conditions.idleCutMs ?? 0);
  }

  /** Resets both sides at once. */
  cut(): void {
    if (this.#client.destroyed && this.#server.destroyed) return;
    this.#options.counters.cuts += 1;
    this.close(reset);
  }

  /** Nothing has passed on the client's side for as long as may be: both sides are told the end, as by a proxy. */
  #idle(): void {
    this.#options.counters.idleCuts += 1;
    this.close((socket) => void socket.destroySoon());
  }

  close(end = (socket: Socket): void => void socket.destroy()): void {
    this.#clientToServer.stop();
    this.#serverToClient.stop();
    end(this.#client);
    end(this.#server);
  }

  #cutAfterBytes(): void {
    this.#isBeingCut = true;
    this.#clientToServer.stop();
    this.#serverToClient.stop();
    clearTimeout(this.#cutTimer);
    // The turn in which the timer fires may be the first since the bytes went out: receivers in this process read
    // before its end.
    this.#cutTimer = setTimeout(() => setImmediate(() => this.cut()), CUT_LAG_MS);
  }

  #connect(): void {
    if (this.#asked || this.#server.destroyed) return;
    this.#asked = true;
    this.#server.once('connect', () => {
      this.#connected = true;
    });
    this.#server.connect({ ...this.#options.target, noDelay: true });
  }

  #planCut(): void {
    if (this.#isBeingCut) return;
    clearTimeout(this.#cutTimer);
    const { cutMeanMs } = this.#conditions;
    if (cutMeanMs === Number.POSITIVE_INFINITY) return;
    this.#cutTimer = setTimeout(() => this.cut(), this.#options.draws.cutMs(cutMeanMs));
  }

  #watch(socket: Socket, peer: Socket, outgoing: Pipe, incoming: Pipe): void {
    socket.on('error', () => {
      if (socket === this.#server && !this.#connected) this.#options.counters.targetFailures += 1;
      incoming.stop();
      outgoing.sourceWasReset();
      // A blackhole keeps the reset from the peer; but what was never begun need not be kept.
      if (peer === this.#server && !this.#asked) peer.destroy();
    });
    socket.on('close', () => {
      if (!peer.closed) return;
      clearTimeout(this.#cutTimer);
      this.#options.onClosed();
    });
  }
}

/** Ends a socket by RST where that is possible: one that was never connected, or is sending its FIN, is closed. */
export function reset(socket: Socket): void {
  const isUnused = socket.pending && !socket.connecting;
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (isUnused || isEnding) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}
