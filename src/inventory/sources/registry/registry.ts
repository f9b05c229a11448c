import { setTimeout as sleep } from 'node:timers/promises';
import {
  headManifest,
  listRepositories,
  listTags,
  openRegistryClient,
  type RegistryClient,
  type SourceOptions,
} from '../../../image/asking.ts';
import { CodedError } from '../../../model/index.ts';
import type { InventorySource, Observation, SourceSettings, WatchContext } from '../../source.ts';
import { readAddress, type RegistryPlace } from './registry-address.ts';

/** Between two looks at all of a registry. */
const roundMs = 300_000;
/** Between two requests: a registry has others to serve. */
const paceMs = 50;
const mostRepositories = 100_000;
const mostTags = 20_000;

export const registryInventory: InventorySource = {
  kind: 'registry',
  secrets: ['username', 'password', 'token'],
  periodSeconds: 900,
  check: ({ address }) => void readAddress(address),
  async test(settings, context) {
    const place = readAddress(settings.address);
    let repositories = 0;
    let pages = 0;
    for await (const names of repositoriesOf(place, settings, context)) {
      repositories += names.length;
      if (++pages === 2) break;
    }
    return `${place.registry} answers and has ${pages === 2 ? 'at least ' : ''}${repositories} repositories that we may see`;
  },
  async *watch(settings, context) {
    for (;;) {
      yield* round(settings, context);
      await sleep(roundMs, undefined, { signal: context.signal });
    }
  },
};

async function* round(settings: SourceSettings, context: WatchContext): AsyncGenerator<Observation, void, void> {
  const place = readAddress(settings.address);
  let count = 0;
  for await (const names of repositoriesOf(place, settings, context)) {
    yield { kind: 'heard' };
    for (const name of names) {
      if (!place.wants(name)) continue;
      if (++count > mostRepositories)
        throw new CodedError('too-large', `${place.registry} has more than ${mostRepositories} repositories`, {
          hint: 'name those that matter: registry.example.com/shop/*',
        });
      yield* repository(place.registry, name, { settings, context });
    }
  }
  yield { kind: 'heard' };
}

interface Asking {
  readonly settings: SourceSettings;
  readonly context: WatchContext;
}

async function* repository(
  registry: string,
  name: string,
  { settings, context }: Asking,
): AsyncGenerator<Observation, void, void> {
  const { signal } = context;
  const client = await openRegistryClient({ registry, repository: name }, optionsOf(settings, context));
  try {
    const tags = await tagsOf(client, signal);
    // A repository that went between the two questions, or that we may not see: not a word about its tags.
    if (tags === undefined) return;
    for (const tag of tags) {
      const image = await headManifest(client, tag, signal);
      if (image !== undefined) yield { kind: 'tag', repository: client.label, tag, image };
      await sleep(paceMs, undefined, { signal });
    }
    yield { kind: 'tags', repository: client.label, tags };
  } finally {
    client.close();
  }
}

async function tagsOf(client: RegistryClient, signal: AbortSignal): Promise<readonly string[] | undefined> {
  const tags: string[] = [];
  try {
    for await (const page of listTags(client, signal)) {
      for (const tag of page) if (/^\w[\w.-]{0,127}$/.test(tag)) tags.push(tag);
      if (tags.length > mostTags) throw new CodedError('too-large', `${client.label} has more than ${mostTags} tags`);
      await sleep(paceMs, undefined, { signal });
    }
  } catch (error) {
    if (error instanceof CodedError && (error.code === 'image-not-found' || error.code === 'registry-denied'))
      return undefined;
    throw error;
  }
  return tags.sort();
}

/** Names from the catalogue; where only whole names are wanted, those, and the catalogue is not asked for. */
async function* repositoriesOf(
  { registry, names, mayBeNamed }: RegistryPlace,
  settings: SourceSettings,
  context: WatchContext,
): AsyncGenerator<readonly string[], void, void> {
  if (names !== undefined) return yield names;
  const client = await openRegistryClient({ registry, repository: '' }, optionsOf(settings, context));
  try {
    for await (const page of listRepositories(client, context.signal)) {
      yield page.filter(mayBeNamed);
      await sleep(paceMs, undefined, { signal: context.signal });
    }
  } finally {
    client.close();
  }
}

/** Secrets of the source go before what docker has for the registry. */
function optionsOf(settings: SourceSettings, { env, image, signal }: WatchContext): SourceOptions {
  const { username = '', password, token } = settings.secrets;
  const { registry } = readAddress(settings.address);
  const options = { ...image, env, signal };
  if (token !== undefined) return { ...options, logIn: { registry, credentials: { kind: 'registry-token', token } } };
  if (password === undefined) return options;
  return { ...options, logIn: { registry, credentials: { kind: 'password', username, password } } };
}
