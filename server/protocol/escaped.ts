// Text within HTML, in an element or in an attribute's double quotes. HTML Living Standard, section 13.3.

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
