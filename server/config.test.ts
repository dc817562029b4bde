import { describe, expect, test } from 'vitest';
import { FlagError, flagOf } from './command/settings.ts';
import { defaultConfig, helpText, type LabConfig, readConfig } from './config.ts';

const keys = Object.keys(defaultConfig) as (keyof LabConfig)[];
const envOf = (key: string) => `LAB_${flagOf(key).toUpperCase().replaceAll('-', '_')}`;

/** A value of each setting that is not its default. */
const OTHER: { readonly [K in keyof LabConfig]: readonly [text: string, value: LabConfig[K]] } = {
  port: ['0', 0],
  host: ['::1', '::1'],
  store: ['memory', 'memory'],
  storeTimeoutMs: ['500', 500],
  maxIds: ['1000', 1000],
  newEpoch: ['true', true],
  websocketEngine: ['by-hand', 'by-hand'],
  allowHost: ['lab.example,[::2]', ['lab.example', '[::2]']],
  allowOrigin: ['https://a.example, http://b.example:81', ['https://a.example', 'http://b.example:81']],
  heartbeatMs: ['100', 100],
  pongTimeoutMs: ['50', 50],
  stallMs: ['50', 50],
  maxUnreadMib: ['0', 0],
  maxUnreadMibPerAddress: ['0', 0],
  maxMemoryMib: ['0', 0],
  presenceLeaseMs: ['100', 100],
  retain: ['1', 1],
  dedupeWindowMs: ['1000', 1000],
  publishRate: ['0', 0],
  addressPublishRate: ['0', 0],
  addressJoinRate: ['0', 0],
  maxConnections: ['0', 0],
  maxRaces: ['0', 0],
  maxConnectionsPerAddress: ['0', 0],
  maxUnanswered: ['0', 0],
  trustProxy: ['2', 2],
  maxFragments: ['1', 1],
  messageTimeoutMs: ['0', 0],
  maxParked: ['0', 0],
  maxParkedPerAddress: ['0', 0],
  maxParkedPerClient: ['0', 0],
  countedClients: ['1', 1],
  connectionClients: ['1', 1],
  headersTimeoutMs: ['0', 0],
  requestTimeoutMs: ['0', 0],
  keepAliveTimeoutMs: ['0', 0],
  lingerMs: ['1500', 1500],
  lingerBytes: ['4096', 4096],
  shutdownMs: ['0', 0],
  byeSpreadMs: ['0', 0],
  labControls: ['off', 'off'],
  maxTraces: ['1', 1],
  maxTracedAtOnce: ['1', 1],
  traceUnreadBytes: ['16384', 16_384],
  maxEchoes: ['1', 1],
  echoBytes: ['16777216', 16_777_216],
  conformance: ['true', true],
  logLevel: ['debug', 'debug'],
  pageBuild: ['false', false],
};

function read(args: readonly string[], env: Record<string, string> = {}): LabConfig {
  const config = readConfig(args, env);
  if (config === 'help') throw new Error('help was asked for');
  return config;
}

const isToggle = (key: keyof LabConfig) => typeof defaultConfig[key] === 'boolean';

test('nothing given: the defaults', () => expect(read([])).toEqual(defaultConfig));

describe.each(keys)('%s', (key) => {
  const [text, value] = OTHER[key];

  test('is taken from its flag', () => {
    const args = isToggle(key) ? [`--${text === 'false' ? 'no-' : ''}${flagOf(key)}`] : [`--${flagOf(key)}`, text];
    expect(read(args)).toEqual({ ...defaultConfig, [key]: value });
  });

  test('is taken from its variable', () => {
    expect(read([], { [envOf(key)]: text })).toEqual({ ...defaultConfig, [key]: value });
  });

  test('is in the help, with its variable and its default', () => {
    const lines = helpText().split('\n');
    const at = lines.findIndex((line) => line.split(' ')[2] === `--${flagOf(key)}`);
    const shown = Array.isArray(defaultConfig[key]) ? 'none' : String(defaultConfig[key]);
    expect(lines[at + 2]?.trim()).toBe(`${envOf(key)}, default ${shown}`);
    expect(lines[at + 1]?.trim().length).toBeGreaterThan(10);
  });
});

