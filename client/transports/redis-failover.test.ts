// Failover with loss, again and again, behind the HAProxy of docs/storage.md: whoever read what is lost is reset, nobody
// goes on in silence, and who has only a receipt has it stored. `LAB_FAILOVERS=20` plays more.
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { testConfig } from '../../server/testing/config.ts';
import { NO_HAPROXY, startHaproxy } from '../../server/testing/haproxy.ts';
import { freePort, NO_REDIS, type RedisServer, startRedis } from '../../server/testing/redis-server.ts';
import { eventually, visit } from '../testing/lab.ts';
import { transports } from './index.ts';

const FAILOVERS = Number(process.env['LAB_FAILOVERS'] ?? 3);
const MISSING = NO_REDIS ?? NO_HAPROXY;
const NOBODY = ['127.0.0.1', '1'] as const;

async function startPair(): Promise<[RedisServer, RedisServer]> {
  const [master, replica] = [await startRedis(), await startRedis()];
  for (const redis of [master, replica]) onTestFinished(() => redis.stop());
  await follow(replica, master);
  return [master, replica];
}

async function follow(replica: RedisServer, master: RedisServer): Promise<void> {
  await replica.command('REPLICAOF', '127.0.0.1', String(master.port));
  await eventually(async () => String(await replica.command('INFO', 'replication'))).toContain('master_link_status:up');
}

/** @returns the offset of what is written, or has arrived. */
async function offset(redis: RedisServer, field: string): Promise<string> {
  return new RegExp(`${field}:(\\d+)`).exec(String(await redis.command('INFO', 'replication')))?.[1] ?? 'none';
}

function documented(port: number, one: RedisServer, two: RedisServer): string {
  const document = readFileSync(new URL('../../docs/storage.md', import.meta.url), 'utf8');
  const config = /<!-- example: haproxy -->\n```\n([\s\S]*?)```/.exec(document)?.[1];
  if (config === undefined) throw new Error('docs/storage.md has no example of HAProxy');
  const ports: Readonly<Record<string, number>> = { '6379': port, '6380': one.port, '6381': two.port };
  return config.replaceAll(/(?<=127\.0\.0\.1:)\d+/g, (named) => String(ports[named]));
}

describe.skipIf(MISSING !== null)(`failover ${MISSING === null ? '' : `(skipped: ${MISSING})`}`, () => {
  test(
    'with loss: nobody goes on in silence, over any transport',
    async () => {
      let [master, replica] = await startPair();
      const port = await freePort();
      await startHaproxy(documented(port, master, replica), port);
      const nodes: LabServer[] = [];
      for (let node = 0; node < 2; node += 1) {
        const store = `redis://127.0.0.1:${port}/0?room=r`;
        const lab = await startLabServer({ ...testConfig, store, byeSpreadMs: 0, shutdownMs: 0 });
        onTestFinished(() => lab.close());
        nodes.push(lab);
      }
      const urlOf = (index: number) => nodes[index % nodes.length]?.url ?? '';
      const visitors = [...transports, ...transports].map((transport, index) =>
        visit(urlOf(index + Math.floor(index / transports.length)), transport, {
          clientId: `visitor-${index}`,
          history: 200,
          waitSeconds: 1,
        }),
      );
      const texts: string[] = [];
      const say = (text: string) => {
        visitors[texts.length % visitors.length]?.session.send(text);
        texts.push(text);
      };
      const allRead = async (what: readonly string[]) => {
        for (const visitor of visitors) await eventually(() => [...visitor.texts].sort()).toEqual([...what].sort());
      };
      for (let round = 1; round <= FAILOVERS; round += 1) {
        say(`kept ${round}`);
        await allRead(texts);
        const kept = [...texts];
        const written = master;
        await eventually(async () => offset(replica, 'slave_repl_offset')).toBe(
          await offset(written, 'master_repl_offset'),
        );
        // It keeps what it has, and gets no more.
        await replica.command('REPLICAOF', ...NOBODY);
        const lost = [`lost ${round}`, `lost too ${round}`];
        for (const text of lost) say(text);
        await allRead([...kept, ...lost]);
        const before = visitors.map(({ resets }) => resets.length);
        await master.kill();
        await replica.command('REPLICAOF', 'NO', 'ONE');
        for (const [index, visitor] of visitors.entries()) {
          await eventually(() => visitor.resets.length).toBe((before[index] ?? 0) + 1);
          expect(visitor.resets.at(-1)).toBe('rolled-back');
        }
        texts.splice(0, texts.length, ...kept);
        await master.start();
        await follow(master, replica);
        [master, replica] = [replica, master];
      }
      say('the end');
      await allRead(texts);
      const [first] = visitors;
      for (const { texts: read, seqs } of visitors) {
        expect(read).toEqual(first?.texts);
        expect(seqs).toEqual(first?.seqs);
      }
      for (const { resets } of visitors) expect(resets).toEqual(Array.from({ length: FAILOVERS }, () => 'rolled-back'));
    },
    30_000 + FAILOVERS * 10_000,
  );
});
