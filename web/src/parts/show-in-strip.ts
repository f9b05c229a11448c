/** Scrolls a strip that is wider than the window to what is chosen in it, and the page not at all. */
export function showInStrip(strip: HTMLElement | null, chosen: string): void {
  const item = strip?.querySelector<HTMLElement>(chosen);
  if (strip === null || item === null || item === undefined || strip.scrollWidth <= strip.clientWidth) return;
  const middle = item.getBoundingClientRect().left - strip.getBoundingClientRect().left + item.offsetWidth / 2;
  strip.scrollLeft += middle - strip.clientWidth / 2;
}
