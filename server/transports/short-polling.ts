// Short polling: the client asks, is told what there is or "nothing", and leaves at once.

import type { Lab } from '../lab.ts';
import { answerEmpty, answerPage, hasNothing } from './poll-answer.ts';
import { type Read, type ServerTransport, type TransportHandler, withStore } from './transport.ts';

const NAME = 'short-polling';

export const shortPolling: ServerTransport = { name: NAME, pace: 'clock', create: createShortPolling };

function createShortPolling(lab: Lab): TransportHandler {
  const lease = lab.meter.lease(NAME);

  return {
    get: (read: Read) => {
      const { response, query, account } = read;
      if (account.client !== null) lease.touch(account.client);
      withStore(read, lab.storeTrouble, lab.room.poll(query), (result) => {
        if (hasNothing(lab.room, query, result)) answerEmpty(response);
        else answerPage(lab.stalls, response, account, result);
      });
    },
    drain: () => undefined,
  };
}
