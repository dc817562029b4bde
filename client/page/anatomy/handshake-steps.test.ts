import { describe, expect, it, vi } from 'vitest';
import { acceptSteps, EXAMPLE_ACCEPT, EXAMPLE_KEY, headerIn } from './handshake-steps.ts';

describe('the steps from the key to the accept value', () => {
  it('are those of the RFC’s example, section 1.3', async () => {
    expect(await acceptSteps(EXAMPLE_KEY)).toEqual({
      keyHex: '74 68 65 20 73 61 6d 70 6c 65 20 6e 6f 6e 63 65',
      joined: 'dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11',
      sha1Hex: 'b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea',
      base64: EXAMPLE_ACCEPT,
    });
  });

  it('can’t be gone where the page is no secure context', async () => {
    vi.stubGlobal('crypto', {});
    try {
      expect(await acceptSteps(EXAMPLE_KEY)).toBeNull();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

it('finds a header whatever the case of its letters', () => {
  const head = 'GET / HTTP/1.1\r\nHost: lab\r\nsec-websocket-KEY:  abc== \r\n\r\n';
  expect(headerIn(head, 'Sec-WebSocket-Key')).toBe('abc==');
  expect(headerIn(head, 'Origin')).toBeNull();
});
