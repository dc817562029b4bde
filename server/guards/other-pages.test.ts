// What another site's page can make a browser ask for without an Origin, and what every answer says against it.
import { describe, expect, test } from 'vitest';
import { ask, codeOf, join, post, startLab } from '../testing/lab.ts';
import { connectRaw } from '../testing/raw-client.ts';

const READS = [
  'short-polling',
  'long-polling',
  'sse',
  'websocket',
  'presence',
  'stats',
  'lab/trace',
  'lab/network',
].map((name) => `/v1/${name}`);
const ALLOWED = 'https://page.example';

describe.each(['cross-site', 'same-site'])('Sec-Fetch-Site: %s without an Origin', (site) => {
  test.each(READS)('is refused on %s', async (path) => {
    const lab = await startLab({ labControls: 'on' });
    const answer = await ask(lab, 'GET', path, { headers: { 'Sec-Fetch-Site': site } });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'origin-not-allowed']);
  });

  test('is no matter where the Origin is allowed, nor for the health of the process', async () => {
    const lab = await startLab({ allowOrigin: [ALLOWED] });
    const headers = { 'sec-fetch-site': site, Origin: ALLOWED };
    expect((await ask(lab, 'GET', '/v1/presence', { headers })).status).toBe(200);
    expect((await ask(lab, 'GET', '/healthz', { headers: { 'Sec-Fetch-Site': site } })).status).toBe(200);
  });
});

test.each(['none', 'same-origin'])('Sec-Fetch-Site: %s is the lab’s own page, or a person', async (site) => {
  const headers = { 'Sec-Fetch-Site': site };
  expect((await ask(await startLab(), 'GET', '/v1/short-polling', { headers })).status).toBe(200);
});

test('every answer under /v1 that has a body says what it is, and that nobody should guess', async () => {
  const lab = await startLab({ labControls: 'on' });
  const { token } = await join(lab);
  const answers = [
    await post(lab, token, 'text'),
    await ask(lab, 'POST', '/v1/join'),
    await ask(lab, 'GET', '/v1/nothing'),
    await ask(lab, 'GET', '/v1/long-polling'),
    ...(await Promise.all(
      ['short-polling', 'presence', 'stats', 'websocket'].map((name) => ask(lab, 'GET', `/v1/${name}`)),
    )),
  ];
  for (const { headers } of answers) expect(headers['x-content-type-options']).toBe('nosniff');
  for (const path of ['/v1/sse', '/v1/lab/trace']) {
    const client = await connectRaw(lab.url);
    client.request('GET', path);
    expect((await client.head()).headers['x-content-type-options']).toBe('nosniff');
  }
});

test('joins from one address are limited, and a token is not needed twice', async () => {
  const lab = await startLab({ addressJoinRate: 1 });
  const headers = { 'Content-Type': 'application/json' };
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => ask(lab, 'POST', '/v1/join', { headers, body: '{}' })),
  );
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(5);
  const refused = answers.find(({ status }) => status === 429);
  expect([codeOf(refused ?? { text: '{}' }), refused?.headers['retry-after']]).toEqual(['rate-limited', '1']);
});
