import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { readHead, readTarget, toOriginForm } from './head.ts';

function requestWith(rawHeaders: string[], url = '/'): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.rawHeaders = rawHeaders;
  request.url = url;
  return request;
}

describe('a head', () => {
  test('is read in any case of letters, among other headers', () => {
    const headers = ['Accept', '*/*', 'HOST', 'a:1', 'oRiGiN', 'http://a', 'x-host', 'b', 'LAST-event-ID', 'e.1'];
    expect(readHead(requestWith(headers))).toMatchObject({ host: 'a:1', origin: 'http://a', lastEventId: 'e.1' });
  });

  test('has nothing where nothing came', () => {
    expect(readHead(requestWith([]))).toMatchObject({ host: null, origin: null, lastEventId: null });
  });

  test('has no Host where there are two, equal or not', () => {
    expect(readHead(requestWith(['Host', 'a', 'Host', 'a'])).host).toBeNull();
    expect(readHead(requestWith(['Host', 'a', 'host', 'b'])).host).toBeNull();
  });

  test('keeps an empty Host and an empty Last-Event-ID apart from none', () => {
    expect(readHead(requestWith(['Host', '', 'Last-Event-ID', '']))).toMatchObject({
      host: '',
      origin: null,
      lastEventId: '',
    });
  });

  test('joins what is repeated, so that it can’t pass for one value', () => {
    const headers = ['Origin', 'http://a', 'Origin', 'http://b', 'Last-Event-ID', 'e.1', 'Last-Event-ID', 'e.2'];
    expect(readHead(requestWith(headers))).toMatchObject({ origin: 'http://a, http://b', lastEventId: 'e.1, e.2' });
  });
});

test.each([
  ['GET / HTTP/1.1\r\n\r\n', []],
  ['GET /a HTTP/1.1\r\nHost:b\r\nX:\r\n\r\n', ['Host', 'b', 'X', '']],
])('the bytes of the head %j are those of its lines', (text, rawHeaders) => {
  const request = requestWith(rawHeaders, text.split(' ')[1]);
  expect(readHead(request).bytes).toBe(text.length);
});

test.each([
  ['/a', '/a', ''],
  ['/a?', '/a', ''],
  ['/a?b=c', '/a', 'b=c'],
  ['/a?b?c', '/a', 'b?c'],
  ['', '', ''],
])('the target %s has its path and its query', (url, path, query) => expect(readTarget(url)).toEqual({ path, query }));

describe('an absolute target', () => {
  test.each([
    ['http://lab:8080/v1/sse?a=b', '/v1/sse?a=b', 'lab:8080'],
    ['HTTPS://lab/', '/', 'lab'],
    ['http://lab', '/', 'lab'],
    ['http://lab?a=b', '/?a=b', 'lab'],
  ])('%s is made a path, and its host counts', (url, path, host) => {
    const request = requestWith(['Accept', '*/*', 'Host', 'other'], url);
    toOriginForm(request);
    expect([request.url, readHead(request).host]).toEqual([path, host]);
  });

  test('does not make up for a missing Host, nor for two', () => {
    for (const headers of [[], ['Host', 'a', 'Host', 'b']]) {
      const request = requestWith(headers, 'http://lab/');
      toOriginForm(request);
      expect(readHead(request).host).toBeNull();
    }
  });

  test.each(['/http://lab/', '*', 'lab:8080', 'ftp://lab/', 'http:///a'])('%s is none, and stays as it is', (url) => {
    const request = requestWith(['Host', 'a'], url);
    toOriginForm(request);
    expect([request.url, readHead(request).host]).toEqual([url, 'a']);
  });
});
