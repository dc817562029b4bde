// What transports and controls are called where people read: their ids are for code, flags and files.

const NAMES: ReadonlyMap<string, string> = new Map([
  ['short-polling', 'short polling'],
  ['long-polling', 'long polling'],
  ['sse', 'SSE'],
  ['websocket', 'WebSocket'],
  ['http', 'the lab'],
  ['bare-ws', 'bare ws'],
  ['bare-sse', 'bare SSE'],
  ['bare-http', 'bare node:http'],
  ['bare-express', 'bare Express'],
  ['tcp-echo', 'raw TCP echo'],
]);

/** @param id of a transport or a control. @returns its name; the id itself where it has none. */
export function nameOf(id: string): string {
  return NAMES.get(id) ?? id;
}
