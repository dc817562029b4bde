import { describe, expect, it } from 'vitest';
import { eventPiece, httpPiece, sumBytes, sumParts } from './message-parts.ts';

const bytesOf = (text: string) => Buffer.byteLength(text);

describe('the bytes of one message', () => {
  it('are head and payload in a request', () => {
    const head = 'POST /v1/messages HTTP/1.1\r\nHost: lab\r\n\r\n';
    const body = '{"text":"ä"}';
    const { parts, bytes } = httpPiece('', head + body, bytesOf(head + body));
    expect(parts).toEqual({ head: head.length, framing: 0, payload: 13 });
    expect(bytes).toBe(head.length + 13);
  });

  it('are all head where there is no body', () => {
    const head = 'HTTP/1.1 204 No Content\r\n\r\n';
    expect(httpPiece('', head, head.length).parts).toEqual({ head: head.length, framing: 0, payload: 0 });
  });

  it('are framing around the payload of an event and its chunk', () => {
    const event = 'id: A.1\ndata: {"text":"ä"}\n\n';
    const chunk = `${bytesOf(event).toString(16)}\r\n${event}\r\n`;
    const { parts } = eventPiece('', chunk, bytesOf(chunk));
    expect(parts).toEqual({ head: 0, framing: bytesOf(chunk) - 13, payload: 13 });
  });

  it('are counted once each, whatever they are for', () => {
    const pieces = [httpPiece('', 'GET / HTTP/1.1\r\n\r\n', 18), eventPiece('', 'data: {}\n\n', 10)];
    const { head, framing, payload } = sumParts(pieces);
    expect(head + framing + payload).toBe(sumBytes(pieces));
  });
});
