// Who is here: how many clients, by transport.
import type { Presence } from '../../server/protocol/messages.ts';
import type { Transport } from '../transports/transport.ts';
import { byId, fromTemplate } from './dom.ts';
import { formatCount } from './format.ts';
import type { TransportLooks } from './transport-looks.ts';

export interface PresenceView {
  show(presence: Presence): void;
  /** Whether what is shown may have changed since: it does while there is no connection. */
  stale(stale: boolean): void;
}

export function createPresenceView(transports: readonly Transport[], looks: TransportLooks): PresenceView {
  const view = byId('presence', HTMLElement);
  const total = byId('presence-total', HTMLElement);
  const list = byId('presence-list', HTMLElement);
  const counts = new Map<string, HTMLElement>();
  let here = 0;
  let isStale = true;

  for (const { name } of transports) {
    const item = fromTemplate('presence-template', HTMLLIElement);
    item.dataset['transport'] = name;
    const count = document.createElement('b');
    item.append(looks.badge(name), ' ', count);
    counts.set(name, count);
    list.append(item);
  }

  function show(presence: Presence): void {
    here = presence.total;
    showTotal();
    for (const [name, element] of counts) {
      const count = presence.counts[name] ?? 0;
      element.textContent = formatCount(count);
      if (element.parentElement !== null) element.parentElement.dataset['count'] = String(count);
    }
  }

  function showTotal(): void {
    view.dataset['stale'] = String(isStale);
    total.textContent = `${formatCount(here)} here${isStale ? ' when last connected' : ''}`;
  }

  show({ counts: {}, total: 0 });
  return {
    show,
    stale(stale) {
      isStale = stale;
      showTotal();
    },
  };
}
