// A model of the common log: Redis servers that crash, lag, are promoted and demoted; nodes that append and follow; clients
// that poll at any node. What it does not model: trimming, ids, and Redis's own promise that a script is one step.
import { isGood, isOfLog } from '../record.ts';

/** Three decisions of the protocol. The simpler choices stand first, and each of them goes wrong. */
export interface Design {
  /** What the life of the data is known by: of the process, or of the replication. */
  readonly life: 'run-id' | 'replid';
  /** Names of generations. */
  readonly names: 'numbered' | 'random';
  /** Where the life is looked at: when a node connects, or in every script. */
  readonly check: 'connect' | 'script';
}

export const CHOSEN: Design = { life: 'replid', names: 'random', check: 'script' };

export type Step =
  | { readonly do: 'append' | 'follow' | 'idle' | 'connect'; readonly node: number; readonly server: number }
  | Trouble
  | { readonly do: 'poll'; readonly client: number; readonly node: number };

type Trouble = {
  readonly do: 'persist' | 'replicate' | 'crash' | 'restart' | 'promote' | 'demote';
  readonly server: number;
  /** Whom it is to follow where it is demoted. */
  readonly to: number;
};

interface Entry {
  readonly generation: string;
  readonly value: number;
}

/** All that a server holds; it is replaced, never changed. */
interface Data {
  readonly log: readonly Entry[];
  readonly generation: string;
  readonly number: number;
  readonly life: string;
  readonly ends: ReadonlyMap<string, number>;
}

interface Server {
  up: boolean;
  isMaster: boolean;
  masterOf: number;
  runId: string;
  replid: string;
  data: Data | null;
  disk: Data | null;
}

interface Node {
  server: number | null;
  generation: string;
  ends: ReadonlyMap<string, number>;
  /** The seq that its own memory begins after, and what it has read since. */
  base: number;
  tail: number[];
}

interface Client {
  name: string | null;
  /** The values of the seqs from 1 on: it begins at the beginning, and after a reset anew. */
  read: number[];
}

