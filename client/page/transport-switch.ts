// The choice of the transport: a radio button for each one there is.
import type { Transport } from '../transports/transport.ts';
import { byId, fromTemplate, within } from './dom.ts';
import type { TransportLooks } from './transport-looks.ts';

export interface TransportSwitchOptions {
  readonly transports: readonly Transport[];
  readonly looks: TransportLooks;
  /** The reader chose another one. */
  readonly chosen: (name: string) => void;
}

export interface TransportSwitch {
  show(name: string): void;
}

export function createTransportSwitch({ transports, looks, chosen }: TransportSwitchOptions): TransportSwitch {
  const box = byId('transports', HTMLElement);
  const summary = byId('transport-summary', HTMLElement);
  const inputs = new Map<string, HTMLInputElement>();

  for (const transport of transports) {
    const choice = fromTemplate('choice-template', HTMLLabelElement);
    looks.paint(choice, transport.name);
    const input = within(choice, 'input', HTMLInputElement);
    input.value = transport.name;
    within(choice, '.choice-label', HTMLElement).textContent = transport.label;
    const words = within(choice, '.choice-summary', HTMLElement);
    words.textContent = transport.summary;
    // The name alone is the label; the sentence describes it, also where it is not shown.
    words.id = `summary-${transport.name}`;
    input.setAttribute('aria-label', transport.label);
    input.setAttribute('aria-describedby', words.id);
    input.addEventListener('change', () => {
      if (!input.checked) return;
      show(transport.name);
      chosen(transport.name);
    });
    inputs.set(transport.name, input);
    box.append(choice);
  }

  function show(name: string): void {
    const input = inputs.get(name);
    if (input !== undefined) input.checked = true;
    summary.textContent = transports.find((transport) => transport.name === name)?.summary ?? '';
  }

  return { show };
}
