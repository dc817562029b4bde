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

const ON_MEMORY = '-on-memory';

/** @returns the control beside a transport of a lab that has another store. */
export function onMemory(transport: string): string {
  return `${transport}${ON_MEMORY}`;
}

/** @param id of a transport or a control. @returns its name; the id itself where it has none. */
export function nameOf(id: string): string {
  if (id.endsWith(ON_MEMORY)) return `${nameOf(id.slice(0, -ON_MEMORY.length))} on memory`;
  return NAMES.get(id) ?? id;
}
