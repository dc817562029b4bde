// The bytes of what was clicked on the stage, in the anatomy's views, which are loaded when they are first needed.

import type { FrameView } from '../anatomy/frame-view.ts';
import { byId, fromTemplate, within } from '../dom.ts';
import { formatCount } from '../format.ts';
import type { Mark } from './record.ts';
import { laneInWords } from './words/lane-names.ts';

export interface BytesView {
  show(mark: Mark): Promise<void>;
}

export function createBytesView(): BytesView {
  const section = byId('race-bytes', HTMLElement);
  const hint = byId('race-bytes-hint', HTMLElement);
  const pieces = byId('race-bytes-pieces', HTMLElement);
  const frameBox = byId('race-bytes-frame', HTMLElement);
  let frames: FrameView | null = null;

  async function showFrame(mark: Extract<Mark, { kind: 'frame' }>): Promise<void> {
    const [{ createFrameView }, { fromBase64 }, { frameBytes }] = await Promise.all([
      import('../anatomy/frame-view.ts'),
      import('../anatomy/handshake-steps.ts'),
      import('../anatomy/frame-builder.ts'),
    ]);
    frames ??= createFrameView(frameBox);
    const wire = {
      header: fromBase64(mark.header),
      payload: fromBase64(mark.payload),
      payloadBytes: mark.payloadBytes,
    };
    frames.show({
      title: `${mark.what} frame, ${mark.direction === 'up' ? 'from the client' : 'from the server'}`,
      wire,
      from: mark.direction === 'up' ? 'client' : 'server',
      broken: null,
      remark: null,
      link: null,
      bytes: () => frameBytes(wire),
    });
  }

  function showPiece(label: string, text: string, bytes: number | null): void {
    if (text === '') return;
    const figure = fromTemplate('piece-template', HTMLElement);
    within(figure, '.piece-label', HTMLElement).textContent = label;
    within(figure, '.piece-bytes', HTMLElement).textContent = bytes === null ? '' : `${formatCount(bytes)} bytes`;
    within(figure, '.piece-text', HTMLElement).textContent = text;
    pieces.append(figure);
  }

  byId('race-bytes-close', HTMLButtonElement).addEventListener('click', () => {
    section.hidden = true;
  });

  return {
    async show(mark) {
      section.hidden = false;
      pieces.replaceChildren();
      frames?.show(null);
      section.dataset['shows'] = mark.kind;
      hint.textContent = `Of ${laneInWords(mark.lane)}:`;
      if (mark.kind === 'exchange') {
        showPiece('The client asks', mark.requestText, mark.bytesUp);
        showPiece(mark.answeredAt === null ? 'No answer yet' : 'The server answers', mark.answerText, mark.bytesDown);
      } else if (mark.kind === 'event') showPiece('The server writes into the stream', mark.text, mark.bytes);
      else if (mark.kind === 'socket') {
        showPiece('The client asks to switch protocols', mark.requestText, mark.requestText.length);
        showPiece('The server agrees', mark.answerText, mark.answerText.length);
      } else if (mark.kind === 'frame' && mark.header !== '') await showFrame(mark);
      if (pieces.childElementCount === 0 && !(mark.kind === 'frame' && mark.header !== '')) {
        hint.textContent = `Of ${laneInWords(mark.lane)}: the server’s side is not known, so its bytes are not.`;
      }
    },
  };
}
