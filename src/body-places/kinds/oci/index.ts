import { type ArtifactToPush, openRepository, type Repository } from '../../../image/index.ts';
import { CodedError, parseDigest } from '../../../model/index.ts';
import type { BodyPlace, NewBody, PlaceKind, PlaceSettings, PlannedBody } from '../../body-place.ts';
import { denied, unreachable } from '../../errors.ts';
import { formatOciAddress, ociExample, parseOciAddress, splitLocator } from './address.ts';
import { artifactOf, ownRepository, pushUnattached, subjectIn } from './artifact.ts';

/** A registry: each body an artifact that refers to the image that it is of, in the image's repository or one for all. */
export const ociPlace: PlaceKind = {
  scheme: 'oci',
  example: ociExample,
  normalize: (address) => formatOciAddress(parseOciAddress(address)),
  open: openOci,
};

const patienceMs = 120_000;

function openOci(given: string, { env, retryBaseMs }: PlaceSettings): BodyPlace {
  const { repository, isInsecure } = parseOciAddress(given);
  const address = formatOciAddress({ repository, isInsecure });
  /** One for each thing done: log-ins and patience are of one repository and one moment. */
  const using = async <T>(label: string, work: (place: Repository) => Promise<T>): Promise<T> => {
    const at = label.indexOf('/');
    const place = openRepository(
      { registry: label.slice(0, at), repository: label.slice(at + 1) },
      {
        ...{
          signal: AbortSignal.timeout(patienceMs),
          cacheDirectory: '',
          isUncached: true,
          env,
          insecureHttp: isInsecure,
        },
        ...(retryBaseMs === undefined ? {} : { network: { retryBaseMs } }),
      },
    );
    try {
      return await work(place);
    } catch (error) {
      throw asPlaceError(address, error);
    } finally {
      place.close();
    }
  };

  async function plan(body: NewBody): Promise<PlannedBody | undefined> {
    const own = ownRepository(body);
    const target = repository ?? own;
    if (target === undefined) return undefined;
    let subject = await using(target, (place) => subjectIn(place, body));
    if (subject === undefined && own !== undefined && own !== target)
      subject = await using(own, (place) => subjectIn(place, body)).catch(unreached);
    // Beside nothing there is no place: only one repository for all takes what refers to nothing.
    if (subject === undefined && repository === undefined) return undefined;
    const artifact = artifactOf(body);
    if (subject === undefined) {
      const { digest, write } = pushUnattached(artifact);
      return { locator: `${target}@${digest}`, write: () => using(target, write) };
    }
    const whole: ArtifactToPush = { ...artifact, subject };
    return {
      locator: `${target}@${pushUnattached(whole).digest}`,
      write: () => using(target, async (place) => void (await place.attach(whole))),
    };
  }

  return {
    address,
    plan,
    async get(locator, limitBytes) {
      const { label, digest } = splitLocator(locator);
      return using(label, async (place) => {
        const blob = (await artifactAt(place, digest))?.layers[0];
        return blob === undefined ? undefined : missing(async () => Buffer.from(await place.blob(blob, limitBytes)));
      });
    },
    async has(locator) {
      const { label, digest } = splitLocator(locator);
      return using(label, async (place) => {
        const blob = parseDigest((await artifactAt(place, digest))?.layers[0]?.digest);
        return blob !== undefined && (await place.hasBlob(blob));
      });
    },
    async remove(locator) {
      const { label, digest } = splitLocator(locator);
      await using(label, (place) => place.detach(digest));
    },
    close: () => undefined,
  };
}

/** A body needs no subject in a repository for all: where the image came from need not be reachable from here. */
function unreached(error: unknown): undefined {
  if (!(error instanceof CodedError) || !error.code.startsWith('body-place')) throw error;
}

function artifactAt(place: Repository, digest: ReturnType<typeof splitLocator>['digest']) {
  return missing(() => place.artifact(digest));
}

async function missing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CodedError && error.code === 'image-not-found') return undefined;
    throw error;
  }
}

function asPlaceError(address: string, error: unknown): unknown {
  if (!(error instanceof CodedError)) {
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
    return isTimeout ? unreachable(address, `no whole answer in ${patienceMs / 1000} s`, error) : error;
  }
  if (error.code.startsWith('body-place')) return error;
  if (error.code === 'registry-denied')
    return denied(address, error.message, error.hint ?? 'docker login, as who may push and delete there', error);
  return unreachable(address, error.message, error);
}
