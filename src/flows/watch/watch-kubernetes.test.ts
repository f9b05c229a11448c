import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../../test/make/image-builder.ts';
import { writeDockerArchive } from '../../../test/make/image-files.ts';
import { type Cluster, noClusterReason, startCluster } from '../../../test/make/kubernetes/index.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { until, type WatchedWorld, watchWorld } from '../../../test/make/watched-world.ts';
import type { LedgerEntry } from '../../ledger/index.ts';
import { LedgerWriter, listContainers, openStore, type Store } from '../../server-store/index.ts';
import { noteAudit, testSource } from './index.ts';

const missing = noClusterReason();

describe.skipIf(missing !== undefined)(
  `watching a real Kubernetes${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    let cluster: Cluster;
    let store: Store;
    let ledger: LedgerWriter;
    let world: WatchedWorld;
    const posted = new Set<string>();
    let token: string;
    const source = () => ({
      id: 'cluster',
      kind: 'kubernetes' as const,
      name: 'cluster-1',
      address: 'kubeconfig',
      secrets: { kubeconfig: kubeconfig(cluster, token) },
      enabled: true,
    });
    const shown = async () =>
      (await listContainers(store, {})).items
        .map(
          ({ workload, environment, team }) =>
            `${workload?.kind} ${workload?.namespace}/${workload?.name} ${environment} ${team}`,
        )
        .sort();

    beforeAll(async () => {
      cluster = await startCluster({
        policy: documented('apiVersion: audit.k8s.io/v1'),
        webhook: documented('apiVersion: v1\nkind: Config').replace('plim_…', 'plim_secret'),
        async take({ path, authorization, body }) {
          posted.add(`${path} ${authorization}`);
          if (world !== undefined) await noteAudit({ store, ledger }, source(), body);
        },
      });
      await loadBox(cluster);
      store = await openStore({ databaseUrl: await postgresServers[0]!.freshDatabase() });
      ledger = new LedgerWriter(store);
      await cluster.kubectl(['apply', '-f', '-'], documented('apiVersion: v1\nkind: Namespace'));
      token = (await cluster.kubectl(['-n', 'plimsoll', 'create', 'token', 'plimsoll-inventory'])).trim();
      await cluster.kubectl(['create', 'namespace', 'shop']);
      await cluster.kubectl(['label', 'namespace', 'shop', 'plimsoll.dev/environment=production']);
      await cluster.kubectl(['apply', '-f', '-'], workloads);
      world = watchWorld(store, [source()]);
      // Where nobody has run it before, Kubernetes is built first, beside whatever else is.
    }, 1_200_000);
    afterAll(async () => {
      await world?.stop();
      await store?.close();
      await cluster?.stop();
    });

    test('shows pods by the workload that they belong to, by the token of a role that may only look', async () => {
      await until(shown, [
        'CronJob shop/nightly production null',
        'Deployment shop/cart production shop-team',
        'Deployment shop/cart production shop-team',
        'Pod shop/single production null',
      ]);
      const { items } = await listContainers(store, {});
      const cart = items.find(({ workload }) => workload?.name === 'cart')!;
      expect(cart).toMatchObject({ hostKind: 'kubernetes', imageName: 'box:1', verdict: 'unknown' });
      expect(cart.image).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(cart.configuration).toMatchObject({
        privileged: false,
        user: '7',
        capabilitiesDropped: ['ALL'],
        variables: ['API_TOKEN=[redacted]', 'MODE=fast'],
        node: 'node1',
      });
      expect(await testSource(source(), testContext())).toMatch(
        /^the cluster at 127.0.0.1:\d+ is of version v1.32.0 and has \d+ pods$/,
      );
    });

    test('follows what starts and ends, and who it was as far as the API says', async () => {
      await cluster.kubectl(['-n', 'shop', 'scale', 'deployment', 'cart', '--replicas=1']);
      await cluster.kubectl(['-n', 'shop', 'delete', 'pod', 'single', '--grace-period=0', '--force']);
      await until(shown, ['CronJob shop/nightly production null', 'Deployment shop/cart production shop-team']);
      const starts = await store.db
        .selectFrom('ledger_entry')
        .select('body')
        .where('action', '=', 'container.start')
        .execute();
      const actors = starts.map(({ body }) => (JSON.parse(body) as { actor: object }).actor);
      expect(actors).toContainEqual({
        kind: 'human',
        name: 'somebody with kubectl-client-side-apply',
        known: 'kubernetes: the field manager, which says what it likes',
      });
      expect(actors).toContainEqual(
        expect.objectContaining({ kind: 'automation', name: expect.stringMatching(/^ReplicaSet cart-/) as string }),
      );
    });

    test('hears from its audit log who ran commands in containers, by the policy and the kubeconfig that the documentation gives', async () => {
      const { items } = await listContainers(store, {});
      const { id, workload, name } = items.find((each) => each.workload?.name === 'cart')!;
      expect(workload?.namespace).toBe('shop');
      const pod = name.split('/')[1]!;
      await cluster.kubectl(['-n', 'shop', 'exec', pod, '--', '/bin/busybox', 'echo', 'password=hunter2secret']);
      await cluster
        .kubectl(['-n', 'shop', 'exec', pod, '--as=bob', '--', '/bin/busybox', 'true'])
        .catch(() => undefined);
      const execs = async (): Promise<unknown[]> => {
        const rows = await store.db
          .selectFrom('ledger_entry')
          .select('body')
          .where('action', '=', 'container.exec')
          .execute();
        return rows.map(({ body }) => {
          const { actor, subject, details } = JSON.parse(body) as LedgerEntry;
          return [actor.kind, actor.name, subject.name, details?.['command']];
        });
      };
      // Bob may not: what was refused ran nothing.
      await until(execs, [['human', 'admin', id, '/bin/busybox echo password=[redacted]']]);
      expect([...posted]).toEqual(['/v1/sources/SOURCE-ID/notifications?timeout=30s Bearer plim_secret']);
    });

    test('moves all of a namespace when its labels change', async () => {
      await cluster.kubectl(['label', '--overwrite', 'namespace', 'shop', 'plimsoll.dev/environment=staging']);
      await until(shown, ['CronJob shop/nightly staging null', 'Deployment shop/cart staging shop-team']);
    });

    test('may do nothing but look', async () => {
      const can = (verb: string, what: string): Promise<string> =>
        cluster
          .kubectl(['auth', 'can-i', verb, what, '--as=system:serviceaccount:plimsoll:plimsoll-inventory', '-A'])
          .catch((error: Error) => (/\nno\n/.test(error.message) ? 'no\n' : String(error)));
      expect(
        await Promise.all([
          can('list', 'pods'),
          can('delete', 'pods'),
          can('get', 'secrets'),
          can('create', 'pods/exec'),
        ]),
      ).toEqual(['yes\n', 'no\n', 'no\n', 'no\n']);
    });

    test('says what to mend: an authority that is not trusted, a token that is none', async () => {
      const direct = { ...source(), address: cluster.address };
      await expect(testSource({ ...direct, secrets: { token } }, testContext())).rejects.toMatchObject({
        code: 'cluster-untrusted',
      });
      const wrong = { ...source(), secrets: { kubeconfig: kubeconfig(cluster, 'none') } };
      await expect(testSource(wrong, testContext())).rejects.toMatchObject({ code: 'cluster-denied' });
      const files = {
        ...source(),
        secrets: { kubeconfig: kubeconfig(cluster, token).replace(/token:.*/, 'tokenFile: /etc/shadow') },
      };
      await expect(testSource(files, testContext())).rejects.toMatchObject({ code: 'bad-source-address' });
    });
  },
);

/** What the documentation gives, as it stands there. */
function documented(beginning: string): string {
  const blocks = [...readFileSync('docs/howto/inventory.md', 'utf8').matchAll(/```yaml\n([^]*?)```/g)];
  const [, block] = blocks.find(([, text]) => text!.startsWith(beginning))!;
  return block!;
}

function testContext() {
  return { env: process.env, image: { cacheDirectory: tmpdir() }, signal: AbortSignal.timeout(60_000) };
}

function kubeconfig({ address, ca }: Cluster, token: string): string {
  const data = Buffer.from(ca).toString('base64');
  return `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${address}", tls-server-name: kubernetes.default.svc, certificate-authority-data: ${data}}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
users:
- name: u
  user:
    token: ${token}
`;
}

async function loadBox(cluster: Cluster): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-box-'));
  const busybox = readFileSync('/usr/bin/busybox');
  const image = buildImage({
    layers: [{ files: { '/bin/busybox': { mode: 0o755, content: busybox } } }],
    config: { Cmd: ['/bin/busybox', 'sleep', '100000'] },
  });
  await cluster.load(writeDockerArchive(join(folder, 'box.tar'), [{ name: 'docker.io/library/box:1', built: image }]));
  rmSync(folder, { recursive: true, force: true });
}

const workloads = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart, plimsoll.dev/team: shop-team, plimsoll.dev/environment: nowhere}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: cart
          image: box:1
          imagePullPolicy: Never
          securityContext: {runAsUser: 7, capabilities: {drop: [ALL]}}
          env: [{name: API_TOKEN, value: hunter2secret}, {name: MODE, value: fast}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  schedule: '* * * * *'
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 0
          containers: [{name: nightly, image: 'box:1', imagePullPolicy: Never}]
---
apiVersion: v1
kind: Pod
metadata: {name: single, namespace: shop}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: single, image: 'box:1', imagePullPolicy: Never}]
`;
