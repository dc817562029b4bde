// The page's beginning: its views, and which transport the address asks for.
import { transports } from '../transports/index.ts';
import { byId } from './dom.ts';
import { createIdentity } from './identity.ts';
import { startRoom } from './room.ts';
import { createTabStorage } from './tab-storage.ts';
import { startViews } from './view-router.ts';

const PARAMETER = 'transport';
const DEFAULT_TRANSPORT = 'websocket';

/** @returns the transport that the address names, where there is such a one. */
function chosenTransport(): string {
  const names = transports.map((transport) => transport.name);
  const asked = new URL(location.href).searchParams.get(PARAMETER);
  if (asked !== null && names.includes(asked)) return asked;
  return names.includes(DEFAULT_TRANSPORT) ? DEFAULT_TRANSPORT : (names[0] ?? DEFAULT_TRANSPORT);
}

/** So that a reload, or a link sent on, begins with the same one. */
function keepInAddress(transport: string): void {
  const url = new URL(location.href);
  url.searchParams.set(PARAMETER, transport);
  history.replaceState(history.state, '', url);
}

// One for all views, so that what is sent in one of them is known as one's own in the others.
const storage = createTabStorage(() => {
  byId('storage-note', HTMLElement).hidden = false;
});
const identity = createIdentity(storage);

// An address that names a transport and no view is one of the chat's.
const isForChat = new URL(location.href).searchParams.has(PARAMETER);

startViews(
  [
    {
      id: 'race',
      title: 'Race',
      skipTo: 'race-pause',
      skipWords: 'Skip to the race’s buttons',
      async start() {
        const { startRace } = await import('./race/race-view.ts');
        return startRace();
      },
    },
    {
      id: 'room',
      title: 'Chat',
      skipTo: 'send-text',
      skipWords: 'Skip to the message box',
      start: () => startRoom({ transport: chosenTransport(), identity, storage, switched: keepInAddress }),
    },
    {
      id: 'anatomy',
      title: 'Anatomy',
      skipTo: 'anatomy-text',
      skipWords: 'Skip to the text box',
      async start() {
        const { startAnatomy } = await import('./anatomy/anatomy.ts');
        return startAnatomy(identity);
      },
    },
  ],
  isForChat ? 'room' : 'race',
);