describe('precedence', () => {
  test('a flag wins over its variable, a variable over the default', () => {
    expect(read(['--port', '1'], { LAB_PORT: '2' }).port).toBe(1);
    expect(read([], { LAB_PORT: '2' }).port).toBe(2);
    expect(read(['--page-build'], { LAB_PAGE_BUILD: 'false' }).pageBuild).toBe(true);
  });

  test('an empty variable counts as none, and other variables are nobody’s business', () => {
    expect(read([], { LAB_PORT: '', LAB_UNKNOWN: 'x', PORT: '1' })).toEqual(defaultConfig);
  });

  test('the last of a repeated flag counts, but lists are added up', () => {
    expect(read(['--port', '1', '--port=2']).port).toBe(2);
    const args = ['--allow-origin', 'http://a', '--allow-origin', 'http://b,http://c'];
    expect(read(args).allowOrigin).toEqual(['http://a', 'http://b', 'http://c']);
  });
});

describe('what is wrong is told with what would be right', () => {
  test.each([
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, not "65536"'],
    [['--port', '8080x'], '--port must be a whole number from 0 to 65535, not "8080x"'],
    [['--port='], '--port must be a whole number from 0 to 65535, not ""'],
    [['--heartbeat-ms', '99'], '--heartbeat-ms must be a whole number from 100 to 3600000, not "99"'],
    [['--publish-rate', '1.5'], '--publish-rate must be a whole number from 0 to 999999999999, not "1.5"'],
    [['--max-fragments', '0'], '--max-fragments must be a whole number from 1 to 1000000, not "0"'],
    [['--trust-proxy', 'true'], '--trust-proxy must be a whole number from 0 to 100, not "true"'],
    [['--websocket-engine', 'uws'], '--websocket-engine must be ws or by-hand, not "uws"'],
    [['--store', 'file'], '--store must be memory, sqlite:PATH or redis://HOST:PORT/DB?room=NAME, not "file"'],
    [['--store', 'sqlite:'], '--store must be memory, sqlite:PATH or redis://HOST:PORT/DB?room=NAME, not "sqlite:"'],
    [['--store', 'redis:'], '--store must name a host, as redis://HOST:PORT/DB?room=NAME does, not "redis:"'],
    [['--store', 'rediss://h/?room=a.b'], '--store must have one room, of 1 to 64 of A-Z a-z 0-9 _ -'],
    [['--store', 'redis://h/x'], '--store must have the number of a database as its path, or none'],
    [['--store', 'redis://u:secret@h/0?x=1'], 'behind it but ?room=NAME, not "redis://…@h/0?x=1"'],
    [['--host', ''], '--host must not be empty, not ""'],
    [['--allow-host', 'lab.example:80'], '--allow-host must be a host name without a port, not "lab.example:80"'],
    [
      ['--allow-origin', 'https://a.example/'],
      '--allow-origin must be an origin such as https://lab.example, without a path, not "https://a.example/"',
    ],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['--no-port'], "Unknown option '--no-port'"],
    [['--port'], "Option '--port <value>' argument missing"],
    [['8080'], "Unexpected argument '8080'"],
    [['--page-build=maybe'], "Option '--page-build' does not take an argument"],
  ])('%j', (args, message) => {
    expect(() => read(args)).toThrow(FlagError);
    expect(() => read(args)).toThrow(message);
  });

  test.each([
    [{ LAB_RETAIN: '0' }, 'LAB_RETAIN must be a whole number from 1 to 10000000, not "0"'],
    [{ LAB_PAGE_BUILD: 'no' }, 'LAB_PAGE_BUILD must be true or false, not "no"'],
  ])('%j', (env, message) => expect(() => read([], env)).toThrow(message));

  test.each([
    'https://a.example/path',
    'a.example',
    'ftp://a.example',
    'https://',
    'null',
    '*',
    'https://A.example',
    'https://a.example:443',
  ])('the origin %s is none that a browser would send', (origin) =>
    expect(() => read(['--allow-origin', origin])).toThrow('--allow-origin must be an origin'),
  );
});

describe('help', () => {
  test('says what a trusted proxy turns off', () => {
    expect(helpText()).toMatch(/--max-connections-per-address N\n.*off with --trust-proxy/);
  });

  test.each([[['--help']], [['-h']], [['--port', 'nonsense', '--help']]])('%j asks for it', (args) => {
    expect(readConfig(args, {})).toBe('help');
  });

  test('of every limit that 0 turns off says so', () => {
    for (const flag of ['publish-rate', 'address-publish-rate', 'max-connections', 'max-parked-per-client']) {
      expect(helpText()).toMatch(new RegExp(`--${flag} N\\n.*0: no limit`));
    }
  });
});
