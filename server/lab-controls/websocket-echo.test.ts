import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { LabConfig } from '../config.ts';
import { startLab } from '../testing/lab.ts';
import { hex } from '../websocket/client-frames.ts';
import { ENGINE_NAMES } from '../websocket/engines.ts';
import { ECHO_BYTES, LAB_ECHO_PATH } from './websocket-echo.ts';

const OBSERVING = { timeout: 20_000, interval: 5 };
const HALF = Buffer.alloc(ECHO_BYTES / 2);

describe.each(ENGINE_NAMES)('the echo, --websocket-engine %s', (websocketEngine) => {
  const start = (overrides: Partial<LabConfig>) =>
    startLab({ labControls: 'on', websocketEngine, messageTimeoutMs: 0, ...overrides });

  async function open(url: string) {
    const { hostname, port } = new URL(url);
    const tcp = connect({ host: hostname, port: Number(port) });
    const webSocket = new WebSocket(`${url.replace('http', 'ws')}${LAB_ECHO_PATH}`, {
      perMessageDeflate: false,
      createConnection: () => tcp,
    });
    onTestFinished(() => webSocket.terminate());
    webSocket.on('error', () => undefined);
    await once(webSocket, 'open');
    return { webSocket, tcp };
  }

  test('holds no more of unfinished messages than allowed, and ends the one with the most', async () => {
    const lab = await start({ echoBytes: ECHO_BYTES });
    const bystander = await open(lab.url);
    for (let i = 0; i < 6; i += 1) {
      const { tcp } = await open(lab.url);
      tcp.on('error', () => undefined);
      tcp.write(hex(`82 ff 0000000001000000 00000000`));
      tcp.write(HALF);
      // Two halves are within the bound, a byte more is not.
      await vi.waitFor(() => expect(tcp.destroyed || tcp.writableLength === 0).toBe(true), OBSERVING);
    }
    await vi.waitFor(() => expect(lab.connections).toBeLessThanOrEqual(3), OBSERVING);
    bystander.webSocket.send('still here');
    expect(String((await once(bystander.webSocket, 'message'))[0])).toBe('still here');
  });

  test('holds no more of unread answers than allowed', async () => {
    const lab = await start({ echoBytes: ECHO_BYTES });
    const bystander = await open(lab.url);
    for (let i = 0; i < 4; i += 1) {
      const { webSocket, tcp } = await open(lab.url);
      tcp.pause();
      for (let part = 0; part < 3; part += 1) webSocket.send(HALF);
    }
    await vi.waitFor(() => expect(lab.connections).toBeLessThanOrEqual(3), OBSERVING);
    bystander.webSocket.send('still here');
    expect(String((await once(bystander.webSocket, 'message'))[0])).toBe('still here');
  });

  test('is there for everybody, however many were opened: the one used the longest ago ends', async () => {
    const lab = await start({ maxEchoes: 2 });
    const { webSocket: used } = await open(lab.url);
    const codes: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      used.send('used');
      await once(used, 'message');
      (await open(lab.url)).webSocket.on('close', (code) => codes.push(code));
    }
    await vi.waitFor(() => expect(codes).toEqual([1013, 1013, 1013]), OBSERVING);
    expect(used.readyState).toBe(WebSocket.OPEN);
  });

  test('ends a message that is not finished in time', async () => {
    const { webSocket, tcp } = await open((await start({ messageTimeoutMs: 50 })).url);
    tcp.write(hex('82 ff 0000000001000000 00000000 01'));
    expect((await once(webSocket, 'close'))[0]).toBe(1008);
  });
});
