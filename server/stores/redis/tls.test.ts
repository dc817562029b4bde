// A Redis over TLS, with a certificate that nobody knows but who was told of it. The authorities that a program trusts
// are read when it starts: so each lab is a process of its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isInstalled } from '../../command/installed.ts';
import type { Page } from '../../protocol/messages.ts';
import { ask, join as joinRoom, parsed, post } from '../../testing/lab.ts';
import { freePort, NO_REDIS, REDIS_SERVER, startRedis } from '../../testing/redis-server.ts';
import { labAt, ready, start } from '../../testing/server-process.ts';
import { temporaryFolder } from '../../testing/temporary.ts';

function whyNot(): string | null {
  if (NO_REDIS !== null) return NO_REDIS;
  if (!isInstalled('openssl', 'version')) return 'openssl is not installed';
  // Without a certificate it ends at once; built without TLS it does not even know the setting.
  const { stdout } = spawnSync(REDIS_SERVER, ['--port', '0', '--tls-port', '1'], { encoding: 'utf8' });
  return stdout.includes('Failed to configure TLS') ? null : `${REDIS_SERVER} was built without TLS`;
}

const WHY_NOT = whyNot();

/** Resolves with the address of a Redis whose certificate is for 127.0.0.1, and with the file that vouches for it. */
async function secureRedis() {
  const folder = temporaryFolder();
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  const files = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate];
  execFileSync('openssl', [...args, ...files], { stdio: 'ignore' });
  const port = await freePort();
  const redis = await startRedis([
    ...['--tls-port', String(port), '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', certificate, '--tls-key-file', key],
  ]);
  onTestFinished(() => redis.stop());
  const labOn = (host: string, env: Record<string, string> = {}) =>
    start(['--port', '0', '--no-page-build', '--store', `rediss://${host}:${port}/0?room=secret`], env);
  return { labOn, certificate };
}

describe.skipIf(WHY_NOT !== null)(`a Redis over TLS ${WHY_NOT === null ? '' : `(skipped: ${WHY_NOT})`}`, () => {
  test('is a store where Node was told who vouches for it', async () => {
    const { labOn, certificate } = await secureRedis();
    const env = { NODE_EXTRA_CA_CERTS: certificate };
    const [one, other] = await Promise.all([ready(labOn('127.0.0.1', env)), ready(labOn('127.0.0.1', env))]);
    const { token } = await joinRoom(labAt(one.url));
    expect((await post(labAt(one.url), token, 'in secret')).status).toBe(201);
    const { text } = await ask(labAt(other.url), 'GET', '/v1/short-polling');
    expect(parsed<Page>(text).messages.map((message) => message.text)).toEqual(['in secret']);
  });

  test('is none where nobody vouches for it, or for another host, and the lab says what to do', async () => {
    const { labOn, certificate } = await secureRedis();
    const [unknown, elsewhere] = [labOn('127.0.0.1'), labOn('localhost', { NODE_EXTRA_CA_CERTS: certificate })];
    expect((await unknown.exited).code).toBe(1);
    expect(unknown.stderr()).toContain('NODE_EXTRA_CA_CERTS');
    expect((await elsewhere.exited).code).toBe(1);
    expect(elsewhere.stderr()).toContain('has a certificate for another host');
  });
});
