// Finding elements with their types checked: what index.html lacks is an error at once, never a null later.

type Constructor<T> = abstract new (...args: never[]) => T;

/** @returns the element with the id. Throws where there is none, or one of another type. */
export function byId<T extends Element>(id: string, type: Constructor<T>): T {
  return typed(document.getElementById(id), type, `#${id}`);
}

/** @returns the first element within `root` that the selector matches. Throws as above. */
export function within<T extends Element>(root: ParentNode, selector: string, type: Constructor<T>): T {
  return typed(root.querySelector(selector), type, selector);
}

/** @returns a copy of the one element in the template with the id. Throws as above. */
export function fromTemplate<T extends Element>(id: string, type: Constructor<T>): T {
  const content = byId(id, HTMLTemplateElement).content.cloneNode(true);
  return typed((content as DocumentFragment).firstElementChild, type, `template #${id}`);
}

function typed<T extends Element>(element: Element | null, type: Constructor<T>, what: string): T {
  if (element instanceof type) return element;
  throw new Error(`index.html has no ${type.name} at ${what}`);
}
