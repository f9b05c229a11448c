import type { Document } from 'yaml';
import { apiVersion } from '../formats/yaml-documents/index.ts';
import type { Base, BaseRelease } from '../model/index.ts';

/**
 * The file of a base after a change: what the text had before, comments and order included, but for what differs.
 * Without a text before, a new file.
 */
export async function baseText(base: Base, before?: { readonly text: string; readonly base: Base }): Promise<string> {
  // The library is CommonJS: in the bundled program its names stand under `default` alone.
  const { Document, parseDocument } = (await import('yaml')).default;
  const style = { lineWidth: 0, flowCollectionPadding: false } as const;
  if (before === undefined) return new Document(plain(base)).toString(style);
  if (before.base.history.some((event, index) => !isSame(event, base.history[index])))
    throw new Error(`the history of ${base.name} is only ever appended to`);
  const document = parseDocument(before.text, { keepSourceTokens: true }) as Document;
  change(document, [], plain(before.base), plain(base));
  putHistoryLast(document);
  return document.toString(style);
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
type Path = readonly (string | number)[];

function releaseText({ aliases, published, verdict, endorsement, ...release }: BaseRelease): Json {
  return {
    ...release,
    aliases: aliases.length === 0 ? undefined : aliases,
    verdict: verdict as Json | undefined,
    endorsement: endorsement as Json | undefined,
    published: published.length === 0 ? undefined : (published as unknown as Json),
  } as Json;
}

/** As the file has it. Lists that are empty are left out. */
function plain({ name, description, channels, releases, history, state, ...rest }: Base): Json {
  const { purpose, source, owner, ...more } = rest;
  return withoutNothing({
    apiVersion,
    kind: 'Base',
    metadata: { name, description },
    purpose,
    source,
    owner,
    ...more,
    channels: channels.length === 0 ? undefined : channels,
    state,
    releases: releases.length === 0 ? undefined : releases.map(releaseText),
    history: history as unknown as Json,
  });
}

function withoutNothing(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutNothing(member as Json)]));
}

/** Sets what differs and nothing else, so that what surrounds it stays as people wrote it. */
function change(document: Document, path: Path, before: Json | undefined, after: Json): void {
  if (isSame(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after) && document.hasIn(path)) {
    for (const [index, item] of (after as readonly Json[]).entries()) {
      if (index < before.length) change(document, [...path, index], before[index] as Json, item);
      else document.addIn(path, document.createNode(item));
    }
    for (let index = before.length - 1; index >= after.length; index--) document.deleteIn([...path, index]);
    return;
  }
  if (isMapping(before) && isMapping(after) && (path.length === 0 || document.hasIn(path))) {
    for (const [key, member] of Object.entries(after)) change(document, [...path, key], before[key], member as Json);
    for (const key of Object.keys(before)) if (after[key] === undefined) document.deleteIn([...path, key]);
    return;
  }
  const node: unknown = document.getIn(path, true);
  // The comment behind a value belongs to its place.
  if (isScalar(node) && (typeof after !== 'object' || after === null)) node.value = after;
  else document.setIn(path, document.createNode(after));
}

function isScalar(node: unknown): node is { value: unknown } {
  return typeof node === 'object' && node !== null && 'source' in node && 'value' in node;
}

/** It only grows: what a reader looks for stands above it. */
function putHistoryLast({ contents }: Document): void {
  if (contents === null || !('items' in contents)) return;
  const items = contents.items as { readonly key: unknown }[];
  const index = items.findIndex(({ key }) => String(key) === 'history');
  if (index >= 0) items.push(...items.splice(index, 1));
}

function isMapping(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
