import { flagAt, listAt, textAt } from '../../members.ts';
import type { Sighting } from '../../source.ts';
import type { ClusterApi } from './api.ts';

type Workload = NonNullable<Sighting['workload']>;

/** Names and owners alone: the rest of an object need not travel. */
export const metadataList = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const metadata = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** What stands between a workload and its pods, and where to ask for it. */
const between: Readonly<Record<string, string>> = {
  ReplicaSet: '/apis/apps/v1/namespaces/{namespace}/replicasets/{name}',
  Job: '/apis/batch/v1/namespaces/{namespace}/jobs/{name}',
};

const mostKept = 50_000;

/** The workload that a pod belongs to: its controller, or the one of that: Deployment through ReplicaSet, CronJob through Job. */
export class Owners {
  readonly #api: ClusterApi;
  /** By kind, namespace and name: the controller, or null where it has none. */
  readonly #known = new Map<string, Workload | null>();

  constructor(api: ClusterApi) {
    this.#api = api;
  }

  /** Lists what there is, so that each pod need not be asked for. */
  async load(): Promise<void> {
    for (const [kind, path] of [
      ['ReplicaSet', '/apis/apps/v1/replicasets'],
      ['Job', '/apis/batch/v1/jobs'],
    ] as const)
      for (const item of (await this.#api.list(path, metadataList)).items) this.#keep(kind, item);
  }

  async workloadOf(pod: unknown): Promise<Workload> {
    const namespace = textAt(pod, 'metadata', 'namespace') ?? '';
    const own = controllerOf(pod, namespace);
    if (own === undefined) return { namespace, kind: 'Pod', name: textAt(pod, 'metadata', 'name') ?? '' };
    const path = between[own.kind];
    if (path === undefined) return own;
    const key = keyOf(own);
    if (!this.#known.has(key)) {
      const place = path
        .replace('{namespace}', encodeURIComponent(namespace))
        .replace('{name}', encodeURIComponent(own.name));
      this.#keep(own.kind, (await this.#api.get(place, metadata)) ?? { metadata: { namespace, name: own.name } });
    }
    return this.#known.get(key) ?? own;
  }

  #keep(kind: string, object: unknown): void {
    const namespace = textAt(object, 'metadata', 'namespace') ?? '';
    const name = textAt(object, 'metadata', 'name') ?? '';
    if (this.#known.size >= mostKept) this.#known.clear();
    this.#known.set(keyOf({ namespace, kind, name }), controllerOf(object, namespace) ?? null);
  }
}

function controllerOf(object: unknown, namespace: string): Workload | undefined {
  const owner = listAt(object, ['metadata', 'ownerReferences'], 64).find((each) => flagAt(each, 'controller') === true);
  const kind = textAt(owner, 'kind');
  const name = textAt(owner, 'name');
  return kind === undefined || name === undefined ? undefined : { namespace, kind, name };
}

function keyOf({ namespace, kind, name }: Workload): string {
  return `${kind}/${namespace}/${name}`;
}
