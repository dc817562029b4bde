import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptValue, checkHandshake, handshakeResponse } from './handshake.ts';

// Requests go through Node's own parser, which decides what a repeated header looks like. The answer is the verdict.
const server = createServer((request, response) => response.end(JSON.stringify(checkHandshake(request))));
server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
  socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${JSON.stringify(checkHandshake(request))}`);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => void server.close(resolve));
});

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const GOOD = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': KEY,
  'Sec-WebSocket-Version': '13',
};
type Headers = Record<string, string | string[] | null>;

/** The verdict on a good handshake with these headers changed (null: left out; a list: repeated). */
async function verdict(changes: Headers = {}, line = 'GET /v1/websocket HTTP/1.1', body = ''): Promise<unknown> {
  const headers = Object.entries({ Host: 'lab', ...GOOD, ...changes } as Headers).flatMap(([name, value]) =>
    value === null ? [] : [value].flat().map((one) => `${name}: ${one}\r\n`),
  );
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end(`${line}\r\n${headers.join('')}\r\n${body}`);
  const answer = await text(socket);
  return JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
}

const accepted = (subprotocol: string | null): object => ({
  ok: true,
  accept: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  subprotocol,
});
const refused = (status: number, code: string): object => expect.objectContaining({ ok: false, status, code });

describe('acceptance', () => {
  it('answers the key of RFC 6455 section 1.3 as it says there', () => {
    expect(acceptValue(KEY)).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });

  it('writes the 101, with a subprotocol only where one was chosen', () => {
    expect(handshakeResponse('abc', null)).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: abc\r\n\r\n',
    );
    expect(handshakeResponse('abc', 'lab.v1')).toContain('\r\nSec-WebSocket-Protocol: lab.v1\r\n\r\n');
  });

  it.each<[string, Headers]>([
    ['as browsers send it', { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }],
    ['with its tokens in any case', { Upgrade: 'WebSocket', Connection: 'uPGRADE' }],
    ['with more tokens beside', { Upgrade: 'foo/1, websocket', Connection: 'keep-alive, Upgrade' }],
    ['with repeated headers', { Connection: ['keep-alive', 'Upgrade'] }],
    ['with an empty body', { 'Content-Length': '0' }],
  ])('takes a handshake %s', async (_name, headers) => {
    expect(await verdict(headers)).toEqual(accepted(null));
  });

  it.each<[string, string | string[]]>([
    ['alone', 'lab.v1'],
    ['last in the list', 'chat, superchat,lab.v1'],
    ['in a second header', ['chat', 'lab.v1']],
  ])('echoes lab.v1 where it is offered %s', async (_name, offer) => {
    expect(await verdict({ 'Sec-WebSocket-Protocol': offer })).toEqual(accepted('lab.v1'));
  });
});

describe('refusal', () => {
  it('says 405 and what is allowed to another method', async () => {
    const answer = await verdict({}, 'POST /v1/websocket HTTP/1.1');
    expect(answer).toMatchObject({ ok: false, status: 405, code: 'method-not-allowed', headers: { Allow: 'GET' } });
  });

  it.each<[string, Headers, string?]>([
    ['there is no upgrade', { Upgrade: null, Connection: null }],
    ['the upgrade is to something else', { Upgrade: 'h2c' }],
    ['it is HTTP/1.0', {}, 'GET /v1/websocket HTTP/1.0'],
  ])('says 426 and what to upgrade to where %s', async (_name, headers, line) => {
    const answer = await verdict(headers, line);
    expect(answer).toMatchObject({ status: 426, code: 'upgrade-required', headers: { Upgrade: 'websocket' } });
  });

  it.each([null, '8', '12', '14', '013', '+13', 'x'])('says 426 and its own version to version %s', async (version) => {
    const answer = await verdict({ 'Sec-WebSocket-Version': version });
    expect(answer).toMatchObject({ status: 426, code: 'upgrade-required', headers: { 'Sec-WebSocket-Version': '13' } });
  });

  it.each<[string, Headers]>([
    ['Connection names no upgrade', { Connection: 'keep-alive' }],
    ['there is no key', { 'Sec-WebSocket-Key': null }],
    ['the key is empty', { 'Sec-WebSocket-Key': '' }],
    ['the key is of 15 bytes', { 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAA' }],
    ['the key is of 17 bytes', { 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAAA=' }],
    ['the key is not base64', { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25j*Q==' }],
    ['the key comes twice', { 'Sec-WebSocket-Key': [KEY, KEY] }],
    ['the version comes twice', { 'Sec-WebSocket-Version': ['13', '13'] }],
    ['the list of subprotocols is empty', { 'Sec-WebSocket-Protocol': '' }],
    ['the list of subprotocols has an empty element', { 'Sec-WebSocket-Protocol': 'lab.v1,,chat' }],
    ['a subprotocol is no token', { 'Sec-WebSocket-Protocol': 'lab v1' }],
    ['a subprotocol comes twice', { 'Sec-WebSocket-Protocol': 'lab.v1, lab.v1' }],
    ['it has a body', { 'Content-Length': '2' }],
    ['it has a chunked body', { 'Transfer-Encoding': 'chunked' }],
  ])('says 400 where %s', async (_name, headers) => {
    const body = 'Content-Length' in headers ? 'xx' : 'Transfer-Encoding' in headers ? '0\r\n\r\n' : '';
    expect(await verdict(headers, undefined, body)).toEqual(refused(400, 'malformed-request'));
  });

  it('says 400 to subprotocols of which none is ours, in whatever case', async () => {
    const answer = await verdict({ 'Sec-WebSocket-Protocol': 'chat, LAB.V1' });
    expect(answer).toEqual(refused(400, 'unsupported-subprotocol'));
  });
});
