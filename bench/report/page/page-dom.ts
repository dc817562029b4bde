// Finding and making elements of the docs page.

/** @throws where the page has no such element. */
export function find<Kind extends Element>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** @returns what the template holds, anew. */
export function copyOf(template: string): DocumentFragment {
  return find<HTMLTemplateElement>(template).content.cloneNode(true) as DocumentFragment;
}

export function withText(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** @returns terms and what is said of them, for a `dl`. */
export function termsOf(pairs: readonly (readonly [term: string, text: string])[]): HTMLElement[] {
  return pairs.flatMap(([term, text]) => [withText('dt', term), withText('dd', text)]);
}

/** @returns a coloured square, which only repeats what stands beside it. */
export function swatchOf(colour: string): HTMLElement {
  const swatch = document.createElement('span');
  swatch.className = 'swatch';
  swatch.style.backgroundColor = colour;
  return swatch;
}
