// The anatomy view: a live WebSocket taken apart, frames before they are sent, frames read from hex, and what one
// message costs over each transport.
import { errorText } from '../../../server/protocol/error-text.ts';
import { createBrowserEnv } from '../../transports/env-browser.ts';
import { transports } from '../../transports/index.ts';
import { byId } from '../dom.ts';
import { createClientId, type TabIdentity } from '../identity.ts';
import { createTransportLooks } from '../transport-looks.ts';
import type { View } from '../view-router.ts';
import { createComposer } from './composer.ts';
import { createHandshakeView } from './handshake-view.ts';
import { createHexReader } from './hex-reader.ts';
import { readExample } from './links.ts';
import { createLiveConnections, type LiveStatus } from './live-connections.ts';
import { createLiveFrames } from './live-frames.ts';
import type { TraceEvent } from './trace-events.ts';
import { weighTransport } from './weighing.ts';
import { createWeightView } from './weight-view.ts';

/** A text to begin with, so that there is a frame to look at. */
const FIRST_TEXT = 'Hello';

/** Builds the view; it connects when it is shown, and closes its connections when it is left. */
export function startAnatomy(identity: TabIdentity): View {
  const env = createBrowserEnv();
  const clientId = createClientId();
  const weigh = byId('weigh', HTMLButtonElement);
  const weighStatus = byId('weigh-status', HTMLElement);
  const handshakes = createHandshakeView();
  const frames = createLiveFrames();
  const reader = createHexReader();
  const weights = createWeightView(createTransportLooks(transports));
  let weighing = false;
  let shown = false;

  const connections = createLiveConnections({
    env,
    identity,
    clientId,
    status: showStatus,
    event: take,
    refused: (detail) => composer.problem(detail),
  });
  const composer = createComposer({
    changed: frames.preview,
    send(target, payload) {
      frames.followNextSent();
      connections.send(target, payload);
    },
  });

  function take(event: TraceEvent): void {
    if (event.kind === 'handshake') {
      handshakes.add(event);
      frames.line(`Connection ${event.connection} to ${event.route} is open`);
    } else if (event.kind === 'frame') frames.add(event);
    else if (event.kind === 'closed') frames.line(`Connection ${event.number} is closed`);
  }

  function showStatus({ state, text }: LiveStatus): void {
    const status = byId('anatomy-status', HTMLElement);
    status.textContent = text;
    status.dataset['state'] = state;
    byId('anatomy-connect', HTMLButtonElement).hidden = state !== 'closed';
    byId('anatomy-off', HTMLElement).hidden = state !== 'off';
    composer.live(state === 'connected');
    weigh.disabled = state === 'off' || weighing;
    if (state === 'off') weighStatus.textContent = 'This needs the server’s lab controls, which are off.';
  }

  async function weighAll(): Promise<void> {
    weighing = true;
    weigh.disabled = true;
    weights.clear();
    try {
      for (const transport of transports) {
        weighStatus.textContent = `${transport.label} …`;
        const weight = await weighTransport(transport.name, { env, identity, clientId });
        if (weight !== null) weights.add(transport, weight);
      }
      weighStatus.textContent = 'Done. The messages are in the room now.';
    } catch (error) {
      weighStatus.textContent = `This did not work: ${errorText(error)}.`;
    }
    weighing = false;
    weigh.disabled = false;
  }

  byId('anatomy-connect', HTMLButtonElement).addEventListener('click', () => connections.open());
  weigh.addEventListener('click', () => void weighAll());
  // A page that comes back out of the browser's cache finds its connections closed.
  addEventListener('pageshow', (event) => {
    if (event.persisted && shown) connections.open();
  });
  // What somebody has typed before this was loaded stays.
  composer.write(composer.preview.text === '' ? FIRST_TEXT : composer.preview.text, 1);

  return {
    show(parameters) {
      const { text, times, hex, from } = readExample(parameters);
      if (!shown) connections.open();
      shown = true;
      if (text !== null) {
        composer.write(text, times);
        frames.showPreview();
      }
      if (hex !== null) reader.open(hex, from);
    },
    hide() {
      shown = false;
      connections.close();
    },
  };
}
