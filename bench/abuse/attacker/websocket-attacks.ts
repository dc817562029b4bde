// Attacks by WebSocket: messages that do not end, fragments, pings, closes, and answers that nobody reads.
import { type Attack, crowd } from './attack.ts';
import { frame, frameHeader, handshake } from './text.ts';

const PING = frame(9, 'p'.repeat(125));

export const websocketAttacks: readonly Attack[] = [
  {
    name: 'unfinished messages',
    does: 'WebSocket messages of 30 kB, most of it at once and the rest byte by byte; fragments of one byte',
    play: (stage) =>
      crowd(stage, 250, async (wire, index) => {
        await wire.read().send(handshake('/v1/websocket?history=0'));
        if (index % 5 === 0) {
          await wire.send(frame(1, '{', false));
          while ((await wire.send(frame(0, ' ', false))) && (await wire.wait(50)));
          return;
        }
        await wire.send(frameHeader(1, 30_000));
        await wire.send('x'.repeat(25_000));
        while ((await wire.send('x')) && (await wire.wait(20)));
      }),
  },
  {
    name: 'pings and closes',
    does: 'pings of 125 bytes without end, unread; close frames with all kinds of codes, and what comes behind them',
    play: async (stage) => {
      const closes = ['03e8', '03ed', '0000', '03', '03e8c328', ''].map((hex) => frame(8, Buffer.from(hex, 'hex')));
      await Promise.all([
        crowd(stage, 60, async (wire) => {
          await wire.send(handshake('/v1/websocket?history=200'));
          const pings = Buffer.concat(Array(200).fill(PING));
          while ((await wire.send(pings)) && (await wire.wait(10)));
        }),
        crowd(stage, 12, async (wire, index) => {
          await wire.read().send(handshake('/v1/websocket'));
          await wire.wait(stage.random() * 50);
          await wire.send(Buffer.concat([closes[index % closes.length] as Buffer, PING, frame(1, '{}'), PING]));
          await wire.wait(3000);
        }),
      ]);
    },
  },
  {
    name: 'unread receipts',
    does: 'publishing over WebSocket, with good tokens and bad, and errors, whose answers nobody reads',
    play: (stage) =>
      crowd(stage, 30, async (wire, index) => {
        await wire.send(handshake('/v1/websocket?history=0'));
        await wire.send(frame(1, JSON.stringify({ type: 'authenticate', token: stage.token })));
        for (let count = 0; wire.isOpen; count += 1) {
          const id = `abuse-ws-${index}-${count}-${Math.floor(stage.random() * 1e9)}`;
          const said = [{ type: 'publish', id, text: 'y'.repeat(4000) }, { type: 'nothing' }, { type: 'authenticate' }];
          if (!(await wire.send(frame(1, JSON.stringify(said[count % 3]))))) return;
          if (count % 50 === 0 && !(await wire.wait(20))) return;
        }
      }),
  },
];
