// The frames on the wire, newest first, with the one that is not sent yet before them; the chosen one is taken apart.

import { readHeader } from '../../../server/protocol/frame-header.ts';
import { OPCODES } from '../../../server/protocol/opcodes.ts';
import { byId } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { Preview } from './composer.ts';
import { frameBytes } from './frame-builder.ts';
import { createFrameList } from './frame-list.ts';
import { createFrameView } from './frame-view.ts';
import { hexLink, textLink } from './links.ts';
import { applyMask } from './masking.ts';
import { textOf } from './payload-text.ts';
import type { TracedFrame } from './trace-events.ts';

const PREVIEW = 'preview';
/** Share of the window's height: what begins below it is out of sight. */
const MOSTLY_VISIBLE = 0.7;
/** How the frame begins that carries the visitor's token. */
const AUTHENTICATE = '{"type":"authenticate"';

interface LiveFrame {
  readonly number: number;
  readonly traced: TracedFrame;
}

export interface LiveFrames {
  /** What would be sent. @param show who types wants to see what becomes of it. */
  preview(preview: Preview, show: boolean): void;
  showPreview(): void;
  add(frame: TracedFrame): void;
  line(text: string): void;
  /** The next text that the browser sends is to be shown. */
  followNextSent(): void;
}

export function createLiveFrames(): LiveFrames {
  const detail = byId('live-frame', HTMLElement);
  const view = createFrameView(detail);
  const previews = createFrameList<typeof PREVIEW>({
    list: byId('preview-list', HTMLElement),
    newestFirst: false,
    chosen: chosenByReader(showPreview),
  });
  const list = createFrameList<LiveFrame>({
    list: byId('frame-list', HTMLElement),
    newestFirst: true,
    chosen: chosenByReader(show),
  });
  let latest: Preview | null = null;
  let previewChosen = true;
  let following = false;
  let count = 0;

  /** On narrow screens what was chosen lies below the list. */
  function chosenByReader<T>(choose: (item: T) => void): (item: T) => void {
    return (item) => {
      choose(item);
      if (detail.getBoundingClientRect().top > innerHeight * MOSTLY_VISIBLE) detail.scrollIntoView();
    };
  }

  function show(frame: LiveFrame): void {
    const { connection, from, wire } = frame.traced;
    previewChosen = false;
    previews.mark(null);
    list.mark(frame);
    const whole = wire.payload.length === wire.payloadBytes;
    const secret = holdsToken(frame.traced);
    view.show({
      title: `Frame ${frame.number}, ${from === 'client' ? 'to' : 'from'} the server, connection ${connection}`,
      wire,
      from,
      broken: null,
      remark: secret ? TOKEN_REMARK : whole ? null : partRemark(wire.payload.length),
      link: whole && !secret ? hexLink(frameBytes(wire), from) : null,
      bytes: () => frameBytes(wire),
    });
  }

  function showPreview(): void {
    previewChosen = true;
    list.mark(null);
    previews.mark(PREVIEW);
    if (latest === null) return;
    const { wire, text, times, target, bytes } = latest;
    view.show({
      title: 'Not sent yet: your text as a frame',
      wire,
      from: 'client',
      broken: null,
      remark: target === 'room' ? 'Into the room goes JSON: the payload is your text with an id around it.' : null,
      link: textLink(text, times),
      bytes,
    });
  }

  return {
    preview(preview, shown) {
      latest = preview;
      previews.clear();
      previews.add(PREVIEW, preview.wire, 'client', 'Preview ');
      if (shown) showPreview();
    },
    showPreview,
    add(traced) {
      count += 1;
      const frame = { number: count, traced };
      list.add(frame, traced.wire, traced.from, `${count} `);
      if (!following || traced.from !== 'client' || opcodeOf(traced) !== OPCODES.text) return;
      following = false;
      if (previewChosen) show(frame);
    },
    line: list.line,
    followNextSent() {
      following = true;
      previewChosen = true;
    },
  };
}

const TOKEN_REMARK = 'This frame carries your token: whoever has it can write in your name. Don’t pass its bytes on.';

function partRemark(known: number): string {
  return `The server tells the first ${formatCount(known)} bytes of a payload; the rest of this one is not here.`;
}

function opcodeOf({ wire }: TracedFrame): number | undefined {
  return readHeader(wire.header)?.opcode;
}

function holdsToken({ from, wire }: TracedFrame): boolean {
  const start = applyMask(wire.payload.subarray(0, AUTHENTICATE.length), readHeader(wire.header)?.key ?? null);
  return from === 'client' && textOf(start, true) === AUTHENTICATE;
}
