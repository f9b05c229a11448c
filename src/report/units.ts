/** `1 secret`, `2 secrets`, `9,214 files`: a count with its noun. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** A whole number with commas between thousands. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Bytes in decimal units as disks and registries count them: `118 MB`, `1.4 GB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  while (value >= 999.5 && unit < 4) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${['kB', 'MB', 'GB', 'TB', 'PB'][unit] ?? 'B'}`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long a time lies back: `12 min`, `6 h`, `9 d`; undefined where the time cannot be read. */
export function ageText(since: string, now: Date): string | undefined {
  const ageMs = now.getTime() - Date.parse(since);
  if (Number.isNaN(ageMs)) return undefined;
  if (ageMs < hourMs) return `${Math.max(0, Math.floor(ageMs / minuteMs))} min`;
  if (ageMs < 2 * dayMs) return `${Math.floor(ageMs / hourMs)} h`;
  return `${grouped(Math.floor(ageMs / dayMs))} d`;
}

/** Days from one day to another, `YYYY-MM-DD` or RFC 3339; undefined where either cannot be read. */
export function daysSince(day: string, now: Date): number | undefined {
  const ageMs = now.getTime() - Date.parse(day);
  return Number.isNaN(ageMs) ? undefined : Math.floor(ageMs / dayMs);
}

/** `sha256:9f3c0112ab…77e21a`: enough of a digest to tell it from others. */
export function shortDigest(digest: string): string {
  const colon = digest.indexOf(':');
  const hex = digest.slice(colon + 1);
  return hex.length <= 12 ? digest : `${digest.slice(0, colon + 1)}${hex.slice(0, 12)}`;
}
