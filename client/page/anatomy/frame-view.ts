// One frame, taken apart: its fields, its bytes, its payload unmasked, and the text that it yields.

import { type FieldName, type FrameHeader, readHeader } from '../../../server/protocol/frame-header.ts';
import { fromTemplate, within } from '../dom.ts';
import { formatCount } from '../format.ts';
import { createByteList } from './byte-list.ts';
import { copyText } from './clipboard.ts';
import { createFieldDiagram } from './field-diagram.ts';
import { frameBytes, type WireFrame } from './frame-builder.ts';
import { opcodeName } from './frame-fields.ts';
import type { Sender } from './frame-rules.ts';
import { formatHex } from './hex.ts';
import { applyMask } from './masking.ts';
import { meaningOf } from './payload-text.ts';
import { showXor, XOR_BYTES } from './xor-table.ts';

/** Characters of the text that are shown at the most. */
const TEXT_CHARACTERS = 2000;
/** Longer frames are not copied: a clipboard is no place for them. */
const COPY_BYTES = 1024 * 1024;

export interface ShownFrame {
  readonly title: string;
  readonly wire: WireFrame;
  readonly from: Sender;
  /** The field that breaks a rule, or null. */
  readonly broken: FieldName | null;
  /** Something to be known about this frame, or null. */
  readonly remark: string | null;
  /** A link that reopens it, or null. */
  readonly link: string | null;
  /** @returns all bytes of the frame that can be had. */
  readonly bytes: () => Uint8Array;
}

export interface FrameView {
  show(frame: ShownFrame | null): void;
}

export function createFrameView(parent: HTMLElement): FrameView {
  const root = fromTemplate('frame-view-template', HTMLElement);
  const part = (selector: string) => within(root, selector, HTMLElement);
  const copied = part('.frame-copied');
  const copy = within(root, '.frame-copy', HTMLButtonElement);
  const link = within(root, '.frame-link', HTMLAnchorElement);
  const bytes = createByteList(part('.bytes'), part('.bytes-more'), (name) => fields.choose(name));
  const fields = createFieldDiagram(part('.fields'), part('.field-words'), bytes.mark);
  let shown: ShownFrame | null = null;

  async function copyShown(): Promise<void> {
    if (shown === null) return;
    const all = shown.bytes();
    copied.textContent = await copyText(formatHex(all), `${formatCount(all.length)} bytes copied.`);
  }

  copy.addEventListener('click', () => void copyShown());
  root.hidden = true;
  parent.append(root);

  function showHead(frame: ShownFrame, header: FrameHeader): void {
    const { wire } = frame;
    part('.frame-title').textContent = frame.title;
    part('.frame-summary').textContent = summaryOf(header, wire);
    const remark = part('.frame-remark');
    remark.hidden = frame.remark === null;
    remark.textContent = frame.remark;
    copied.textContent = '';
    copy.disabled = wire.payloadBytes > COPY_BYTES;
    copy.title = copy.disabled ? 'Too long to be copied' : '';
    link.hidden = frame.link === null;
    link.href = frame.link ?? '';
  }

  function showPayload({ wire }: ShownFrame, header: FrameHeader): void {
    const { payload, payloadBytes } = wire;
    const masked = header.key !== null;
    part('.frame-unmasking').hidden = payload.length === 0 || (header.masked === true && !masked);
    part('.unmasking-title').textContent = masked ? 'Unmasking' : 'Byte by byte';
    part('.unmasking-note').textContent =
      (masked ? 'Each byte XOR its byte of the key, the four over and over again. ' : 'Not masked: nothing to undo. ') +
      (payloadBytes > XOR_BYTES ? `The first ${XOR_BYTES} of ${formatCount(payloadBytes)} bytes.` : '');
    showXor(part('.xor'), payload, header.key);

    const plain = applyMask(payload, header.key);
    const { title, text } = meaningOf(header.opcode, plain, plain.length === payloadBytes);
    part('.frame-yield').hidden = payload.length === 0 || (header.masked === true && !masked);
    part('.yield-title').textContent = title;
    part('.yield-text').textContent = text.slice(0, TEXT_CHARACTERS);
    const cut = text.length > TEXT_CHARACTERS || plain.length < payloadBytes;
    part('.yield-more').textContent = cut ? `The beginning of ${formatCount(payloadBytes)} bytes.` : '';
  }

  return {
    show(frame) {
      shown = frame;
      const known = frame === null ? null : frameBytes(frame.wire);
      const header = known === null ? null : readHeader(known);
      root.hidden = header === null;
      if (frame === null || known === null || header === null) return;
      showHead(frame, header);
      fields.show({ header, bytes: known, from: frame.from, broken: frame.broken });
      bytes.show(header, known, BigInt(header.bytes) + announcedBy(header, frame.wire));
      showPayload(frame, header);
    },
  };
}

function summaryOf(header: FrameHeader, wire: WireFrame): string {
  const kind = header.fin ? opcodeName(header.opcode) : `${opcodeName(header.opcode)}, not the last fragment`;
  const payload = announcedBy(header, wire);
  const all = formatCount(BigInt(header.bytes) + payload);
  const form = header.lengthBits === null ? '' : `, its length in ${header.lengthBits} bits`;
  return `${kind}: ${formatCount(header.bytes)} bytes of header + ${formatCount(payload)} of payload = ${all}${form}`;
}

/** Exact also beyond 2^53. */
function announcedBy(header: FrameHeader, { payloadBytes }: WireFrame): bigint {
  return header.length ?? BigInt(payloadBytes);
}
