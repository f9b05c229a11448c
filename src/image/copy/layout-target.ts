import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { CodedError, type Digest } from '../../model/index.ts';
import { artifactDocument, digestOf, emptyBlob, manifestLimitBytes, parseManifest } from '../oci/index.ts';
import type { ImageTarget } from './image-target.ts';

/** How clients tell what is not made to run from images. */
const noPlatform = { os: 'unknown', architecture: 'unknown' } as const;
const refName = 'org.opencontainers.image.ref.name';

/** An OCI layout folder as a place to copy to (image-spec, image-layout.md); made where it is missing. */
export function layoutTarget(folder: string): ImageTarget {
  const blobs = join(folder, 'blobs/sha256');
  const pathOf = (digest: Digest): string => join(blobs, digest.slice('sha256:'.length));
  try {
    mkdirSync(blobs, { recursive: true });
    if (!existsSync(join(folder, 'oci-layout')))
      writeWhole(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  } catch (error) {
    throw notWritten(folder, error);
  }
  /** Adds to the layout's index, in place of what it replaces. */
  const list = (entry: object, replaces: (each: Entry) => boolean): void => {
    const manifests = [...entriesOf(join(folder, 'index.json')).filter((each) => !replaces(each)), entry];
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
    writeWhole(join(folder, 'index.json'), JSON.stringify(index));
  };
  return {
    label: `layout ${folder}`,
    hasBlob: async (digest) => existsSync(pathOf(digest)),
    async putBlob({ digest, open }) {
      const temporary = `${pathOf(digest)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
      const hash = createHash('sha256');
      try {
        const file = openSync(temporary, 'wx');
        try {
          for await (const chunk of open()) {
            hash.update(chunk);
            for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
          }
        } finally {
          closeSync(file);
        }
        if (`sha256:${hash.digest('hex')}` !== digest)
          throw new CodedError('digest-mismatch', `what was to be copied as ${digest} has another digest`);
        renameSync(temporary, pathOf(digest));
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error instanceof CodedError ? error : notWritten(folder, error);
      }
    },
    async putManifest({ bytes, mediaType, digest }, tag) {
      writeWhole(pathOf(digest), bytes);
      if (tag === undefined) return;
      list(
        { mediaType, digest, size: bytes.length, annotations: { [refName]: tag } },
        (each) => each.annotations?.[refName] === tag,
      );
    },
    async attach(artifact) {
      const { bytes, digest, entry } = artifactDocument(artifact);
      for (const each of [emptyBlob, artifact.blob, bytes]) writeWhole(pathOf(digestOf(each)), each);
      list({ ...entry, platform: noPlatform }, (each) => each.digest === digest);
      return digest;
    },
    close: () => undefined,
  };
}

interface Entry {
  readonly digest?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the layout lists already, as it stands there. */
function entriesOf(file: string): readonly Entry[] {
  if (!existsSync(file)) return [];
  const bytes = readFileSync(file);
  if (bytes.length > manifestLimitBytes) throw new CodedError('too-large', `${file} has ${bytes.length} bytes`);
  if (parseManifest(bytes, file).kind !== 'index') throw new CodedError('bad-layout', `${file} is no index`);
  return (JSON.parse(bytes.toString('utf8')) as { manifests: Entry[] }).manifests;
}

function writeWhole(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  writeFileSync(temporary, content, { flag: 'wx' });
  renameSync(temporary, file);
}

function notWritten(folder: string, error: unknown): CodedError {
  return new CodedError('layout-not-written', `${folder} could not be written: ${(error as Error).message}`, {
    cause: error,
  });
}
