// Holds docs/protocol.md against the code, in both directions: what the code has must be in the document, and what the
// document says must be so in the code.
import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { flagOf } from '../command/settings.ts';
import { defaultConfig, helpText } from '../config.ts';
import { transports } from '../transports/index.ts';
import { CLOSE_CODES } from './close-codes.ts';
import { parseCursor } from './cursor.ts';
import * as limits from './limits.ts';
import * as messages from './messages.ts';
import { PROBLEM_STATUS, type Problem, type ProblemCode } from './problems.ts';
import { ROUTES, transportPath } from './routes.ts';

const TRANSPORTS = transports.map(({ name }) => name);

const markdown = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

interface Block {
  readonly language: string;
  readonly marker: string;
  readonly body: string;
}

const blocks: Block[] = [...markdown.matchAll(/^```(\S*) ?(.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  language: match[1] ?? '',
  marker: match[2] ?? '',
  body: match[3] ?? '',
}));

/** The document without its code blocks, where lines that begin with `#` and `|` are headings and tables. */
const prose = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');

/** @returns the rows of the one table whose head has these columns, each cell as its Markdown text. */
function table(...columns: string[]): string[][] {
  const head = `| ${columns.join(' | ')} |`;
  const lines = prose.split('\n');
  const found = lines.flatMap((line, index) => (line === head ? [index] : []));
  expect(found, `tables with the head ${head}`).toHaveLength(1);
  const rows: string[][] = [];
  for (const line of lines.slice((found[0] ?? 0) + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

/** The row's cells as plain values: without backticks. */
function plain(cell: string | undefined): string {
  return (cell ?? '').replaceAll('`', '');
}

/** The number at the beginning of a cell, as in `4,096 bytes`. */
function leadingNumber(cell: string | undefined): number {
  return Number(/^[\d,]+/.exec(cell ?? '')?.[0].replaceAll(',', ''));
}

function sorted(texts: readonly string[]): string[] {
  return texts.toSorted((a, b) => a.localeCompare(b));
}

/** `{a, b?}` as the document writes the fields of a schema; a frame's `type` stands first. */
function shapeOf(schema: z.ZodMiniObject): string {
  const fields = Object.entries(schema.shape).map(([name, field]) =>
    field._zod.def.type === 'optional' ? `${name}?` : name,
  );
  return `{${fields.sort((a, b) => Number(b === 'type') - Number(a === 'type')).join(', ')}}`;
}

function typeOf(frame: z.ZodMiniObject): string {
  const type = frame.shape['type'];
  return type instanceof z.ZodMiniLiteral ? String(type.def.values[0]) : 'no type';
}

const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEM_STATUS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().check(z.minLength(1)),
  })
  .check(
    z.refine((problem) => PROBLEM_STATUS[problem.code] === problem.status, 'the status must be that of the code'),
    z.refine((problem) => STATUS_CODES[problem.status] === problem.title, "the title must be the status's own phrase"),
  ) satisfies z.ZodMiniType<Problem>;

/** By the name that a block's marker has: what messages.ts exports as `<name>Schema`. */
const schemas = new Map<string, z.ZodMiniType>([['problem', problemSchema]]);
for (const [name, value] of Object.entries(messages)) {
  if (value instanceof z.ZodMiniType) schemas.set(name.replace(/Schema$/, ''), value);
}

/** Every example with its schema's name; a `jsonl` block has one on each line. */
const examples = blocks.flatMap(({ language, marker, body }) => {
  if (language === 'json') return [{ marker, json: body }];
  if (language === 'jsonl')
    return body
      .trimEnd()
      .split('\n')
      .map((json) => ({ marker, json }));
  return [];
});

interface SseEvent {
  readonly name: string;
  readonly id: string | null;
  readonly retry: string | null;
  readonly data: string;
}

const sseEvents: SseEvent[] = blocks
  .filter(({ language }) => language === 'sse')
  .flatMap(({ body }) => body.split('\n\n'))
  .filter((event) => event.includes('data: '))
  .map((event) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1] ?? null;
    return { name: field('event') ?? '(unnamed)', id: field('id'), retry: field('retry'), data: field('data') ?? '' };
  });

/** The schema of each SSE event's data. Every frame that is not about publishing has its event. */
const sseSchemas = new Map<string, z.ZodMiniObject>(
  messages.serverFrameSchema.def.options
    .map((frame): [string, z.ZodMiniObject] => [typeOf(frame), z.omit(frame, { type: true })])
    .filter(([type]) => !['receipt', 'authenticated', 'error'].includes(type))
    .map(([type, data]) => (type === 'message' ? ['(unnamed)', messages.messageSchema] : [type, data])),
);

function cursorsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'cursor' && typeof inner === 'string' ? [inner] : cursorsIn(inner),
  );
}

