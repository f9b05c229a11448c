import { CodedError } from '../../../model/index.ts';

/** One element of a document: its name, what it holds. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Its own text, trimmed. */
  readonly text: string;
}

interface Open extends Element {
  readonly children: Element[];
  parts: string[];
}

const maxDepth = 100;
const maxElements = 50_000;

/**
 * A project file in XML (pom.xml, *.csproj) as a tree: elements, attributes, text. No document types: what they would
 * declare is not expanded. Linear. Throws `project-file-invalid`.
 */
export function readXml(text: string, file: string): Element {
  const root: Open = { name: '', attributes: {}, children: [], text: '', parts: [] };
  const open: Open[] = [root];
  let count = 0;
  for (let at = 0; at < text.length;) {
    const tag = text.indexOf('<', at);
    const parent = open.at(-1)!;
    parent.parts.push(text.slice(at, tag < 0 ? text.length : tag));
    if (tag < 0) break;
    const skipped = skippedAt(text, tag);
    if (skipped !== undefined) {
      if (skipped.text !== undefined) parent.parts.push(skipped.text.replaceAll('&', '&amp;'));
      at = skipped.end;
      continue;
    }
    const end = tagEnd(text, tag);
    if (end < 0) throw invalid(file, 'a tag does not end');
    at = end + 1;
    const inner = text.slice(tag + 1, end);
    if (inner.startsWith('/')) {
      const closed = open.pop()!;
      if (open.length === 0 || closed.name !== inner.slice(1).trim()) throw invalid(file, 'an end tag has no start');
      open.at(-1)!.children.push(finished(closed));
      continue;
    }
    if (++count > maxElements) throw invalid(file, `it has more than ${maxElements} elements`);
    const element = startOf(inner);
    if (inner.endsWith('/')) parent.children.push(finished(element));
    else if (open.push(element) > maxDepth) throw invalid(file, `it is nested deeper than ${maxDepth}`);
  }
  const first = root.children[0];
  if (open.length !== 1 || first === undefined) throw invalid(file, 'it ends early');
  return first;
}

/** The first child at each step of a path. */
export function elementAt(element: Element | undefined, ...path: readonly string[]): Element | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

/** Every element of that name, however deep. */
export function elementsNamed(element: Element, name: string): Element[] {
  const found: Element[] = [];
  const visit = (each: Element): void => {
    if (each.name === name) found.push(each);
    for (const child of each.children) visit(child);
  };
  visit(element);
  return found;
}

function invalid(file: string, why: string): CodedError {
  return new CodedError('project-file-invalid', `${file} is not XML that can be read: ${why}`, {
    hint: 'mend the file, then run it again',
  });
}

/** Comments, declarations and CDATA sections. */
function skippedAt(text: string, at: number): { readonly end: number; readonly text?: string } | undefined {
  for (const [start, stop] of [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
    ['<!', '>'],
  ] as const) {
    if (!text.startsWith(start, at)) continue;
    const found = text.indexOf(stop, at + start.length);
    const end = found < 0 ? text.length : found + stop.length;
    return start === '<![CDATA[' ? { end, text: text.slice(at + start.length, found < 0 ? end : found) } : { end };
  }
  return undefined;
}

/** The `>` that ends a tag: not one in a quoted attribute. */
function tagEnd(text: string, at: number): number {
  let quote = '';
  for (let i = at + 1; i < text.length; i++) {
    const character = text[i]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return i;
  }
  return -1;
}

function startOf(inner: string): Open {
  const body = inner.endsWith('/') ? inner.slice(0, -1) : inner;
  const name = /^[^\s]{0,200}/.exec(body)?.[0] ?? '';
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [, key = '', double, single] of body
    .slice(name.length)
    .matchAll(/([\w:.-]{1,100})\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    attributes[key] = unescaped(double ?? single ?? '');
  return { name, attributes, children: [], text: '', parts: [] };
}

function finished({ name, attributes, children, parts }: Open): Element {
  return { name, attributes, children, text: unescaped(parts.join('')).trim() };
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => entities[name]!);
}
