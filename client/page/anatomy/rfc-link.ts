// Links into RFC 6455, the standard of the WebSocket protocol.

export function rfcLink(section: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = `https://www.rfc-editor.org/rfc/rfc6455#section-${section}`;
  link.rel = 'noreferrer';
  link.textContent = `RFC 6455 section ${section}`;
  return link;
}
