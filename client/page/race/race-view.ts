// The race view: the race that is on, and the parts of the page that show it and steer it.
import { byId, within } from '../dom.ts';
import type { View } from '../view-router.ts';
import { createAddress } from './address.ts';
import { createBytesView } from './bytes-view.ts';
import { createDockView } from './dock-view.ts';
import { wallClockMs } from './frame-messages.ts';
import { listenForKeys } from './keys.ts';
import { createLanesView } from './lanes-view.ts';
import { createLogView } from './log-view.ts';
import { PARTS } from './parts.ts';
import { createPlayback } from './playback.ts';
import { followVisibility } from './presence.ts';
import type { RaceHost, RacePart } from './race-part.ts';
import { createRaceRun, type RunState } from './race-run.ts';
import type { RaceSettings } from './race-settings.ts';
import { recordAt } from './record-at.ts';
import { saveRace } from './save.ts';
import { createSentenceView } from './sentence-view.ts';
import { createStageView } from './stage/stage-view.ts';
import { beginningOf, storyOf } from './stories.ts';
import { createStoryPlayer } from './story-player.ts';
import { captionAt } from './words/caption.ts';

/** Texts change so often, in ms: a person reads no faster. */
const TEXTS_MS = 200;
const CAPTION_MS = 900;
/** Without gliding, the picture changes so often, in ms. */
const JUMP_MS = 2000;
/** So much less of the past is seen in slow motion. */
const SLOW_ZOOM = 5;

const NOTICES: Readonly<Record<RunState, string | null>> = {
  starting: null,
  on: null,
  direct:
    'The server’s lab controls are off (or its --max-races is 0), so the four share the chat’s room, over your own network; the server’s side is not known and drawn dashed. Nothing is sent unless you send it.',
  full: 'As many races are on as this server takes (--max-races). This one begins as soon as another has ended.',
  lost: 'The server can’t be reached, or does not answer in time. A new race begins as soon as it does.',
  resting: 'The race rests, and its port was given back. It begins anew when you look at it.',
};
const OFF =
  'There is no network to steer and no bot here, because the server’s lab controls are off (or its --max-races is 0).';