describe('an example in docs/protocol.md', () => {
  it('has a language, and where it is JSON a marker that names a schema', () => {
    for (const { language, marker, body } of blocks) {
      expect(['json', 'jsonl', 'sse', 'http', 'js', 'sh'], body).toContain(language);
      if (language.startsWith('json')) expect([...schemas.keys()], body).toContain(marker);
    }
  });

  it.each(examples)('satisfies its schema and has no field beside it: $marker $json', ({ marker, json }) => {
    const example: unknown = JSON.parse(json);
    // A parsed value has lost what the schema does not know, so equality also finds a misspelt optional field.
    expect(schemas.get(marker)?.parse(example)).toStrictEqual(example);
    for (const cursor of cursorsIn(example)) expect(parseCursor(cursor), cursor).not.toBeNull();
  });

  it('is there for every schema, and for every form of a frame', () => {
    const typesOf = (marker: string) =>
      examples
        .filter((example) => example.marker === marker)
        .map(({ json }) => (JSON.parse(json) as { type?: string }).type);
    for (const name of schemas.keys()) expect(examples.map(({ marker }) => marker)).toContain(name);
    for (const frame of messages.serverFrameSchema.def.options) expect(typesOf('serverFrame')).toContain(typeOf(frame));
    for (const frame of messages.clientFrameSchema.def.options) expect(typesOf('clientFrame')).toContain(typeOf(frame));
  });

  it.each(sseEvents)('of an SSE event satisfies the schema of its data: $name $data', ({ name, id, retry, data }) => {
    const value: unknown = JSON.parse(data);
    expect(sseSchemas.get(name)?.parse(value)).toStrictEqual(value);
    const { cursor, seq, retryMs } = value as { cursor?: string | null; seq?: number; retryMs?: number };
    if (name === '(unnamed)') expect(parseCursor(id ?? '')?.seq).toBe(seq);
    else expect(id).toBe(cursor ?? null);
    if (name === 'hello') expect(retry).toMatch(/^\d+$/);
    else expect(retry).toBe(retryMs === undefined ? null : String(retryMs));
  });

  it('is there for every SSE event', () => {
    expect(new Set(sseEvents.map(({ name }) => name))).toEqual(new Set(sseSchemas.keys()));
  });

  it('of a request names a route of the table, and its parameters', () => {
    const routes = table('method', 'path', 'what for').map(([method, path]) => `${plain(method)} ${plain(path)}`);
    const parameters = table('parameter', 'value', 'meaning').map(([name]) => plain(name));
    for (const { body } of blocks.filter(({ language }) => language === 'http')) {
      const [method, target] = body.split(' ');
      const url = new URL(target ?? '', 'http://lab');
      expect(routes).toContain(`${method} ${url.pathname}`);
      for (const name of url.searchParams.keys()) expect(parameters).toContain(name);
    }
  });
});

