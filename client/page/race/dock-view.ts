// The network dock: what a person does to the race's network, who talks, and saving what was seen.
import { transports } from '../../transports/index.ts';
import { byId } from '../dom.ts';
import { formatInterval } from '../format.ts';
import { calculatorLink } from './calculator-link.ts';
import type { RaceSettings } from './race-settings.ts';
import { storyOf } from './stories.ts';

export interface DockActions {
  set(change: Partial<RaceSettings>): void;
  cut(): void;
  sendPair(lane: string): void;
  save(): void;
}

export interface DockView {
  /** @param off why there is no network to steer; null: there is one. */
  show(settings: RaceSettings, off: string | null): void;
  readonly lane: string;
  selectLane(lane: string): void;
}

export function createDockView({ set, cut, sendPair, save }: DockActions): DockView {
  const button = (id: string) => byId(id, HTMLButtonElement);
  const over = byId('race-send-over', HTMLSelectElement);
  const idle = byId('race-idle-cut', HTMLSelectElement);
  let shown: RaceSettings | null = null;
  const toggles: readonly (readonly [
    HTMLButtonElement,
    (settings: RaceSettings) => boolean,
    (on: boolean) => Partial<RaceSettings>,
  ])[] = [
    [button('race-silence'), ({ silence }) => silence, (silence) => ({ silence })],
    [button('race-offline'), ({ refuse }) => refuse, (refuse) => ({ refuse })],
    [button('race-hold'), ({ holdAnswers }) => holdAnswers, (holdAnswers) => ({ holdAnswers })],
    [button('race-tabs'), ({ otherTabs }) => otherTabs, (otherTabs) => ({ otherTabs })],
    [
      button('race-bot'),
      ({ messages }) => messages > 0,
      (on) => ({ messages: on ? storyOf(shown?.story ?? null).settings.messages || 2 : 0 }),
    ],
  ];
  const ranges = [
    ['race-rtt', 'roundTripMs'],
    ['race-jitter', 'jitterMs'],
  ] as const;

  over.append(...transports.map(({ name, label }) => new Option(label, name)));
  over.value = 'websocket';
  button('race-more').addEventListener('click', () => {
    const isOpen = byId('race-dock', HTMLElement).toggleAttribute('data-open');
    button('race-more').ariaExpanded = String(isOpen);
    button('race-more').textContent = isOpen ? 'Less' : 'More';
  });
  button('race-send').addEventListener('click', () => sendPair(over.value));
  button('race-cut').addEventListener('click', cut);
  button('race-save').addEventListener('click', save);
  idle.addEventListener('change', () => set({ idleCutMs: idle.value === '' ? null : Number(idle.value) }));
  for (const [element, isOn, change] of toggles) {
    element.addEventListener('click', () => shown !== null && set(change(!isOn(shown))));
  }
  for (const [id, member] of ranges) {
    const range = byId(id, HTMLInputElement);
    range.addEventListener('input', () => set({ [member]: range.valueAsNumber }));
  }

  return {
    get lane() {
      return over.value;
    },
    selectLane(lane) {
      over.value = lane;
    },
    show(settings, off) {
      shown = settings;
      for (const [element, isOn] of toggles) element.ariaPressed = String(isOn(settings));
      for (const [id, member] of ranges) {
        byId(id, HTMLInputElement).valueAsNumber = settings[member];
        byId(`${id}-value`, HTMLOutputElement).value = formatInterval(settings[member]);
      }
      const value = settings.idleCutMs === null ? '' : String(settings.idleCutMs);
      if (![...idle.options].some((option) => option.value === value)) {
        idle.add(new Option(`for ${formatInterval(settings.idleCutMs ?? 0)}`, value));
      }
      idle.value = value;
      byId('race-to-calculator', HTMLAnchorElement).href = calculatorLink(settings);
      byId('race-network', HTMLFieldSetElement).disabled = off !== null;
      byId('race-bot', HTMLButtonElement).disabled = off !== null;
      const note = byId('race-dock-note', HTMLElement);
      note.hidden = off === null;
      note.textContent = off ?? '';
    },
  };
}