export function startRace(): View {
  const address = createAddress();
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let settings = address.settings();
  let selected: string | null = null;
  let textsAt = 0;
  let captionAtMs = 0;
  let drawing = false;
  let inView = false;
  let pointer: { readonly clientX: number; readonly clientY: number } | null = null;

  const stage = byId('race-stage', HTMLElement);
  const caption = byId('race-caption', HTMLElement);
  const notice = byId('race-notice', HTMLElement);
  const playback = createPlayback(wallClockMs());
  const lanes = createLanesView((lane) => select(lane === selected ? null : lane));
  const picturer = createStageView(lanes.elements);
  const bytes = createBytesView();
  const log = createLogView();
  const run = createRaceRun(byId('race-frames', HTMLElement), settings, () => {
    stage.dataset['state'] = run.state;
    story.restart();
    // What the story has done so far is undone.
    const undone = beginningOf(storyOf(settings.story));
    if (run.state === 'starting' && Object.keys(undone).length > 0) set(undone);
    // A moment of the race before is none of this one: who stayed there would see an empty stage, and no bot.
    if (run.state === 'starting' && playback.paused) pause(false);
    showSettings();
  });
  const story = createStoryPlayer({
    chosen(next) {
      set(next.settings);
      run.again();
    },
    set,
    cut: run.cut,
  });
  const sentence = createSentenceView(set);
  const dock = createDockView({
    set,
    cut: run.cut,
    sendPair: (lane) => run.send(lane),
    save: () => saveRace(run.record, settings),
  });

  const parts: RacePart[] = [];
  const host: RaceHost = {
    get url() {
      return run.url;
    },
    get steerable() {
      return run.state !== 'direct';
    },
    set,
    address: address.get,
    setAddress: address.set,
  };

  async function loadParts(): Promise<void> {
    for (const { mount, load } of PARTS) {
      const element = within(document, mount, HTMLElement);
      const make = await load();
      parts.push(make(element, host));
      element.hidden = false;
    }
  }

  function set(change: Partial<RaceSettings>): void {
    settings = { ...settings, ...change };
    address.keep(settings);
    run.set(settings);
    showSettings();
  }

  function showSettings(): void {
    const off = run.state === 'direct' ? OFF : null;
    stage.dataset['roundTripMs'] = off === null ? String(settings.roundTripMs) : '';
    sentence.show(settings, story.words(settings), off === null);
    story.show(settings.story);
    dock.show(settings, off);
    const words = NOTICES[run.state];
    notice.hidden = words === null;
    notice.textContent = words ?? '';
    // There the caption says it, where nothing else can be said.
    notice.classList.toggle('visually-hidden', run.state !== 'direct');
  }

  function select(lane: string | null): void {
    selected = lane;
    lanes.select(lane);
    if (lane !== null) dock.selectLane(lane);
  }

  function draw(): void {
    drawing = inView && !document.hidden;
    if (!drawing) return;
    requestAnimationFrame(draw);
    const now = wallClockMs();
    const seen = still.matches && !playback.paused ? Math.floor(now / JUMP_MS) * JUMP_MS : now;
    const time = playback.timeAt(seen, run.record, settings.roundTripMs);
    picturer.draw(run.record, time, playback.speed === 'slow' ? SLOW_ZOOM : 1, selected);
    if (playback.paused) stage.dataset['shown'] = String(time);
    if (now - textsAt >= TEXTS_MS) {
      textsAt = now;
      showTexts(time, now);
    }
  }

  function showTexts(time: number, now: number): void {
    stage.dataset['head'] = String(run.record.head);
    // What stands beside a picture of before is of before, as far as is known.
    const isPast = playback.paused || playback.speed === 'slow';
    stage.toggleAttribute('data-past', isPast);
    const shown = isPast ? recordAt(run.record, time) : run.record;
    lanes.show(run.record, shown, settings, isPast ? time : now);
    showPointer();
    const isOn = run.state === 'on' || run.state === 'direct';
    const words = (isOn ? null : NOTICES[run.state]) ?? story.look() ?? captionAt(shown, settings, time);
    showCaption(words, now);
    log.show(run.record);
    for (const part of parts) part.update(run.record, settings);
    story.tick(run.record);
  }

  /** The picture glides away under a pointer that rests. */
  function showPointer(): void {
    const mark = pointer === null ? null : picturer.at(run.record, pointer.clientX, pointer.clientY).mark;
    picturer.canvas.toggleAttribute('data-on-mark', mark !== null);
  }

  /** What one has begun to read stands for a while. */
  function showCaption(words: string, now: number): void {
    if (caption.textContent === words || (now - captionAtMs < CAPTION_MS && !playback.paused)) return;
    caption.textContent = words;
    captionAtMs = now;
  }

  function pause(on: boolean): void {
    playback.pause(on);
    run.quiet(on || !inView || document.hidden);
    showPlayback();
  }

  function step(direction: 1 | -1): void {
    pause(true);
    playback.step(direction, run.record);
  }

  function showPlayback(): void {
    byId('race-pause', HTMLButtonElement).textContent = playback.paused ? 'Go on' : 'Pause';
    byId('race-slow', HTMLButtonElement).ariaPressed = String(playback.speed === 'slow');
    stage.toggleAttribute('data-paused', playback.paused);
  }

  byId('race-pause', HTMLButtonElement).addEventListener('click', () => pause(!playback.paused));
  byId('race-slow', HTMLButtonElement).addEventListener('click', () => {
    pause(false);
    playback.setSpeed(playback.speed === 'slow' ? 'live' : 'slow');
    showPlayback();
  });
  byId('race-back', HTMLButtonElement).addEventListener('click', () => step(-1));
  byId('race-next', HTMLButtonElement).addEventListener('click', () => step(1));
  picturer.canvas.addEventListener('click', ({ clientX, clientY }) => {
    const { lane, mark } = picturer.at(run.record, clientX, clientY);
    if (mark !== null) void bytes.show(mark);
    else if (lane !== null) select(lane === selected ? null : lane);
  });
  picturer.canvas.addEventListener('pointermove', ({ clientX, clientY }) => {
    pointer = { clientX, clientY };
    showPointer();
  });
  picturer.canvas.addEventListener('pointerleave', () => {
    pointer = null;
  });
  listenForKeys({
    heard: () => inView,
    pause: () => pause(!playback.paused),
    step,
    select: (index) => select([...lanes.elements.keys()][index] ?? null),
  });
  const presence = followVisibility({
    seen() {
      run.quiet(playback.paused);
      run.begin();
      if (!drawing) requestAnimationFrame(draw);
      drawing = true;
    },
    unseen: () => run.quiet(true),
    leave: run.rest,
  });

  // They stand below the stage, and it does not wait for them.
  void loadParts().catch(reportError);

  return {
    show(parameters) {
      inView = true;
      if (address.take(parameters)) {
        settings = address.settings();
        run.set(settings);
      }
      showSettings();
      presence.inView(true);
    },
    hide() {
      inView = false;
      presence.inView(false);
    },
  };
}
