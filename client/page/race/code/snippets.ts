// Each transport's connection as what one can paste into a terminal or a file: curl, and a dozen lines of JavaScript, both
// against the public protocol.
import { transportPath } from '../../../../server/protocol/routes.ts';
import type { ClientSettings } from '../race-settings.ts';

export interface Snippet {
  /** For a shell. */
  readonly curl: string;
  /** A module for Node, which a browser's console takes as well. */
  readonly javascript: string;
}

type Write = (url: string, settings: ClientSettings) => Snippet;

/** From a page to its cursor, in a shell. */
const CURSOR_OF = String.raw`sed 's/^{"cursor":"\([^"]*\)".*/\1/'`;

function curlPolls(path: string, query: string, pause: string): string {
  return `CURSOR=$(curl -s '${path}?history=0' | ${CURSOR_OF})
while ${pause}; do
  PAGE=$(curl -s "${path}?cursor=$CURSOR${query}") || sleep 1
  [ -z "$PAGE" ] && continue # 204: nothing new
  printf '%s\\n' "$PAGE"
  CURSOR=$(printf '%s' "$PAGE" | ${CURSOR_OF})
done`;
}

const shortPolling: Write = (url, { pollIntervalMs }) => ({
  curl: curlPolls(url + transportPath('short-polling'), '', `sleep ${pollIntervalMs / 1000}`),
  javascript: `let cursor = '';
for (;;) {
  const at = cursor === '' ? 'history=0' : 'cursor=' + cursor;
  const answer = await fetch('${url}${transportPath('short-polling')}?' + at).catch(() => null);
  if (answer?.status === 200) { // 204: nothing new
    const page = await answer.json();
    cursor = page.cursor;
    for (const { seq, text } of page.messages) console.log(seq, text);
    if (page.more) continue;
  }
  await new Promise((resolve) => setTimeout(resolve, ${pollIntervalMs}));
}`,
});

const longPolling: Write = (url, { waitSeconds }) => ({
  curl: curlPolls(url + transportPath('long-polling'), `&wait=${waitSeconds}`, 'true'),
  javascript: `let cursor = '';
for (;;) {
  const at = cursor === '' ? 'history=0' : 'cursor=' + cursor;
  const answer = await fetch('${url}${transportPath('long-polling')}?wait=${waitSeconds}&' + at).catch(() => null);
  if (answer?.status === 200) {
    const page = await answer.json();
    cursor = page.cursor;
    for (const { seq, text } of page.messages) console.log(seq, text);
  } else if (answer?.status !== 204) { // 204: held to the end, and nothing came
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}`,
});

const sse: Write = (url, { heartbeatSeconds }) => {
  const address = `${url}${transportPath('sse')}?history=0&heartbeat=${heartbeatSeconds}`;
  return {
    curl: `curl -sN '${address}'`,
    javascript: `// In a browser, which also comes back by itself: new EventSource('${address}').onmessage = …
const answer = await fetch('${address}');
let rest = '';
for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
  const events = (rest + text).split('\\n\\n');
  rest = events.pop();
  for (const event of events) {
    const lines = event.split('\\n');
    const data = lines.find((line) => line.startsWith('data: '));
    if (data === undefined || lines.some((line) => line.startsWith('event: '))) continue;
    const { seq, text } = JSON.parse(data.slice(6));
    console.log(seq, text);
  }
}`,
  };
};

const webSocket: Write = (url, { heartbeatSeconds }) => {
  const query = `history=0&heartbeat=${heartbeatSeconds}`;
  return {
    curl: `# Only the handshake, and the frames as they are: curl does not answer pings, so the server hangs up after a while.
curl -siN --http1.1 --output - -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\
  -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \\
  '${url}${transportPath('websocket')}?${query}'`,
    javascript: `// Node 22 or later, or a browser.
let cursor = '';
function open() {
  const at = cursor === '' ? '' : '&cursor=' + cursor;
  const socket = new WebSocket('${url.replace(/^http/, 'ws')}${transportPath('websocket')}?${query}' + at);
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.cursor) cursor = frame.cursor; // hello, reset
    if (frame.type !== 'message') return;
    cursor = cursor.split('.')[0] + '.' + frame.message.seq;
    console.log(frame.message.seq, frame.message.text);
  };
  socket.onclose = socket.onerror = () => {
    socket.onclose = socket.onerror = null;
    setTimeout(open, 1000);
  };
}
open();`,
  };
};

const SNIPPETS: ReadonlyMap<string, Write> = new Map([
  ['short-polling', shortPolling],
  ['long-polling', longPolling],
  ['sse', sse],
  ['websocket', webSocket],
]);

/** @returns null for a transport that none is written for. */
export function snippetOf(transport: string, url: string, settings: ClientSettings): Snippet | null {
  return SNIPPETS.get(transport)?.(url, settings) ?? null;
}
