/** Numbers, bytes and times as people read them; every number with its unit. */

export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `1 image`, `2 images` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Decimal units, three digits at most: `118 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${unit > 0 && rest < 9.95 ? rest.toFixed(1) : Math.round(rest)} ${units[unit]}`;
}

const steps = [
  ['y', 31_557_600],
  ['mo', 2_629_800],
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** `6 h ago`, `in 3 d`, `just now`. */
export function ago(time: string, now = Date.now()): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (Number.isNaN(seconds)) return time;
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['s', 1];
  if (unit === 's') return 'just now';
  const number = Math.floor(Math.abs(seconds) / length);
  return seconds < 0 ? `in ${number} ${unit}` : `${number} ${unit} ago`;
}

/** `6 h old`, `new`: the age of data. */
export function age(time: string, now = Date.now()): string {
  const text = ago(time, now);
  return text.endsWith(' ago') ? text.replace(/ ago$/, ' old') : text === 'just now' ? 'of this minute' : text;
}

/** `2026-11-26 06:05:12 UTC` */
export function exactTime(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The part of a digest that people compare: 12 characters. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/** Cuts in the middle: the ends of paths and names say most. */
export function cutMiddle(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = Math.ceil((longest - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (longest - 1 - head))}`;
}
