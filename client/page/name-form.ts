// The visitor's name, and the way to another one: joining again, which a visitor knows as changing the name.
import { errorText } from '../../server/protocol/error-text.ts';
import { NAME_CHARACTERS } from '../../server/protocol/limits.ts';
import type { Joined } from '../../server/protocol/messages.ts';
import { byId } from './dom.ts';
import { isVisible } from './visible.ts';

export interface NameForm {
  /** Joins as a guest, and tells the visitor where that fails. Does nothing while joining is under way. */
  join(): void;
  show(joined: Joined): void;
}

/** @param request asks the server for an identity; rejects with an Error that says why there is none. */
export function createNameForm(request: (name?: string) => Promise<Joined>): NameForm {
  const form = byId('name-form', HTMLFormElement);
  const field = byId('name', HTMLInputElement);
  const button = byId('name-button', HTMLButtonElement);
  const note = byId('name-note', HTMLElement);

  function join(name: string | undefined, done: (joined: Joined) => void): void {
    if (button.disabled) return;
    button.disabled = true;
    note.textContent = '';
    request(name)
      .then(done, (error: unknown) => {
        note.textContent = errorText(error);
      })
      .finally(() => {
        button.disabled = false;
      });
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // What can't be seen is no name; and without one the server makes one up.
    const name = isVisible(field.value) ? field.value.trim() : '';
    const characters = [...name].length;
    if (characters > NAME_CHARACTERS) {
      note.textContent = `A name has at most ${NAME_CHARACTERS} characters; this has ${characters}`;
      return;
    }
    join(name === '' ? undefined : name, (joined) => {
      field.value = joined.name;
      note.textContent = `You are ${joined.name} now`;
    });
  });

  function show(joined: Joined): void {
    // Not into a name that is just being written.
    if (document.activeElement !== field) field.value = joined.name;
  }

  return {
    join: () => join(undefined, show),
    show,
  };
}
