import { type Digest, parseDigest } from '../../model/index.ts';
import type { OciImageConfig } from '../image.ts';
import {
  arrayField,
  type JsonObject,
  objectField,
  objectOf,
  textField,
  textListField,
  textMapField,
  wrong,
} from './fields.ts';
import { type JsonKind, parseJson } from './json.ts';
import { displayText } from './text.ts';

const limits = { layers: 4096, history: 16_384, list: 16_384, labels: 16_384 } as const;

/**
 * Reads an image configuration (image-spec, config.md; Docker's Healthcheck, Shell and OnBuild). Unknown members are
 * dropped.
 * @throws CodedError `bad-image-config`, or `not-an-image` where there is no root file system of layers.
 */
export function parseConfig(bytes: Uint8Array, what: string): OciImageConfig {
  const kind: JsonKind = { what, code: 'bad-image-config' };
  const object = objectOf(parseJson(bytes, kind), 'it', kind);
  const text = (key: string): string | undefined => textField(object, key, kind);
  return {
    architecture: text('architecture'),
    variant: text('variant'),
    os: text('os'),
    created: text('created'),
    author: text('author'),
    config: parseRunConfig(objectField(object, 'config', kind) ?? {}, kind),
    diffIds: parseDiffIds(object, kind),
    history: parseHistory(object, kind),
  };
}

function parseRunConfig(object: JsonObject, kind: JsonKind): OciImageConfig['config'] {
  const text = (key: string): string | undefined => textField(object, key, kind);
  const list = (key: string): readonly string[] | undefined => textListField(object, key, limits.list, kind);
  return {
    User: text('User'),
    ExposedPorts: keysField(object, 'ExposedPorts', kind),
    Env: list('Env'),
    Entrypoint: commandField(object, 'Entrypoint', kind),
    Cmd: commandField(object, 'Cmd', kind),
    Volumes: keysField(object, 'Volumes', kind),
    WorkingDir: text('WorkingDir'),
    Labels: textMapField(object, 'Labels', limits.labels, kind),
    StopSignal: text('StopSignal'),
    Healthcheck: textListField(objectField(object, 'Healthcheck', kind) ?? {}, 'Test', limits.list, kind),
    Shell: list('Shell'),
    OnBuild: list('OnBuild'),
  };
}

/** Docker's own reader takes a lone text for a list of one in old configurations. */
function commandField(object: JsonObject, key: string, kind: JsonKind): readonly string[] | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? [value] : textListField(object, key, limits.list, kind);
}

/** Sets that JSON writes as maps to empty objects. */
function keysField(object: JsonObject, key: string, kind: JsonKind): readonly string[] | undefined {
  const map = objectField(object, key, kind);
  if (map === undefined) return undefined;
  const keys = Object.keys(map);
  if (keys.length > limits.list)
    throw wrong(kind, `"${key}" has ${keys.length} entries, more than the limit of ${limits.list}`);
  return keys.sort();
}

function parseDiffIds(object: JsonObject, kind: JsonKind): readonly Digest[] {
  const rootfs = objectField(object, 'rootfs', kind);
  if (rootfs === undefined) throw wrong(kind, '"rootfs" is missing');
  const type = textField(rootfs, 'type', kind);
  if (type !== undefined && type !== 'layers')
    throw wrong(kind, `the "rootfs" is of the type "${displayText(type)}", not of layers`);
  const texts = textListField(rootfs, 'diff_ids', limits.layers, kind) ?? [];
  return texts.map((text) => {
    const digest = parseDigest(text);
    if (digest === undefined) throw wrong(kind, `"diff_ids" holds "${displayText(text)}", which is no digest`);
    return digest;
  });
}

function parseHistory(object: JsonObject, kind: JsonKind): OciImageConfig['history'] {
  const list = arrayField(object, 'history', limits.history, kind) ?? [];
  return list.map((value) => {
    const entry = objectOf(value ?? {}, 'a "history" entry', kind);
    return {
      createdBy: textField(entry, 'created_by', kind),
      comment: textField(entry, 'comment', kind),
      created: textField(entry, 'created', kind),
      emptyLayer: entry['empty_layer'] === true,
    };
  });
}
