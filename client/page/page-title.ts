// The document's title: the view that is shown, and before it how much was said that nobody has looked at.

let view = '';
let unread = 0;

export function titleView(name: string): void {
  view = name;
  write();
}

export function titleUnread(count: number): void {
  unread = count;
  write();
}

function write(): void {
  document.title = `${unread === 0 ? '' : `(${unread}) `}${view} · Transport Lab`;
}
