import { CodedError, type Digest, parseDigest } from '../../../model/index.ts';
import { digestOf } from '../../oci/index.ts';
import type { RegistryClient } from './client.ts';
import { type HttpAnswer, TransferError } from './http.ts';

/** Whether a blob lies there. */
export async function hasBlob(client: RegistryClient, digest: Digest, signal: AbortSignal): Promise<boolean> {
  const answer = await client.send(`blobs/${digest}`, {
    method: 'HEAD',
    headers: {},
    takes: [200, 404],
    signal,
    tries: client.tries(signal),
  });
  answer.discard();
  return answer.status === 200;
}

/** Pushes a blob in one piece, unless it is there (distribution-spec § Pushing a blob monolithically). */
export async function pushBlob(client: RegistryClient, bytes: Uint8Array, signal: AbortSignal): Promise<Digest> {
  const digest = digestOf(bytes);
  const tries = client.tries(signal);
  for (;;) {
    if (await hasBlob(client, digest, signal)) return digest;
    try {
      const begun = await client.send('blobs/uploads/', {
        method: 'POST',
        headers: {},
        takes: [201, 202],
        signal,
        tries,
      });
      const place = uploadPlace(begun, client.label);
      place.searchParams.set('digest', digest);
      const headers = { 'content-type': 'application/octet-stream' };
      const done = await client.send(place, { method: 'PUT', headers, body: bytes, takes: [201], signal, tries });
      done.discard();
      return digest;
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      await tries.again(`${error.message} while ${digest} was pushed`);
    }
  }
}

/** Where the registry wants what comes next. */
export function uploadPlace(answer: HttpAnswer, label: string): URL {
  answer.discard();
  const location = answer.headers.location ?? '';
  if (location !== '' && URL.canParse(location, answer.url.href)) return new URL(location, answer.url);
  throw new CodedError('bad-registry-answer', `${label} begins an upload but does not say where to`);
}
export interface PushedManifest {
  readonly digest: Digest;
  /** The registry noticed the manifest's subject: its referrers API knows it (distribution-spec § Pushing Manifests with Subject). */
  readonly subjectIsKnown: boolean;
}

/** Pushes a manifest under a tag, or under its digest alone. */
export async function pushManifest(
  client: RegistryClient,
  manifest: { readonly bytes: Uint8Array; readonly mediaType: string; readonly tag?: string },
  signal: AbortSignal,
): Promise<PushedManifest> {
  const digest = digestOf(manifest.bytes);
  const answer = await client.send(`manifests/${manifest.tag ?? digest}`, {
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType },
    body: manifest.bytes,
    takes: [201],
    signal,
    tries: client.tries(signal),
  });
  answer.discard();
  const said = answer.headers['docker-content-digest'];
  if (typeof said === 'string' && said !== digest && parseDigest(said)?.startsWith('sha256:') === true)
    throw new CodedError('digest-mismatch', `${client.label} says that it stored ${said}, but ${digest} was pushed`);
  return { digest, subjectIsKnown: typeof answer.headers['oci-subject'] === 'string' };
}

/**
 * Takes a manifest away (distribution-spec § Deleting Manifests), if it is there.
 * @throws CodedError `registry-denied` also where the registry lets nobody delete, which it says by 405 (§ Content Management).
 */
export async function deleteManifest(client: RegistryClient, digest: Digest, signal: AbortSignal): Promise<void> {
  const answer = await client.send(`manifests/${digest}`, {
    method: 'DELETE',
    headers: {},
    takes: [200, 202, 404, 405],
    signal,
    tries: client.tries(signal),
  });
  answer.discard();
  if (answer.status === 405)
    throw new CodedError('registry-denied', `${client.label} lets nobody delete: it answers 405 for ${digest}`, {
      hint: 'allow deleting in the registry (REGISTRY_STORAGE_DELETE_ENABLED=true)',
    });
}
