// The frame of a race: four real clients at the race's own address, steered by the lab's page around it. They have the
// address that they talk to as their own, so there is no CORS, and no preflight before each POST.
import { createClients } from '../clients.ts';
import { type FrameCommand, type FrameNote, wallClockMs } from '../frame-messages.ts';
import { createExtraStreams } from './extra-streams.ts';

/** The lab's page is on this machine too, on another port; anybody else is not listened to. */
const LOOPBACK_PAGE = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

const page = window.parent;
let pageOrigin: string | null = null;

function tell(note: FrameNote): void {
  page.postMessage(note, pageOrigin ?? '*');
}

const clients = createClients(tell);
const extraStreams = createExtraStreams((open, waiting) => {
  tell({ kind: 'extra-streams', at: wallClockMs(), open, waiting });
});

function carryOut(command: FrameCommand): void {
  switch (command.kind) {
    case 'start':
      clients.start(command.settings);
      break;
    case 'send':
      clients.send(command.lane, command.text);
      break;
    case 'try-now':
      clients.tryNow();
      break;
    case 'offline':
      clients.hint(command.offline ? 'offline' : 'online');
      break;
    case 'extra-streams':
      extraStreams.set(command.count);
      break;
    case 'stop':
      extraStreams.set(0);
      clients.stop();
  }
}

window.addEventListener('message', ({ source, origin, data }: MessageEvent<FrameCommand>) => {
  if (source !== page || !LOOPBACK_PAGE.test(origin)) return;
  pageOrigin = origin;
  carryOut(data);
});
// Nothing is told that is not public yet: who may listen is known from the first command.
tell({ kind: 'ready' });
