// Holds docs/websocket-by-hand.md against the code; figures.test.ts does so for its figures.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultConfig, helpText } from '../config.ts';
import { CONFORMANCE_ECHO_PATH, ECHO_BYTES, LAB_ECHO_PATH } from '../lab-controls/websocket-echo.ts';
import { BODY_BYTES } from '../protocol/limits.ts';
import { clientFrameSchema, serverFrameSchema } from '../protocol/messages.ts';
import { OPCODES, type Opcode } from '../protocol/opcodes.ts';
import { startLab } from '../testing/lab.ts';
import { RawClient } from '../testing/raw-client.ts';
import { clientFrame, decode, hex, NO_LIMITS } from './client-frames.ts';
import { MAX_UNREAD_ANSWER_BYTES } from './engine.ts';
import { createEngine, ENGINE_NAMES } from './engines.ts';
import { encodeFrame } from './frame-encoder.ts';
import { createFrameSplitter, type SplitFrame } from './frame-splitter.ts';
import { acceptValue } from './handshake.ts';
import { RawPeer, serve } from './testing/client.ts';
import { VIOLATIONS } from './violations.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const markdown = readFileSync(join(docs, 'websocket-by-hand.md'), 'utf8');
const roomSource = readFileSync(new URL('../transports/websocket.ts', import.meta.url), 'utf8');

