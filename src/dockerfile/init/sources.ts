import type { PlanOptions } from './kind.ts';

/** Where sources name the port that they listen on; each pattern's group is the port. */
const portPatterns: readonly RegExp[] = [
  // process.env.PORT || 3000, os.environ.get("PORT", 8080), ENV.fetch('PORT', 4567), env::var("PORT").unwrap_or(8080)
  /\bPORT\b["'`\])]{0,3}\s{0,3}(?:\|\||\?\?|,|or\b|\?:)\s{0,3}\(?["'`]?(\d{2,5})\b/,
  /\bPORT\b["'`\])]{0,3}\.unwrap_or[a-z_]{0,10}\([^)\n]{0,30}?(\d{2,5})/,
  /\.listen\(\s{0,5}(\d{2,5})\b/,
  /\b[Pp](?:ort|ORT)["']?\s{0,3}(?::=|[:=])\s{0,3}["']?(\d{2,5})\b/,
  /["'`](?:0\.0\.0\.0|localhost|127\.0\.0\.1|\[::\])?:(\d{2,5})["'`]/,
  /server\.port\s{0,3}[:=]\s{0,3}(\d{2,5})\b/,
  /TCPServer\.new\([^)\n]{0,60}?(\d{2,5})\b/,
  /InetSocketAddress\([^)\n]{0,60}?(\d{2,5})\)/,
  /htons\(\s{0,3}(\d{2,5})\s{0,3}\)/,
];

/** The port that sources name, or undefined. */
export function portIn(texts: readonly string[]): number | undefined {
  for (const pattern of portPatterns)
    for (const text of texts) {
      const port = Number(pattern.exec(text)?.[1] ?? 0);
      if (port >= 10 && port <= 65_535) return port;
    }
  return undefined;
}

/** A path that sources answer health questions at, by the names that are usual for it. */
export function healthPathIn(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const path = /["'`\s](\/(?:api\/)?(?:healthz|health|livez|readyz|health\/live|_health|healthcheck))["'`\s]/.exec(
      text,
    );
    if (path !== null) return path[1];
  }
  return undefined;
}

/** Whether sources listen on the container's own loopback only, where nobody outside reaches them. */
export function listensOnLoopback(texts: readonly string[]): boolean {
  return texts.some((text) =>
    /(?:listen|host|bind|Addr)[^\n]{0,60}["'`](?:localhost|127\.0\.0\.1)(?::\d{2,5})?["'`]/.test(text),
  );
}

export const loopbackNote =
  'the sources name localhost as the address to listen on: a container is only reached when it listens on 0.0.0.0';

/** The port of a plan: the user's, else the sources', else the usual one where the program is known to listen. */
export function portOf(
  { port }: Pick<PlanOptions, 'port'>,
  texts: readonly string[],
  usual: number | undefined,
): number | undefined {
  if (port === 'none') return undefined;
  return port ?? portIn(texts) ?? usual;
}

/** Whether sources handle the signal that ends a container: the first process of one ignores it otherwise. */
export function heedsSignals(texts: readonly string[]): boolean {
  return texts.some((text) => /\bSIGTERM\b|ctrl_c\(\)|\bsignal_hook\b|enableShutdownHooks/.test(text));
}
