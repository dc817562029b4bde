// How a lane is called within a sentence.
const WORDS: ReadonlyMap<string, string> = new Map([
  ['short-polling', 'short polling'],
  ['long-polling', 'long polling'],
  ['sse', 'SSE'],
  ['websocket', 'WebSocket'],
]);

export function laneWords(lane: string): string {
  return WORDS.get(lane) ?? lane;
}
