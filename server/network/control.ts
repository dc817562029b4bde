// How a proxy that was started with an IPC channel (`stdio: […, 'ipc']`) is steered: requests with an id of the sender's
// choice, each answered by one reply with the same id. Messages of any other form are not for the proxy, and ignored.
import { describeIssue } from '../http/schema-problem.ts';
import { type Impairments, impairmentsSchema } from './impairments.ts';
import type { ImpairmentProxy, ProxyState } from './proxy.ts';

export type ControlRequest =
  /** Replace all impairments; `{}` clears them. */
  | { readonly id: number; readonly set: Impairments }
  /** Reset every open connection, both sides. */
  | { readonly id: number; readonly cutAll: true }
  /** Only tell. */
  | { readonly id: number; readonly stats: true };

/** How things are after the request, or what was wrong with it. */
export type ControlReply =
  | { readonly id: number; readonly state: ProxyState }
  | { readonly id: number; readonly error: string };

/** Does what a message asks for. @returns the reply, or null for a message that is not for the proxy. */
export function answerControl(proxy: ImpairmentProxy, message: unknown): ControlReply | null {
  if (typeof message !== 'object' || message === null) return null;
  if (!('id' in message) || typeof message.id !== 'number') return null;
  const { id } = message;
  if ('set' in message) {
    const given = impairmentsSchema.safeParse(message.set);
    if (!given.success) return { id, error: describeIssue(given.error) };
    proxy.set(given.data);
  } else if ('cutAll' in message) proxy.cutAll();
  else if (!('stats' in message)) return null;
  return { id, state: proxy.state() };
}
