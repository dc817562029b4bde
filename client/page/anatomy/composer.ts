// The box in which a text is written: its frame is shown while it grows, and then it is sent.

import { KEY_BYTES } from '../../../server/protocol/frame-header.ts';
import { TEXT_BYTES } from '../../../server/protocol/limits.ts';
import { utf8Length } from '../../../server/protocol/utf8.ts';
import { byId, within } from '../dom.ts';
import { formatCount } from '../format.ts';
import { exampleText } from './examples.ts';
import { clientFrame, frameBytes, type WireFrame } from './frame-builder.ts';
import { formatHex } from './hex.ts';
import type { Target } from './live-connections.ts';
import { publishFrame } from './room-socket.ts';

const ECHO_BYTES = 16 * 1024 * 1024;
/** Of a long payload so much is masked for the preview, which must keep up with typing. */
const PREVIEW_BYTES = 16_384;
const ID_BYTES = 6;

export interface Preview {
  readonly text: string;
  /** How often it is repeated, as one text. */
  readonly times: number;
  readonly target: Target;
  readonly wire: WireFrame;
  /** @returns all bytes of the frame. */
  readonly bytes: () => Uint8Array;
}

export interface ComposerOptions {
  /** @param byReader whether the text, the target or the key was changed; if not, only the message's id. */
  readonly changed: (preview: Preview, byReader: boolean) => void;
  /** @param payload what the frame is to carry. */
  readonly send: (target: Target, payload: string) => void;
}

export interface Composer {
  readonly preview: Preview;
  /** @param times how often it is repeated, as one text. */
  write(text: string, times: number): void;
  /** Whether there is anything to send to. */
  live(live: boolean): void;
  problem(detail: string): void;
}

export function createComposer({ changed, send }: ComposerOptions): Composer {
  const form = byId('compose-form', HTMLFormElement);
  const box = byId('anatomy-text', HTMLTextAreaElement);
  const repeat = byId('repeat', HTMLInputElement);
  const size = byId('compose-size', HTMLElement);
  const problem = byId('compose-problem', HTMLElement);
  const button = byId('compose-send', HTMLButtonElement);
  const keyText = byId('preview-key', HTMLElement);
  let key = randomBytes(KEY_BYTES);
  /** The id that the next text goes into the room with, so that its frame can be shown beforehand. */
  let id = formatHex(randomBytes(ID_BYTES), '');
  let live = false;
  let preview = makePreview();

  function target(): Target {
    return within(form, 'input[name=target]:checked', HTMLInputElement).value === 'room' ? 'room' : 'echo';
  }

  /** What the fields make of it; what is longer than anything takes is not built. */
  function wholeText(text: string, times: number): string {
    return text.length * times > ECHO_BYTES ? text : text.repeat(times);
  }

  function makePreview(): Preview {
    const text = box.value;
    const times = Math.max(1, Math.floor(repeat.valueAsNumber || 1));
    const to = target();
    const whole = wholeText(text, times);
    const payload = new TextEncoder().encode(to === 'room' ? publishFrame(id, whole) : whole);
    const previewKey = key;
    return {
      text,
      times,
      target: to,
      wire: clientFrame(payload, previewKey, PREVIEW_BYTES),
      bytes: () => frameBytes(clientFrame(payload, previewKey)),
    };
  }

  function update(byReader: boolean): void {
    preview = makePreview();
    changed(preview, byReader);
    check();
  }

  function check(): void {
    keyText.textContent = formatHex(key);
    const one = utf8Length(box.value);
    const bytes = one === null ? null : one * preview.times;
    const json = preview.target === 'room' ? `, ${formatCount(preview.wire.payloadBytes)} with the JSON around it` : '';
    size.textContent =
      bytes === null
        ? ''
        : `${formatCount(characterCount(box.value) * preview.times)} characters, ${formatCount(bytes)} bytes of UTF-8${json}`;
    const wrong = live ? problemOf(bytes, preview.target) : '';
    problem.textContent = wrong;
    button.disabled = !live || wrong !== '' || (preview.target === 'room' && bytes === 0);
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button.disabled) return;
    const { target: to, text, times } = preview;
    const whole = wholeText(text, times);
    send(to, to === 'room' ? publishFrame(id, whole) : whole);
    id = formatHex(randomBytes(ID_BYTES), '');
    update(false);
  });
  for (const field of [box, repeat]) field.addEventListener('input', () => update(true));
  form.addEventListener('change', () => update(true));
  form.addEventListener('click', ({ target: clicked }) => {
    const example = clicked instanceof HTMLElement ? clicked.dataset['example'] : undefined;
    if (example === undefined) return;
    write(exampleText(Number(example)), 1);
  });
  byId('another-key', HTMLButtonElement).addEventListener('click', () => {
    key = randomBytes(KEY_BYTES);
    update(true);
  });

  function write(text: string, times: number): void {
    box.value = text;
    repeat.value = String(times);
    // What is too long for the room has the echo.
    if ((utf8Length(text) ?? 0) * times > TEXT_BYTES)
      within(form, 'input[value=echo]', HTMLInputElement).checked = true;
    update(true);
  }

  return {
    get preview() {
      return preview;
    },
    write,
    live(next) {
      live = next;
      check();
    },
    problem(detail) {
      problem.textContent = detail;
    },
  };
}

function problemOf(bytes: number | null, target: Target): string {
  if (bytes === null) return 'Half a character is in this text: it can’t be sent.';
  if (target === 'room' && bytes > TEXT_BYTES) {
    return `The room takes ${formatCount(TEXT_BYTES)} bytes; the echo takes more.`;
  }
  return bytes > ECHO_BYTES ? `The echo takes ${formatCount(ECHO_BYTES)} bytes.` : '';
}

/** Code points. */
function characterCount(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
