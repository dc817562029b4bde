// The README's commands, run as they are printed (but for the port) against the server that `npm start` runs.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from './project-root.ts';

const root = projectRoot();
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const hasCurl = spawnSync('curl', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0;
const run = promisify(execFile);

/** @returns the shell lines under `<!-- example: NAME -->`. */
function example(name: string): string {
  const code = new RegExp(`<!-- example: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (code === undefined) throw new Error(`the README has no example "${name}"`);
  return code;
}

describe.skipIf(!hasCurl)(`README${hasCurl ? '' : ' (skipped: needs curl and bash on the PATH)'}`, () => {
  const flags = ['--port', '0', '--store', 'memory', '--no-page-build'];
  const server = spawn(process.execPath, [join(root, 'dist/server/main.js'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let url = '';

  beforeAll(async () => {
    for await (const line of createInterface({ input: server.stdout })) {
      url = /listening on (http:\/\/\S+)/.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }
  });
  afterAll(() => void server.kill());

  /** Runs examples one after the other in one shell, as a reader would. */
  async function shell(...lines: string[]): Promise<string> {
    const script = lines.join('\n').replaceAll('http://127.0.0.1:8080', url);
    const { stdout } = await run('bash', ['-c', script], { timeout: 25_000 });
    return stdout;
  }

  it('joins, and posts a message that gets a receipt', async () => {
    const receipt: unknown = JSON.parse(await shell(example('join'), example('post')));
    expect(receipt).toMatchObject({ duplicate: false, cursor: expect.stringMatching(/^[\w-]+\.\d+$/) });
  });

  it('polls: a page, and then 204', async () => {
    const [page, status] = (await shell(example('join'), example('post'), example('poll'))).trim().split('\n').slice(1);
    expect(page).toContain('Hello from curl');
    expect(status).toBe('204');
  });

  it('holds a poll until there is a message', async () => {
    const out = await shell(
      example('join'),
      `${example('poll')} >/dev/null`,
      `(${example('hold').trim()}) & HELD=$!`,
      // The other terminal, once the poll is held.
      `until curl -s ${url}/v1/stats | grep -q '"parked":1'; do :; done`,
      `${example('post').trim()} >/dev/null`,
      'wait $HELD',
    );
    expect(out).toContain('"text":"Hello from curl"');
  });

  it('streams hello, history and live events', async () => {
    const out = await shell(
      example('join'),
      `coproc STREAM { ${example('stream').trim()} 2>/dev/null; }`,
      'read_until() { while IFS= read -r line <&"$' +
        '{STREAM[0]}"; do echo "$line"; case "$line" in *"$1"*) return;; esac; done; }',
      'read_until "event: hello"',
      'read_until "Hello from curl"',
      `curl -s ${url}/v1/messages -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"id":"live","text":"a live one"}' >/dev/null`,
      'read_until "a live one"',
      'kill $STREAM_PID',
    );
    expect(out).toContain('event: hello');
    expect(out).toContain('a live one');
  });
});
