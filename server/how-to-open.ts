// What the lab says once it listens: how to open it, with addresses that work.
import { addressesForOthers, hostText, isAnyAddress, reachableHost } from './guards/own-addresses.ts';

/** @param url `http://HOST:PORT`, of which HOST is `host`. @param others addresses of this machine; default: all that it has. */
export function howToOpen(url: string, host: string, others: readonly string[] = addressesForOthers(host)): string[] {
  const stop = 'Press Ctrl-C to stop.';
  if (!isAnyAddress(host)) return [`Open it in a browser. ${stop}`];
  const at = (address: string) => `http://${hostText(address)}:${new URL(url).port || 80}`;
  return [
    `Open it in a browser: ${at(reachableHost(host))}`,
    ...(others.length === 0 ? [] : [`On other devices: ${others.map(at).join(' or ')}`]),
    stop,
  ];
}
