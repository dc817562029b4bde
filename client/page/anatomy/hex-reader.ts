// The box for bytes in hex: read frame by frame, or the rule that they break.
import { byId, within } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { WireFrame } from './frame-builder.ts';
import { createFrameList } from './frame-list.ts';
import { RULES, type Sender, type Violation } from './frame-rules.ts';
import { readSequence, type Sequence, type SequenceFrame } from './frame-sequence.ts';
import { createFrameView } from './frame-view.ts';
import { formatHex, parseHex } from './hex.ts';
import { hexLink } from './links.ts';
import { rfcLink } from './rfc-link.ts';

/** More frames are read, but not listed. */
const LISTED = 200;

export interface HexReader {
  /** Fills the box, as if somebody had pasted it, and brings it into view. */
  open(hex: string, from: Sender): void;
}

export function createHexReader(): HexReader {
  const box = byId('hex-text', HTMLTextAreaElement);
  const problem = byId('hex-problem', HTMLElement);
  const link = byId('hex-link', HTMLAnchorElement);
  const verdict = byId('hex-verdict', HTMLElement);
  const section = box.closest('section') ?? box;
  const view = createFrameView(byId('hex-frame', HTMLElement));
  const list = createFrameList<SequenceFrame>({
    list: byId('hex-frames', HTMLElement),
    newestFirst: false,
    chosen: choose,
  });
  let sequence: Sequence = { frames: [], end: { kind: 'complete', unfinished: false } };

  function sender(): Sender {
    return within(section, 'input[name=hex-from]:checked', HTMLInputElement).value === 'server' ? 'server' : 'client';
  }

  function choose(frame: SequenceFrame): void {
    const { frames, end } = sequence;
    const number = frames.indexOf(frame) + 1;
    const from = sender();
    const broken = end.kind === 'violation' && number === frames.length ? RULES[end.violation.rule].field : null;
    list.mark(frame);
    view.show({
      title: `Frame ${number} of ${formatCount(frames.length)}`,
      wire: wireOf(frame),
      from,
      broken,
      remark: null,
      link: frames.length > 1 ? hexLink(frame.bytes, from) : null,
      bytes: () => frame.bytes,
    });
  }

  function read(): void {
    const reading = parseHex(box.value);
    problem.textContent = reading.ok ? '' : reading.problem;
    box.ariaInvalid = String(!reading.ok);
    sequence = readSequence(reading.ok ? reading.bytes : new Uint8Array(), sender());
    const { frames } = sequence;
    list.clear();
    for (const [index, frame] of frames.slice(0, LISTED).entries()) {
      list.add(frame, wireOf(frame), sender(), `${index + 1} `);
    }
    if (frames.length > LISTED) list.line(`${formatCount(frames.length - LISTED)} more frames are not listed`);
    showVerdict(verdict, sequence);
    const href = reading.ok && frames.length > 0 ? hexLink(reading.bytes, sender()) : null;
    link.hidden = href === null;
    link.href = href ?? '';
    // The interesting one: the last where it is broken or cut off, else the first.
    const shown = sequence.end.kind === 'complete' ? frames[0] : frames.at(-1);
    if (shown === undefined) view.show(null);
    else choose(shown);
  }

  box.addEventListener('input', read);
  section.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) read();
  });
  read();

  return {
    open(hex, from) {
      const reading = parseHex(hex);
      box.value = reading.ok ? formatHex(reading.bytes) : hex;
      within(section, `input[name=hex-from][value=${from}]`, HTMLInputElement).checked = true;
      read();
      section.scrollIntoView({ block: 'start' });
    },
  };
}

function wireOf({ header, bytes }: SequenceFrame): WireFrame {
  return {
    header: bytes.subarray(0, header.bytes),
    payload: bytes.subarray(header.bytes),
    payloadBytes: Number(header.length ?? 0n),
  };
}

function showVerdict(box: HTMLElement, { frames, end }: Sequence): void {
  const part = (selector: string) => within(box, selector, HTMLElement);
  box.hidden = frames.length === 0;
  box.dataset['state'] = end.kind;
  part('.verdict-quote').hidden = end.kind !== 'violation';
  part('.verdict-source').hidden = end.kind !== 'violation';
  switch (end.kind) {
    case 'complete': {
      const count = frames.length === 1 ? 'One frame' : `${formatCount(frames.length)} frames`;
      part('.verdict-title').textContent = `✓ ${count}, and no rule is broken`;
      part('.verdict-detail').textContent = end.unfinished
        ? 'The last message is not finished: a continuation with FIN 1 is still to come.'
        : '';
      return;
    }
    case 'truncated': {
      const bytes = end.missing === 1n ? 'byte' : 'bytes';
      const least = end.exact ? '' : 'at least ';
      part('.verdict-title').textContent = `… Cut off: needs ${least}${formatCount(end.missing)} more ${bytes}`;
      part('.verdict-detail').textContent =
        `Frame ${formatCount(frames.length)} is not all there. Until here no rule is broken.`;
      return;
    }
    case 'violation':
      showViolation(box, end.violation, frames.length);
  }
}

function showViolation(box: HTMLElement, { rule, detail }: Violation, frame: number): void {
  const { title, quote, section } = RULES[rule];
  within(box, '.verdict-title', HTMLElement).textContent = `✗ ${title}`;
  within(box, '.verdict-detail', HTMLElement).textContent = `Frame ${formatCount(frame)}: ${detail}`;
  within(box, '.verdict-quote', HTMLElement).textContent = quote;
  within(box, '.verdict-source', HTMLElement).replaceChildren(rfcLink(section));
}
