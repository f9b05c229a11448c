import { CodedError, type Digest, parseDigest } from '../../../model/index.ts';
import {
  countField,
  displayText,
  type JsonKind,
  objectField,
  objectOf,
  parseJson,
  textField,
  textListField,
} from '../../oci/index.ts';
import { askEngine, readAnswer } from './engine.ts';
import type { EngineAddress } from './engine-address.ts';

/** What an engine says of an image without reading it (Docker Engine API, ImageInspect). */
export interface InspectedImage {
  /** Digest of the configuration; with containerd's image store, that of the manifest or index. */
  readonly id: Digest;
  readonly diffIds: readonly Digest[];
  readonly references: readonly string[];
  readonly sizeBytes?: number;
  /** The engine keeps images in containerd's store, manifests and all. */
  readonly hasManifest: boolean;
}

const answerLimitBytes = 8 << 20;

/**
 * Asks the engine for an image by name or id.
 * @returns undefined where the engine does not have it. @throws CodedError `engine-unreachable`, `bad-engine-answer`.
 */
export async function inspectImage(
  engine: EngineAddress,
  name: string,
  settings: { signal: AbortSignal; stallTimeoutMs: number },
): Promise<InspectedImage | undefined> {
  const answer = await askEngine(engine, `/images/${encodeURI(name)}/json`, settings);
  const body = await readAnswer(engine, answer.body, answerLimitBytes);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) {
    const said = displayText(body.toString('utf8').trim());
    throw new CodedError(
      'bad-engine-answer',
      `${engine.label} answers ${answer.status} to a question about ${name}: ${said}`,
      said.includes('HTTP request to an HTTPS server')
        ? {
            hint: 'It speaks TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem',
          }
        : {},
    );
  }
  const kind: JsonKind = { what: `the answer of ${engine.label} about ${name}`, code: 'bad-engine-answer' };
  const object = objectOf(parseJson(body, kind), 'it', kind);
  const id = parseDigest(textField(object, 'Id', kind));
  if (id === undefined) throw new CodedError('bad-engine-answer', `${kind.what} has no "Id"`);
  const layers = textListField(objectField(object, 'RootFS', kind) ?? {}, 'Layers', 4096, kind) ?? [];
  const tags = textListField(object, 'RepoTags', 4096, kind) ?? [];
  const digests = textListField(object, 'RepoDigests', 4096, kind) ?? [];
  return {
    id,
    diffIds: layers.map(parseDigest).filter((digest) => digest !== undefined),
    references: [...new Set([...tags, ...digests])].filter((reference) => !reference.startsWith('<none>')).sort(),
    sizeBytes: countField(object, 'Size', kind),
    hasManifest: objectField(object, 'Descriptor', kind) !== undefined,
  };
}
