import { setTimeout as sleep } from 'node:timers/promises';
import { Channel } from '../../channel.ts';
import { labelsAt, textAt } from '../../members.ts';
import type { Ending, InventorySource, Observation, Sighting, SourceSettings, WatchContext } from '../../source.ts';
import { ClusterApi, Expired, type WatchEvent } from './api.ts';
import { apiUrl, clusterAddress } from './cluster-address.ts';
import { metadataList, Owners } from './owners.ts';
import { readPod } from './pod.ts';

const podsPath = '/api/v1/pods';
const namespacesPath = '/api/v1/namespaces';
/** How long the server is asked to keep a watch open. */
const watchSeconds = 290;
const mostRelists = 5;

export const kubernetesInventory: InventorySource = {
  kind: 'kubernetes',
  secrets: ['ca', 'token', 'clientCertificate', 'clientKey', 'kubeconfig'],
  periodSeconds: 60,
  check({ address }) {
    if (!/^(?:in-cluster|kubeconfig)(?:$|[:#])/.test(address)) apiUrl(address);
  },
  async test(settings, context) {
    const api = new ClusterApi(await clusterAddress(settings, context.env), context);
    try {
      const version = await api.get('/version');
      const pods = await api.list(podsPath, metadataList);
      const which = textAt(version, 'gitVersion') ?? '?';
      return `${api.label} is of version ${which} and has ${pods.items.length} pods`;
    } finally {
      api.close();
    }
  },
  async *watch(settings, context) {
    const ending = new AbortController();
    const own = { ...context, signal: AbortSignal.any([context.signal, ending.signal]) };
    const api = new ClusterApi(await clusterAddress(settings, context.env), own);
    try {
      yield { kind: 'heard', about: { labels: { version: textAt(await api.get('/version'), 'gitVersion') ?? '?' } } };
      for (let relists = 0; relists < mostRelists; relists++)
        try {
          yield* new ClusterWatch(api, settings, own).run();
        } catch (error) {
          if (!(error instanceof Expired)) throw error;
        }
    } finally {
      ending.abort();
      api.close();
    }
  },
};

type Told = 'pulse' | { readonly of: 'pods' | 'namespaces'; readonly event: WatchEvent };

/** From a list of all pods to where it must be listed anew. */
class ClusterWatch {
  readonly #api: ClusterApi;
  readonly #settings: SourceSettings;
  readonly #context: WatchContext;
  readonly #ending = new AbortController();
  readonly #channel = new Channel<Told>();
  readonly #owners: Owners;
  readonly #namespaces = new Map<string, Readonly<Record<string, string>>>();
  readonly #platforms = new Map<string, string>();
  /** Ids of the containers that run, by pod. */
  readonly #pods = new Map<string, readonly string[]>();

  constructor(api: ClusterApi, settings: SourceSettings, context: WatchContext) {
    this.#api = api;
    this.#settings = settings;
    this.#context = context;
    this.#owners = new Owners(api);
  }

  async *run(): AsyncGenerator<Observation, void, void> {
    const { signal } = this.#context;
    const onAbort = (): void => this.#channel.fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await this.#owners.load();
      const namespaces = await this.#api.list(namespacesPath, metadataList);
      for (const item of namespaces.items) this.#noteNamespace(item);
      const pods = await this.#api.list(podsPath);
      yield { kind: 'all', ...(await this.#read(pods.items)) };
      void this.#follow('pods', podsPath, pods.version);
      void this.#follow('namespaces', namespacesPath, namespaces.version);
      void this.#pulse();
      for (;;) yield* this.#digest(await this.#channel.take());
    } finally {
      this.#ending.abort();
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #follow(of: 'pods' | 'namespaces', path: string, from: string): Promise<void> {
    let version = from;
    try {
      while (!this.#ending.signal.aborted) {
        const startedMs = performance.now();
        for await (const event of this.#api.watch(path, {
          version,
          seconds: watchSeconds,
          signal: this.#ending.signal,
        })) {
          if (this.#ending.signal.aborted) return;
          if (event.version !== '') version = event.version;
          if (event.type !== 'BOOKMARK') await this.#channel.send({ of, event });
        }
        // A server that ends each watch at once is not asked without end.
        if (performance.now() - startedMs < 1000) await sleep(1000, undefined, { signal: this.#ending.signal });
      }
    } catch (error) {
      this.#channel.fail(error);
    }
  }

  async #pulse(): Promise<void> {
    try {
      for (;;) {
        await sleep(this.#context.pulseMs, undefined, { signal: this.#ending.signal });
        await this.#api.get('/version');
        await this.#channel.send('pulse');
      }
    } catch (error) {
      this.#channel.fail(error);
    }
  }

  async #read(pods: readonly unknown[]): Promise<{ containers: Sighting[]; ended: Ending[] }> {
    const containers: Sighting[] = [];
    const ended: Ending[] = [];
    for (const pod of pods) {
      const read = await this.#readPod(pod);
      for (const each of read.running) containers.push(each);
      for (const each of read.ended) ended.push(each);
      this.#pods.set(
        keyOf(pod),
        read.running.map(({ id }) => id),
      );
    }
    return { containers, ended };
  }

  async #readPod(pod: unknown) {
    const { now, redact } = this.#context;
    const node = textAt(pod, 'spec', 'nodeName');
    return readPod(pod, {
      settings: this.#settings,
      namespaceLabels: this.#namespaces.get(textAt(pod, 'metadata', 'namespace') ?? '') ?? {},
      workload: await this.#owners.workloadOf(pod),
      platform: node === undefined ? undefined : await this.#platformOf(node),
      now: now(),
      redact,
    });
  }

  /** Where we may not look at nodes it is not known. */
  async #platformOf(node: string): Promise<string | undefined> {
    const known = this.#platforms.get(node);
    if (known !== undefined) return known || undefined;
    const answer = await this.#api.get(`/api/v1/nodes/${encodeURIComponent(node)}`).catch((error: unknown) => {
      if (this.#context.signal.aborted) throw error;
    });
    const [os, architecture] = ['operatingSystem', 'architecture'].map((name) =>
      textAt(answer, 'status', 'nodeInfo', name),
    );
    const platform = os && architecture ? `${os}/${architecture}` : '';
    this.#platforms.set(node, platform);
    return platform || undefined;
  }

  /** What came together is told together, each pod as it is last. */
  async *#digest(told: readonly Told[]): AsyncGenerator<Observation, void, void> {
    const latest = new Map<string, WatchEvent>();
    for (const each of told) {
      if (each === 'pulse') continue;
      if (each.of === 'namespaces') this.#namespaceTold(each.event);
      else latest.set(keyOf(each.event.object), each.event);
    }
    const containers: Sighting[] = [];
    const ended = new Map<string, Ending>();
    for (const [key, { type, object }] of latest) {
      const before = this.#pods.get(key) ?? [];
      const read = await this.#readPod(object);
      const running = type === 'DELETED' ? [] : read.running;
      const endings = new Map(read.ended.map((each) => [each.id, each]));
      for (const each of running) containers.push(each);
      const runs = new Set(running.map(({ id }) => id));
      for (const id of before) if (!runs.has(id)) ended.set(id, endings.get(id) ?? { id });
      if (type === 'DELETED') this.#pods.delete(key);
      else this.#pods.set(key, [...runs]);
    }
    if (containers.length > 0 || ended.size > 0) yield { kind: 'some', containers, ended: [...ended.values()] };
    else yield { kind: 'heard' };
  }

  #noteNamespace(item: unknown): boolean {
    const name = textAt(item, 'metadata', 'name') ?? '';
    const labels = labelsAt(item, 'metadata', 'labels');
    const before = this.#namespaces.get(name);
    this.#namespaces.set(name, labels);
    return before !== undefined && JSON.stringify(before) !== JSON.stringify(labels);
  }

  /** Other labels of a namespace may put all that runs in it elsewhere: all is read anew. */
  #namespaceTold({ type, object }: WatchEvent): void {
    if (type === 'DELETED') this.#namespaces.delete(textAt(object, 'metadata', 'name') ?? '');
    else if (this.#noteNamespace(object)) throw new Expired();
  }
}

function keyOf(pod: unknown): string {
  return textAt(pod, 'metadata', 'uid') ?? `${textAt(pod, 'metadata', 'namespace')}/${textAt(pod, 'metadata', 'name')}`;
}
