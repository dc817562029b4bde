// What the page takes a request to weigh, held against what a real server counts for real polls.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LabServer, startLabServer } from '../../server/lab-server.ts';
import { transportPath } from '../../server/protocol/routes.ts';
import { testConfig } from '../../server/testing/config.ts';
import { createNodeEnv } from '../transports/env-node.ts';
import { readText } from '../transports/http/read-body.ts';
import type { TransportEnv } from '../transports/transport.ts';
import { weighRequest } from './request-scale.ts';

let lab: LabServer;
let env: TransportEnv;

beforeAll(async () => {
  lab = await startLabServer(testConfig);
  env = createNodeEnv({ baseUrl: lab.url });
});
afterAll(async () => {
  env.close();
  await lab.close();
});

it('is what a poll of the same browser weighs, its path apart', async () => {
  const requestBytes = await weighRequest(env, 'scale');
  const path = `${transportPath('short-polling')}?client=tab`;
  await readText((await env.request({ method: 'GET', path })).body);
  const stats = await fetch(`${lab.url}/v1/stats?client=tab`);
  const { transports } = (await stats.json()) as { transports: Record<string, { bytesIn: number }> };
  expect(requestBytes + path.length - 1).toBe(transports['short-polling']?.bytesIn);
});

it('is not guessed where something else is counted under the same name', async () => {
  await weighRequest(env, 'twice');
  await expect(weighRequest(env, 'twice')).rejects.toThrow('did not count the request');
});
