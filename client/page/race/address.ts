// The race in the address: `#race?story=&rtt=…`, so that a set-up can be sent on.
import { type RaceSettings, settingsFromAddress, settingsToAddress } from './race-settings.ts';
import { storyOf } from './stories.ts';

export interface RaceAddress {
  /** As the address has them. */
  settings(): RaceSettings;
  keep(settings: RaceSettings): void;
  /** @returns whether the address asks for something else than before. */
  take(parameters: URLSearchParams): boolean;
  get(name: string): string | null;
  set(name: string, value: string | null): void;
}

export function createAddress(): RaceAddress {
  let parameters = new URLSearchParams(location.hash.split(/\?(.*)/s)[1]);

  function write(): void {
    const url = new URL(location.href);
    url.hash = `race?${parameters}`;
    history.replaceState(history.state, '', url);
  }

  return {
    settings: () => settingsFromAddress(parameters, storyOf(parameters.get('story')).settings),
    keep(settings) {
      settingsToAddress(parameters, settings, storyOf(settings.story).settings);
      write();
    },
    take(next) {
      if (next.size === 0 || String(next) === String(parameters)) return false;
      parameters = next;
      return true;
    },
    get: (name) => parameters.get(name),
    set(name, value) {
      if (value === null) parameters.delete(name);
      else parameters.set(name, value);
      write();
    },
  };
}
