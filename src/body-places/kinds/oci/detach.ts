import { fallbackTag } from '../../../image/asking.ts';
import type { Repository } from '../../../image/index.ts';
import { CodedError, type Digest } from '../../../model/index.ts';
import { denied } from '../../errors.ts';

const rounds = 4;

/** Takes an artifact away, and out of the list that stands in for the referrers API where there is none. */
export async function detach(repository: Repository, digest: Digest): Promise<void> {
  try {
    const subject = await subjectOf(repository, digest);
    if (subject !== undefined) await unlist(repository, subject, digest);
    await repository.deleteManifest(digest);
  } catch (error) {
    // 405: this registry lets nobody delete (distribution-spec § Content Management).
    if (error instanceof CodedError && error.code === 'bad-registry-answer' && error.message.includes(' 405 '))
      throw denied(
        repository.label,
        error.message,
        'allow deleting in the registry (REGISTRY_STORAGE_DELETE_ENABLED)',
        error,
      );
    throw error;
  }
}

async function subjectOf(repository: Repository, digest: Digest): Promise<Digest | undefined> {
  try {
    return (await repository.artifact(digest)).subject;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'image-not-found') return undefined;
    throw error;
  }
}

async function unlist(repository: Repository, subject: Digest, digest: Digest): Promise<void> {
  const tag = fallbackTag(subject);
  // Others write the list at the same time: whoever comes last must find ours gone, so look again.
  for (let round = 0; round < rounds; round++) {
    const held = await repository.manifest(tag);
    if (held === undefined) return;
    const index = JSON.parse(Buffer.from(held.bytes).toString('utf8')) as { manifests?: unknown };
    const listed = Array.isArray(index.manifests) ? (index.manifests as readonly { digest?: unknown }[]) : [];
    const left = listed.filter((entry) => entry.digest !== digest);
    if (left.length === listed.length) return;
    if (left.length === 0) return void (await repository.deleteManifest(held.digest));
    await repository.pushManifest(Buffer.from(JSON.stringify({ ...index, manifests: left })), held.mediaType, tag);
  }
}
