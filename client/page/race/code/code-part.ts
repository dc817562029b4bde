// "Do it yourself": each lane's connection as curl and as JavaScript, with this race's port.
import { transports } from '../../../transports/index.ts';
import { copyText } from '../../anatomy/clipboard.ts';
import { fromTemplate, within } from '../../dom.ts';
import { createTransportLooks } from '../../transport-looks.ts';
import type { MakeRacePart } from '../race-part.ts';
import type { ClientSettings } from '../race-settings.ts';
import { type Snippet, snippetOf } from './snippets.ts';

export const makeCode: MakeRacePart = (mount, host) => {
  const element = fromTemplate('race-code-template', HTMLElement);
  const copied = within(element, '.code-copied', HTMLElement);
  const looks = createTransportLooks(transports);
  const lanes = transports.map(({ name, label }) => createLane(name, label));
  let shownFor = '';

  function createLane(name: string, label: string) {
    const lane = fromTemplate('code-lane-template', HTMLElement);
    lane.dataset['transport'] = name;
    looks.paint(lane, name);
    within(lane, '.code-name', HTMLElement).append(looks.badge(name));
    let snippet: Snippet | null = null;
    for (const button of lane.querySelectorAll<HTMLButtonElement>('.code-copy')) {
      const kind = button.dataset['copy'] === 'curl' ? 'curl' : 'javascript';
      button.ariaLabel = `Copy ${label} as ${kind === 'curl' ? 'curl' : 'JavaScript'}`;
      button.addEventListener('click', () => void copy(kind));
    }

    async function copy(kind: keyof Snippet): Promise<void> {
      if (snippet === null) return;
      copied.textContent = await copyText(snippet[kind], `${label} is copied.`);
    }

    return {
      element: lane,
      show(url: string, settings: ClientSettings): void {
        snippet = snippetOf(name, url, settings);
        lane.hidden = snippet === null;
        for (const pre of lane.querySelectorAll<HTMLElement>('.code-text')) {
          const kind = pre.dataset['code'] === 'curl' ? 'curl' : 'javascript';
          pre.ariaLabel = `${label} as ${kind === 'curl' ? 'curl' : 'JavaScript'}`;
          pre.textContent = snippet?.[kind] ?? '';
        }
      },
    };
  }

  within(element, '.code-lanes', HTMLElement).append(...lanes.map((lane) => lane.element));
  mount.append(element);
  return {
    update(_record, settings) {
      const { url } = host;
      const { pollIntervalMs, waitSeconds, heartbeatSeconds } = settings;
      const wanted = `${url} ${pollIntervalMs} ${waitSeconds} ${heartbeatSeconds}`;
      if (url === null || wanted === shownFor) return;
      shownFor = wanted;
      for (const lane of lanes) lane.show(url, settings);
    },
  };
};
