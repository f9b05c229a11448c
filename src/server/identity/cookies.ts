/** Cookies of a request; of two of one name the first counts. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').slice(0, 8192).split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** A cookie for this server alone, out of reach for scripts; over https with the prefix that browsers hold to that (RFC 6265bis). */
export function cookieText(
  name: string,
  value: string,
  { isHttps, maxAgeSeconds }: { readonly isHttps: boolean; readonly maxAgeSeconds: number },
): string {
  const secure = isHttps ? '; Secure' : '';
  return `${cookieName(name, isHttps)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
}

export function cookieName(name: string, isHttps: boolean): string {
  return isHttps ? `__Host-${name}` : name;
}
