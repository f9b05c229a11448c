import { isPlausibleText } from '../../package-text.ts';

/** A Maven artifact's coordinates. */
export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** Reads `pom.properties` as Maven writes it; undefined where it lacks a coordinate or still holds a placeholder. */
export function readPomProperties(text: string): Coordinates | undefined {
  const values = new Map<string, string>();
  for (const line of text.split(/\r\n|\n|\r/, 1000)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!')) continue;
    const at = trimmed.search(/[=:]/);
    if (at > 0)
      values.set(
        trimmed.slice(0, at).trim(),
        trimmed
          .slice(at + 1)
          .trim()
          .replaceAll('\\', ''),
      );
  }
  return coordinates(values.get('groupId'), values.get('artifactId'), values.get('version'));
}

/**
 * Reads the coordinates of a `pom.xml`: those of the project, where it lacks them those of its parent. Not an XML parser:
 * it follows tags three deep and takes plain text, which is all that coordinates are.
 */
export function readPomXml(xml: string): Coordinates | undefined {
  const found = new Map<string, string>();
  const open: string[] = [];
  let at = 0;
  for (let tags = 0; tags < 50_000; tags++) {
    const start = xml.indexOf('<', at);
    if (start < 0) break;
    if (xml.startsWith('<!--', start)) {
      at = after(xml, '-->', start);
      continue;
    }
    const end = xml.indexOf('>', start);
    if (end < 0) break;
    const text = xml.slice(at, start);
    at = end + 1;
    const first = xml[start + 1];
    if (first === '?' || first === '!') continue;
    if (first === '/') {
      if (open.length <= 3) found.set(open.join('/'), found.get(open.join('/')) ?? text.trim());
      open.pop();
      if (open.length === 0) break;
    } else if (xml[end - 1] !== '/') {
      open.push(open.length < 3 ? xml.slice(start + 1, end).split(/\s/, 1)[0]! : '');
      if (open.length > 1000) return undefined;
    }
  }
  const own = (name: string) => found.get(`project/${name}`);
  const parents = (name: string) => found.get(`project/parent/${name}`);
  return coordinates(own('groupId') ?? parents('groupId'), own('artifactId'), own('version') ?? parents('version'));
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function coordinates(group?: string, artifact?: string, version?: string): Coordinates | undefined {
  if (!isPlausibleText(group) || !isPlausibleText(artifact) || !isPlausibleText(version)) return undefined;
  if (group.includes('${') || artifact.includes('${') || version.includes('${')) return undefined;
  return { group, artifact, version };
}