describe('a table in docs/protocol.md', () => {
  it('lists exactly the routes of the code', () => {
    const paths = table('method', 'path', 'what for').map(([, path]) => plain(path));
    expect(sorted(paths)).toEqual(sorted([...Object.values(ROUTES), ...TRANSPORTS.map(transportPath)]));
  });

  it('links each route to a heading that exists', () => {
    const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(
      (match) => `#${match[1]?.toLowerCase().replaceAll(' ', '-')}`,
    );
    for (const link of prose.matchAll(/\]\((#.*?)\)/g)) expect(headings).toContain(link[1]);
  });

  it('lists exactly the error codes with their statuses, in the order of the code', () => {
    const rows = table('status', 'code', 'meaning', 'remedy').map(([status, code]) => [plain(code), Number(status)]);
    expect(rows).toEqual(Object.entries(PROBLEM_STATUS));
  });

  it('lists exactly the close codes', () => {
    const codes = table('code', 'meaning', 'what the client does').map(([code]) => Number(code));
    expect(codes).toEqual(Object.values(CLOSE_CODES));
  });

  it('lists the reset reasons in the order in which they are checked', () => {
    expect(table('reason', 'when').map(([reason]) => plain(reason))).toEqual(messages.RESET_REASONS);
  });

  it('lists exactly the bounds', () => {
    const rows = table('bound', 'least', 'most', 'default').map(([name, min, max, byDefault]) => [
      plain(name),
      { min: Number(min), max: Number(max), default: leadingNumber(byDefault) },
    ]);
    expect(rows).toEqual([
      ['history', limits.HISTORY],
      ['limit', limits.LIMIT],
      ['wait', limits.WAIT_SECONDS],
      ['heartbeat', limits.HEARTBEAT_SECONDS],
    ]);
  });

  it('lists exactly the sizes', () => {
    const sizes = table('size', 'most', 'beyond it').map(([, most]) => leadingNumber(most));
    const inCode = Object.values(limits).filter((value) => typeof value === 'number');
    expect(sizes.toSorted((a, b) => a - b)).toEqual(inCode.toSorted((a, b) => a - b));
  });

  it("lists flags of the server with the server's own defaults", () => {
    const inCode = new Map(Object.entries(defaultConfig).map(([key, value]) => [`--${flagOf(key)}`, value]));
    for (const [flag, value] of table('flag', 'default', 'meaning')) {
      expect([flag, inCode.get(plain(flag))]).toEqual([flag, leadingNumber(value)]);
    }
    for (const [flag] of prose.matchAll(/(?<=`)--[a-z-]+/g)) expect(helpText()).toContain(`  ${flag} `);
  });

  it('gives the patterns of a client and of a cursor as the code has them', () => {
    const values = new Map(table('parameter', 'value', 'meaning').map(([name, value]) => [plain(name), value ?? '']));
    const pattern = (name: string) => /`(.*?)`/.exec(values.get(name) ?? '')?.[1] ?? 'no pattern';
    expect(`^${pattern('client')}$`).toBe(limits.ID_PATTERN.source);
    const documented = new RegExp(pattern('cursor'));
    expect(values.get('cursor')).toContain('at most 2^53−1');
    const epochs = fc.string({ unit: fc.constantFrom('A', 'z', '0', '_', '-'), maxLength: 3 });
    const longEpochs = fc.integer({ min: 30, max: 34 }).map((length) => 'e'.repeat(length));
    const seqs = fc.oneof(fc.bigInt({ min: 0n, max: 9n }), fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }));
    const digits = fc
      .tuple(fc.integer({ min: 0, max: 18 }), fc.option(seqs, { nil: '' }))
      .map(([width, seq]) => String(seq).padStart(width, '0'));
    const nearly = fc.tuple(fc.oneof(epochs, longEpochs), fc.constantFrom('.', '.', '', '..', ':'), digits);
    fc.assert(
      fc.property(nearly, ([epoch, dot, seq]) => {
        const text = epoch + dot + seq;
        const allowed = documented.test(text) && BigInt(seq) < 2n ** 53n;
        expect(parseCursor(text) !== null).toBe(allowed);
      }),
      { numRuns: 2000 },
    );
  });

  it('lists exactly the SSE events with the fields of their data', () => {
    const rows = table('event', '`id:`', 'data', 'when').map(([event, , data]) => `${plain(event)} ${plain(data)}`);
    expect(sorted(rows)).toEqual(sorted([...sseSchemas].map(([event, schema]) => `${event} ${shapeOf(schema)}`)));
  });

  it('lists exactly the frames with their fields', () => {
    // The document has two tables with this head: from the server, and from the client.
    const rows = [...prose.matchAll(/^\| `(\w+)` \| `(\{type.*?\})` \|/gm)].map((match) => [match[1], match[2]]);
    const frames = [...messages.serverFrameSchema.def.options, ...messages.clientFrameSchema.def.options];
    expect(rows).toEqual(frames.map((frame) => [typeOf(frame), shapeOf(frame)]));
  });

  it('lists exactly the fields of a page', () => {
    expect(
      `{${table('field', 'meaning')
        .map(([field]) => plain(field))
        .join(', ')}}`,
    ).toBe(shapeOf(messages.pageSchema));
  });

  it('explains every number of stats for every transport', () => {
    const numbers = table('number', ...TRANSPORTS.map((name) => `\`${name}\``), '`http`').map(([name]) => plain(name));
    expect(numbers).toEqual(Object.keys(messages.statsSchema.shape.transports.def.valueType.shape));
  });
});