/** What must never be: the model throws it. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

const PREFIX = 'e-';

export class LogModel {
  readonly #design: Design;
  readonly #servers: Server[];
  readonly #nodes: Node[];
  readonly #clients: Client[];
  /** What each position that was ever given means. */
  readonly #meaning = new Map<string, number>();
  #named = 0;
  #values = 0;
  /** How often a reader was reset, so that a test can see that there was something to see. */
  resets = 0;
  appends = 0;

  constructor(design: Design, servers: number, nodes: number, clients: number) {
    this.#design = design;
    this.#servers = Array.from({ length: servers }, (_, index) => {
      const [runId, replid] = [this.#random(), this.#random()];
      return { up: true, isMaster: index === 0, masterOf: 0, runId, replid, data: null, disk: null };
    });
    this.#nodes = Array.from({ length: nodes }, () => ({
      server: null,
      generation: '',
      ends: new Map(),
      base: 0,
      tail: [],
    }));
    this.#clients = Array.from({ length: clients }, () => ({ name: null, read: [] }));
  }

  play(step: Step): void {
    switch (step.do) {
      case 'append':
        this.#append(this.#at(this.#nodes, step.node));
        break;
      case 'follow':
        this.#follow(this.#at(this.#nodes, step.node));
        break;
      case 'idle':
        this.#lookAround(this.#at(this.#nodes, step.node));
        break;
      case 'connect':
        this.#connect(this.#at(this.#nodes, step.node), step.server % this.#servers.length);
        break;
      case 'poll':
        this.#poll(this.#at(this.#clients, step.client), this.#at(this.#nodes, step.node));
        break;
      default:
        this.#trouble(step);
    }
  }

  /** One master is left, which everybody finds; then each reader must have what it has, or have been reset. */
  heal(): void {
    const last = Math.max(
      0,
      this.#servers.findIndex(({ up, isMaster }) => up && isMaster),
    );
    const master = this.#at(this.#servers, last);
    if (!master.up) this.play({ do: 'restart', server: last, to: last });
    this.play({ do: 'promote', server: last, to: last });
    for (const [index, server] of this.#servers.entries()) {
      if (index === last) continue;
      Object.assign(server, { up: true, isMaster: false, masterOf: last, data: master.data, replid: master.replid });
    }
    for (const node of this.#nodes) if (node.server !== last) this.#connect(node, last);
    for (const node of this.#nodes) {
      // As a node without messages does by itself, every second.
      this.#lookAround(node);
      this.#append(node);
    }
    for (const node of this.#nodes) {
      this.#follow(node);
      this.#lookAround(node);
      this.#follow(node);
    }
    const truth = (master.data?.log ?? []).map(({ value }) => value).join();
    for (const [index, client] of this.#clients.entries()) {
      for (const node of this.#nodes) this.#poll(client, node);
      if (client.read.join() !== truth) {
        throw new Broken(`client ${index} goes on with ${client.read.join()}, and the log has ${truth}`);
      }
    }
  }

  #trouble(step: Trouble): void {
    const server = this.#at(this.#servers, step.server);
    const index = step.server % this.#servers.length;
    const master = this.#at(this.#servers, server.masterOf);
    if (step.do === 'persist') {
      if (server.up) server.disk = server.data;
    } else if (step.do === 'replicate') {
      if (server.up && !server.isMaster && master.up && master !== server) {
        server.data = master.data;
        server.replid = master.replid;
      }
    } else if (step.do === 'crash') {
      server.up = false;
      for (const node of this.#nodes) if (node.server === index) node.server = null;
    } else if (step.do === 'restart') {
      if (server.up) return;
      Object.assign(server, { up: true, data: server.disk, runId: this.#random(), replid: this.#random() });
    } else if (step.do === 'promote') {
      if (!server.up || server.isMaster) return;
      server.isMaster = true;
      server.replid = this.#random();
    } else {
      const to = step.to % this.#servers.length;
      const other = this.#at(this.#servers, to);
      if (!server.up || !server.isMaster || !other.up || !other.isMaster || other === server) return;
      // A connection outlives it.
      Object.assign(server, { isMaster: false, masterOf: to, data: other.data, replid: other.replid });
    }
  }

  #connect(node: Node, index: number): void {
    node.server = index;
    this.#open(node);
  }

  /** The script `open`. @returns whether it could be run. */
  #open(node: Node): boolean {
    const server = this.#serverOf(node);
    if (server === null || !server.isMaster) {
      node.server = null;
      return false;
    }
    const { data } = server;
    const life = this.#lifeOf(server);
    if (data === null) {
      const generation = this.#newName(1);
      server.data = { log: [], generation, number: 1, life, ends: new Map() };
    } else if (data.life !== life) {
      const head = data.log.length;
      const ends = new Map([...data.ends].map(([name, end]) => [name, Math.min(end, head)]));
      ends.set(PREFIX + data.generation, head);
      const number = data.number + 1;
      server.data = { ...data, generation: this.#newName(number), number, life, ends };
    }
    this.#take(node, server.data as Data);
    return true;
  }

  #take(node: Node, { generation, ends, log }: Data): void {
    if (node.generation !== generation) {
      const upTo = node.generation === '' ? -1 : (ends.get(PREFIX + node.generation) ?? -1);
      if (upTo < node.base) {
        node.base = upTo < 0 ? log.length : upTo;
        node.tail = [];
      } else node.tail.length = Math.min(node.tail.length, upTo - node.base);
    }
    node.generation = generation;
    node.ends = ends;
  }

  /** What a tail does that has heard nothing for a while: it looks at the record, where that is checked beyond connecting. */
  #lookAround(node: Node): void {
    const server = this.#serverOf(node);
    if (server === null) return;
    if (this.#design.check === 'script' || server.data?.generation !== node.generation) this.#open(node);
  }

  #append(node: Node): void {
    const server = this.#serverOf(node);
    if (server?.data === null || server === null) return;
    if (!server.isMaster) {
      node.server = null;
      return;
    }
    const isOtherLife = this.#design.check === 'script' && server.data.life !== this.#lifeOf(server);
    if ((isOtherLife || server.data.generation !== node.generation) && !this.#open(node)) return;
    this.#values += 1;
    this.appends += 1;
    const entry = { generation: node.generation, value: this.#values };
    server.data = { ...server.data, log: [...server.data.log, entry] };
    this.#give(node.generation, server.data.log.length, entry.value);
  }

  /** XREAD, and what the store makes of its entries. */
  #follow(node: Node): void {
    const server = this.#serverOf(node);
    if (server === null) return;
    const from = node.base + node.tail.length;
    for (const [index, { generation, value }] of (server.data?.log ?? []).slice(from).entries()) {
      if (!isOfLog(this.#recordOf(node), generation, from + index + 1)) {
        this.#open(node);
        return;
      }
      node.tail.push(value);
    }
  }

  #poll(client: Client, node: Node): void {
    if (node.generation === '') return;
    const cursor = client.name === null ? null : { epoch: PREFIX + client.name, seq: client.read.length };
    if (cursor !== null && !isGood(this.#recordOf(node), node.base + node.tail.length, cursor)) {
      // Redis is asked; where it can't be, the poll is refused.
      if (this.#serverOf(node) === null || !this.#open(node)) return;
    }
    if (cursor !== null && cursor.epoch !== PREFIX + node.generation) {
      const last = node.ends.get(cursor.epoch);
      if (last === undefined || cursor.seq > last) {
        this.#checkReset(client, node, last === undefined);
        client.name = null;
        client.read = [];
      }
    }
    const missing = this.#read(node, client.read.length);
    if (missing === null) return;
    client.name = node.generation;
    for (const value of missing) {
      client.read.push(value);
      this.#give(node.generation, client.read.length, value);
    }
  }

  /** A reset is for those who have lost something, or whose generation Redis no longer knows. */
  #checkReset(client: Client, node: Node, isUnknown: boolean): void {
    this.resets += 1;
    const log = this.#serverOf(node)?.data?.log;
    if (isUnknown || log === undefined) return;
    if (client.read.every((value, index) => log[index]?.value === value))
      throw new Broken('a reader was reset though the log has all that it read');
  }

  /** @returns what comes after a seq, of the node's own memory or of Redis; null where that can't be had. */
  #read(node: Node, after: number): readonly number[] | null {
    if (after >= node.base) return node.tail.slice(after - node.base);
    const log = this.#serverOf(node)?.data?.log;
    if (log === undefined) return null;
    const values: number[] = [];
    for (const [index, { generation, value }] of log.slice(after, node.base + node.tail.length).entries()) {
      if (!isOfLog(this.#recordOf(node), generation, after + index + 1)) break;
      values.push(value);
    }
    return values;
  }

  /** Never two messages under one cursor. */
  #give(generation: string, seq: number, value: number): void {
    const cursor = `${generation}.${seq}`;
    const before = this.#meaning.get(cursor) ?? value;
    if (before !== value) throw new Broken(`${cursor} is message ${before}, and message ${value}`);
    this.#meaning.set(cursor, value);
  }

  #recordOf({ generation, ends }: Node) {
    const name = PREFIX + generation;
    return { name, epoch: 'e', lives: { prefix: PREFIX, ends } };
  }

  #serverOf({ server }: Node): Server | null {
    return server === null ? null : this.#at(this.#servers, server);
  }

  #lifeOf({ runId, replid }: Server): string {
    return this.#design.life === 'run-id' ? runId : replid;
  }

  #newName(number: number): string {
    return this.#design.names === 'numbered' ? String(number) : this.#random();
  }

  #random(): string {
    this.#named += 1;
    return `r${this.#named}`;
  }

  #at<T>(all: readonly T[], index: number): T {
    return all[index % all.length] as T;
  }
}
