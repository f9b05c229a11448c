/** Gives text that has no room its whole self as a title, where nobody else gave it one. */
export function sayWhatIsCut(target: EventTarget | null): void {
  if (!(target instanceof HTMLElement) || target.closest('[title]') !== null) return;
  const cut = target.closest<HTMLElement>('.cut, .table-cell, .table-below-part');
  if (cut !== null && cut.scrollWidth > cut.clientWidth) cut.title = cut.textContent.trim();
}
