const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escape = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c([\s\S])|([\s\S]))/g;

/** What stands between the quotes of `$'…'`, its escapes resolved (POSIX.1-2024 XCU 2.2.4). */
export function ansiCText(raw: string): string {
  return raw.replace(escape, (_whole, hex, short, long, octal, control, other): string => {
    const number = hex ?? short ?? long;
    if (number !== undefined) return codePoint(parseInt(number, 16));
    if (octal !== undefined) return codePoint(parseInt(octal, 8) & 0xff);
    if (control !== undefined) return codePoint(control.charCodeAt(0) & 0x1f);
    return controls[other] ?? (/['"?\\]/.test(other) ? other : `\\${other}`);
  });
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
