// The implementations of RFC 6455 to choose from.
import { createByHandEngine } from './by-hand-engine.ts';
import type { WebSocketEngine, WebSocketEngineOptions } from './engine.ts';
import { createWsEngine } from './ws-engine.ts';

/** As in `--websocket-engine`. */
export const ENGINE_NAMES = ['ws', 'by-hand'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export function createEngine(name: EngineName, options: WebSocketEngineOptions): WebSocketEngine {
  return name === 'by-hand' ? createByHandEngine(options) : createWsEngine(options);
}
