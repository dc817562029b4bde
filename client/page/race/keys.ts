// The race by keyboard: Space pauses, arrows step from event to event, 1 to 4 select a lane.

export interface RaceKeys {
  /** Whether the race is what the keys are for. */
  heard(): boolean;
  pause(): void;
  step(direction: 1 | -1): void;
  select(index: number): void;
}

/** What takes keys for itself. */
const OWN_KEYS = 'input, select, textarea, button, a, summary, [tabindex], [contenteditable]';

export function listenForKeys({ heard, pause, step, select }: RaceKeys): void {
  document.addEventListener('keydown', (event) => {
    if (!heard() || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const { target, key } = event;
    const isOwn = target instanceof Element && target.closest(OWN_KEYS) !== null;
    // A button takes Space; digits and arrows mean nothing to it.
    const writes = target instanceof Element && target.closest('input, select, textarea, [tabindex]') !== null;
    if (key === ' ' && !isOwn) pause();
    else if (key === 'ArrowLeft' && !writes) step(-1);
    else if (key === 'ArrowRight' && !writes) step(1);
    else if (/^[1-9]$/.test(key) && !writes) select(Number(key) - 1);
    else return;
    event.preventDefault();
  });
}
