// What kind of address the lab is bound to: this machine's own, one that stands for all, or one of many.
import { networkInterfaces } from 'node:os';

/** @returns an address as URLs spell it: `0` is `0.0.0.0`, `0:0:0:0:0:0:0:1` is `[::1]`. A name is in lower case. */
function spelled(host: string): string {
  const url = `http://${hostText(host)}`;
  return URL.canParse(url) ? new URL(url).hostname : host;
}

/** @returns an address as it stands in a URL: of IPv6 in brackets. */
export function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Whether only this machine can reach it. A name that begins so, `localhost.evil.example`, is no such name. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/.test(spelled(host));
}

/** Whether it stands for all addresses of this machine, and so is none to connect to. */
export function isAnyAddress(host: string): boolean {
  return ['0.0.0.0', '[::]'].includes(spelled(host));
}

/** @returns an address of this machine that a server bound to `host` can be reached at from here. */
export function reachableHost(host: string): string {
  if (!isAnyAddress(host)) return host;
  return spelled(host) === '[::]' ? '::1' : '127.0.0.1';
}

/** @returns the addresses that other devices can reach this machine at, where a server is bound to all. */
export function addressesForOthers(host: string, interfaces = networkInterfaces()): string[] {
  const withIpv6 = spelled(host) === '[::]';
  return (
    Object.values(interfaces)
      .flatMap((each) => each ?? [])
      .filter(({ internal }) => !internal)
      .filter(({ family }) => family === 'IPv4' || withIpv6)
      .map(({ address }) => address)
      // Of one link alone: no URL can name the link.
      .filter((address) => !/^fe[89ab]/i.test(address))
  );
}
