// The handshake: both heads as they went over the wire, and the way from the key to the accept value.
import { byId } from '../dom.ts';
import { formatCount } from '../format.ts';
import { acceptSteps, EXAMPLE_ACCEPT, EXAMPLE_KEY, GUID, headerIn } from './handshake-steps.ts';
import type { TracedHandshake } from './trace-events.ts';

const KEY = 'Sec-WebSocket-Key';
const ACCEPT = 'Sec-WebSocket-Accept';
/** Handshakes to choose from. */
const KEPT = 20;

const EXAMPLE: TracedHandshake = {
  kind: 'handshake',
  connection: 0,
  route: '/chat',
  request: [
    'GET /chat HTTP/1.1',
    'Host: server.example.com',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `${KEY}: ${EXAMPLE_KEY}`,
    'Origin: http://example.com',
    'Sec-WebSocket-Protocol: chat, superchat',
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n'),
  response: [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `${ACCEPT}: ${EXAMPLE_ACCEPT}`,
    'Sec-WebSocket-Protocol: chat',
    '\r\n',
  ].join('\r\n'),
};

export interface HandshakeView {
  add(handshake: TracedHandshake): void;
}

/** Shows the RFC's example until there is a live one. */
export function createHandshakeView(): HandshakeView {
  const chooser = byId('handshake-chooser', HTMLElement);
  const choice = byId('handshake-choice', HTMLSelectElement);
  const handshakes: TracedHandshake[] = [];
  let shown: TracedHandshake | null = null;

  function show(handshake: TracedHandshake): void {
    shown = handshake;
    const { request, response } = handshake;
    showHead('handshake-request', request, KEY);
    showHead('handshake-response', response, ACCEPT);
    byId('handshake-source', HTMLElement).textContent =
      handshake === EXAMPLE
        ? 'There is no live handshake here yet: this is the example of RFC 6455, section 1.3.'
        : `Of the live connection ${handshake.connection}, to ${handshake.route}.`;
    void showSteps(handshake);
  }

  async function showSteps(handshake: TracedHandshake): Promise<void> {
    const key = headerIn(handshake.request, KEY) ?? '';
    const accept = headerIn(handshake.response, ACCEPT) ?? '';
    const steps = await acceptSteps(key);
    if (shown !== handshake) return;
    const missing = 'can’t be computed: browsers have SHA-1 in secure contexts only (HTTPS or loopback)';
    write('step-key', key);
    write('step-key-hex', steps?.keyHex ?? '');
    writeJoined(key);
    write('step-sha1', steps?.sha1Hex ?? missing);
    write('step-base64', steps?.base64 ?? missing);
    write('step-accept', accept);
    const verdict = byId('step-verdict', HTMLElement);
    const state = steps === null ? 'unknown' : steps.base64 === accept ? 'equal' : 'different';
    verdict.dataset['state'] = state;
    verdict.textContent = VERDICTS[state];
  }

  choice.addEventListener('change', () => {
    const handshake = handshakes.find(({ connection }) => String(connection) === choice.value);
    if (handshake !== undefined) show(handshake);
  });
  show(EXAMPLE);

  return {
    add(handshake) {
      // A new trace counts from 1 again.
      const stale = handshakes.findIndex(({ connection }) => connection === handshake.connection);
      if (stale >= 0) handshakes.splice(stale, 1);
      handshakes.push(handshake);
      handshakes.splice(0, handshakes.length - KEPT);
      choice.replaceChildren(
        ...handshakes.map(({ connection, route }) => new Option(`${connection}: ${route}`, String(connection))),
      );
      choice.value = String(handshake.connection);
      chooser.hidden = handshakes.length < 2;
      show(handshake);
    },
  };
}

const VERDICTS = {
  equal: '✓ Equal: the server has read this very handshake, and it knows WebSocket.',
  different: '✗ Not equal: a browser closes such a connection.',
  unknown: '',
} as const;

/** The line of the header that the calculation is about is marked. */
function showHead(id: string, head: string, marked: string): void {
  byId(`${id}-bytes`, HTMLElement).textContent = `${formatCount(head.length)} bytes`;
  const lines = head.trimEnd().split('\r\n');
  const nodes = lines.map((line) => {
    const isMarked = line.toLowerCase().startsWith(`${marked.toLowerCase()}:`);
    const element = document.createElement(isMarked ? 'mark' : 'span');
    element.textContent = line;
    return element;
  });
  byId(id, HTMLElement).replaceChildren(...nodes.flatMap((node) => [node, '\n']));
}

function writeJoined(key: string): void {
  const mark = document.createElement('mark');
  mark.textContent = GUID;
  byId('step-joined', HTMLElement).replaceChildren(key, mark);
}

function write(id: string, text: string): void {
  byId(id, HTMLElement).textContent = text;
}