const blocks = [...markdown.matchAll(/^```(\S*) ?(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', marker = '', body = '']) => ({ language, marker, body }),
);
const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');

function block(language: string, marker: string): string {
  const found = blocks.filter((one) => one.language === language && one.marker === marker);
  expect(found, `blocks ${language} ${marker}`).toHaveLength(1);
  return found[0]?.body ?? '';
}

/** @returns the rows of the table with these columns, each cell as its Markdown text. */
function table(...columns: string[]): string[][] {
  const [, rows] = prose.split(`| ${columns.join(' | ')} |\n`);
  const lines = (rows ?? '').split('\n').slice(1);
  return lines.slice(0, lines.indexOf('')).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** What stands between the backticks of a cell. */
function code(cell: string | undefined): string {
  return [...(cell ?? '').matchAll(/`(.*?)`/g)].map(([, inner]) => inner).join(' ');
}

/** The number that a constant of the room has, which is nobody else's business. */
function constantOfRoom(name: string): number {
  return Number(new RegExp(`^const ${name} = ([\\d_]+);$`, 'm').exec(roomSource)?.[1]?.replaceAll('_', ''));
}

/** Bytes as a `hex` block has them: hex, 'text' in quotes, and notes behind `#`. */
function bytesOf(body: string): Buffer {
  const lines = body.split('\n').map((line) => {
    const quoted = /^'(.*)'$/.exec(line)?.[1];
    return quoted === undefined ? hex(line.replace(/#.*/, '')) : Buffer.from(quoted);
  });
  return Buffer.concat(lines);
}

/** What a server's frames say, in the words of `decode`, which takes masked ones; and that they are as ours are. */
function decodeFromServer(bytes: Buffer): string[] {
  const frames: SplitFrame[] = [];
  createFrameSplitter(bytes.length, (frame) => void frames.push(frame))(bytes);
  const opcodeOf = ({ header }: SplitFrame) => ((header[0] ?? 0) & 0x0f) as Opcode;
  const encoded = frames.map((frame) => encodeFrame(opcodeOf(frame), frame.payload));
  expect(bytes.toString('hex')).toBe(Buffer.concat(encoded).toString('hex'));
  return decode(frames.map((frame) => clientFrame({ opcode: opcodeOf(frame), payload: frame.payload })));
}

describe('an example in docs/websocket-by-hand.md', () => {
  const examples = blocks.filter(({ language }) => language === 'hex');

  it.each(examples)('decodes to what it says: $marker', ({ marker, body }) => {
    const [from = '', ...words] = marker.split(' ');
    expect(['from-client', 'from-server']).toContain(from);
    const bytes = bytesOf(body);
    const notes = from === 'from-client' ? decode([bytes]) : decodeFromServer(bytes);
    const [schema, type] = words;
    if (schema !== 'clientFrame' && schema !== 'serverFrame') {
      expect(notes.map((note) => note.trimEnd()).join('; ')).toBe(words.join(' '));
      return;
    }
    const json: unknown = JSON.parse(notes.join().replace(/^text /, ''));
    const parsed = (schema === 'clientFrame' ? clientFrameSchema : serverFrameSchema).parse(json);
    expect(parsed).toStrictEqual(json);
    expect(parsed.type).toBe(type);
  });

  it('names each length in its notes as the bytes have it', () => {
    let count = 0;
    for (const { body } of examples) {
      for (const [, bytes = '', amount] of body.matchAll(/^(.*?) +#.*?(\d+) bytes/gm)) {
        const second = hex(bytes).at(-1) ?? 0;
        const inWord = hex(bytes).length === 4 ? hex(bytes).readUInt16BE(2) : second & 0x7f;
        expect(inWord, body).toBe(Number(amount));
        count += 1;
      }
    }
    expect(count).toBe(4);
  });

  it('of the accept value is computed as the code does', () => {
    const key = /^Sec-WebSocket-Key: (.*)$/m.exec(block('http', 'request'))?.[1] ?? '';
    const steps = Object.fromEntries(
      block('text', 'accept')
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/)),
    ) as Record<string, string>;
    expect(steps['joined']).toMatch(new RegExp(`^${key}`));
    expect(steps['SHA-1']).toBe(createHash('sha1').update(String(steps['joined'])).digest('hex'));
    expect(steps['base64']).toBe(acceptValue(key));
    expect(hex(String(steps['SHA-1'])).toString('base64')).toBe(steps['base64']);
  });

  it.each(ENGINE_NAMES)('of the handshake is answered as it says by %s', async (websocketEngine) => {
    const lab = await startLab({ websocketEngine });
    const client = new RawClient(connect(Number(new URL(lab.url).port), '127.0.0.1'));
    onTestFinished(() => void client.socket.destroy());
    const crlf = (text: string) => `${text}\n`.replaceAll('\n', '\r\n');
    client.send(crlf(block('http', 'request')));
    const response = crlf(block('http', 'response'));
    expect((await client.bytes(response.length)).toString()).toBe(response);
  });
});

describe('a table in docs/websocket-by-hand.md', () => {
  it('lists exactly the opcodes', () => {
    const rows = table('opcode', 'frame', 'section').map(([value, name]) => [name?.split(' ')[0], Number(value)]);
    expect(Object.fromEntries(rows)).toEqual(OPCODES);
  });

  it('tells how long a header is', () => {
    const rows = table('payload', 'seven bits say', 'then', 'header, without key');
    const headerOf = (payloadBytes: number) =>
      encodeFrame(OPCODES.binary, Buffer.alloc(payloadBytes)).length - payloadBytes;
    const most = rows.map(([payload]) => Number(/[\d,]+/.exec(payload ?? '')?.[0].replaceAll(',', '') ?? 70_000));
    expect(rows.map(([, , , header]) => header)).toEqual(most.map((bytes) => `${headerOf(bytes)} bytes`));
    expect(headerOf((most[0] ?? 0) + 1)).toBe(headerOf(most[1] ?? 0));
    expect(headerOf((most[1] ?? 0) + 1)).toBe(headerOf(most[2] ?? 0));
  });

  const rules = table('rule', 'reason sent', 'section', 'code', 'bytes');

  it('lists exactly the rules, with the section and the close code of each', () => {
    const rows = rules.map(([, reason, section, closeCode]) => `${code(reason)} ${section} ${closeCode}`);
    const inCode = Object.entries(VIOLATIONS);
    expect(rows.sort()).toEqual(
      inCode.map(([name, { section, closeCode }]) => `${name} [${section}] ${closeCode}`).sort(),
    );
  });

  it.each(rules.filter(([, , , , bytes]) => code(bytes) !== ''))(
    'breaks with its last byte: %s',
    (_rule, reason, _section, closeCode, bytes) => {
      const broken = hex(code(bytes));
      const limits = { ...NO_LIMITS, maxMessageBytes: BODY_BYTES };
      expect(decode([broken], limits)).toEqual([`violation ${closeCode} ${code(reason)}`]);
      expect(decode([broken.subarray(0, -1)], limits)).toEqual([]);
    },
  );

  it('lists the limits of the room', () => {
    const limits = table('in the room', 'most', 'against').map(([, most]) => Number(most?.replaceAll(',', '')));
    const inCode = [BODY_BYTES, defaultConfig.maxFragments, defaultConfig.messageTimeoutMs, MAX_UNREAD_ANSWER_BYTES];
    expect(limits).toEqual(inCode);
    expect(constantOfRoom('CLOSE_TIMEOUT_MS')).toBe(2000); // "waits for two seconds"
  });

  const differences = table('a client sends', 'bytes', '`by-hand` answers', '`ws` answers');
  const answers = differences.flatMap(([what = '', bytes, byHand, ws]) => [
    { what, bytes, engine: 'by-hand' as const, answer: code(byHand) },
    { what, bytes, engine: 'ws' as const, answer: code(ws) },
  ]);

  it.each(answers)('tells how $engine answers $what', async ({ bytes, engine, answer }) => {
    const limits = { maxMessageBytes: BODY_BYTES, maxFragments: 10, messageTimeoutMs: 0, closeTimeoutMs: 200 };
    const server = await serve(createEngine(engine, limits), (connection) => ({
      text: (data) => connection.sendText(data),
      binary: (data) => connection.sendBinary(data),
      pong: () => undefined,
      closed: () => undefined,
    }));
    onTestFinished(() => server.close());
    const peer = await RawPeer.open(server.port);
    peer.socket.write(hex(code(bytes)));
    const [first = ''] = await peer.frameCount(1);
    expect(decodeFromServer(frameOf(first)).join().trimEnd()).toBe(answer);
  });
});

/** A frame again, of what RawPeer tells of it: `81 Hello`. */
function frameOf(told: string): Buffer {
  return encodeFrame((Number.parseInt(told.slice(0, 2), 16) & 0x0f) as Opcode, Buffer.from(told.slice(3), 'latin1'));
}

describe('the client to try in docs/websocket-by-hand.md', () => {
  const run = promisify(execFile);

  /** Runs it as it is printed, but for the port. */
  async function hello(port: string, ...args: string[]): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'transport-lab-hello-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const script = join(folder, 'hello.mjs');
    writeFileSync(script, block('js', 'hello.mjs').replaceAll('8080', port));
    const { stdout } = await run(process.execPath, [script, ...args], { timeout: 20_000 });
    return stdout.trim().split('\n');
  }

  it.each(ENGINE_NAMES)('gets its echo, and comes into the room, of %s', async (websocketEngine) => {
    const lab = await startLab({ websocketEngine, labControls: 'on', conformance: true });
    const { port } = new URL(lab.url);
    expect(await hello(port)).toEqual(['Hello', 'closed 1000']);
    expect(await hello(port, LAB_ECHO_PATH, 'x'.repeat(125))).toEqual(['x'.repeat(125), 'closed 1000']);
    expect(await hello(port, CONFORMANCE_ECHO_PATH, 'ä€😀')).toEqual(['ä€😀', 'closed 1000']);
    expect(await hello(port, '/v1/websocket')).toEqual([
      expect.stringContaining('"type":"hello","cursor":'),
      expect.stringContaining('a frame must be JSON'),
      'closed 1000',
    ]);
  });

  it('shows the answer where that is no handshake', async () => {
    const lab = await startLab();
    await expect(hello(new URL(lab.url).port, '/nowhere')).rejects.toThrow('404');
  });
});

describe('docs/websocket-by-hand.md', () => {
  it('links to files that exist, to things that are defined in them, and to headings', () => {
    const headings = (text: string) =>
      [...text.matchAll(/^#+ (.*)$/gm)].map(([, name = '']) => name.toLowerCase().replaceAll(' ', '-'));
    const links = [...prose.matchAll(/\[([^\]]*)\]\(([^)]+)\)/g)].filter(([, , target]) => !target?.startsWith('http'));
    expect(links.length).toBeGreaterThan(30);
    for (const [, text = '', target = ''] of links) {
      const [path = '', heading] = target.split('#');
      if (path !== '') expect(existsSync(join(docs, path)), path).toBe(true);
      const isFile = extname(path) !== '';
      const content = path === '' ? prose : isFile ? readFileSync(join(docs, path), 'utf8') : '';
      if (heading !== undefined) expect(headings(content)).toContain(heading);
      const name = path.endsWith('.ts') && text.startsWith('`') ? code(text) : null;
      const defined = new RegExp(
        `\\b(function|class|const|interface) ${name}\\b|^ +(private )?${name}\\(.*(\\{|;)$`,
        'm',
      );
      if (name !== null) expect(content).toMatch(defined);
    }
  });

  it('cites sections by their own addresses, all that it names and no others', () => {
    const text = prose.replaceAll(/^\[[\d.]+\]: .*$/gm, '');
    const cited = [...text.matchAll(/\[([\d.]+)\]/g)].map(([, section]) => section);
    const addresses = [...prose.matchAll(/^\[([\d.]+)\]: \S+#section-(\S+)$/gm)];
    for (const [, section, anchor] of addresses) expect(anchor).toBe(section);
    expect(addresses.map(([, section]) => section)).toEqual(expect.arrayContaining([...new Set(cited)]));
    expect(addresses).toHaveLength(new Set(cited).size);
  });

  it("names the server's own flags, defaults and paths", () => {
    for (const [flag] of markdown.matchAll(/(?<=npm start.* |`)--[a-z-]+/g))
      expect(helpText()).toMatch(new RegExp(`^  ${flag}( |$)`, 'm'));
    expect(defaultConfig.websocketEngine).toBe('ws');
    expect(ECHO_BYTES).toBe(16 * 1024 * 1024);
    const suite = JSON.parse(block('json', 'fuzzingclient')) as { servers: { url: string }[] };
    expect(suite.servers.map(({ url }) => new URL(url).pathname)).toEqual([CONFORMANCE_ECHO_PATH]);
    expect(prose).toContain(`\`${CONFORMANCE_ECHO_PATH}\``);
    const [, anatomy = ''] = /#anatomy\?hex=([\da-f]+)/.exec(prose) ?? [];
    expect(decode([hex(anatomy)])).toEqual(['text Hello']);
  });
});
