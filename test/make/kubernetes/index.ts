import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer, type Server } from 'node:https';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeAuthority, pemOf } from '../certificates.ts';
import { runCommand } from '../run-command.ts';
import { testCache, withLock } from '../test-cache.ts';

/** A real Kubernetes of one node, in a network namespace of its own. */
export interface Cluster {
  /** `https://127.0.0.1:PORT`: the API, forwarded into the namespace. Its certificate is for `kubernetes.default.svc`. */
  readonly address: string;
  /** The authority of that certificate, in PEM. */
  readonly ca: string;
  /** Runs kubectl as the administrator. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Loads an archive of docker save into the node's containerd. */
  load(archive: string): Promise<void>;
  /** The node's containerd. */
  readonly containerdSocket: string;
  /** Ends one of its programs at once: `apiserver`, `kubelet` … */
  kill(program: string): void;
  stop(): Promise<void>;
}

const version = 'v1.32.0';
const script = join(import.meta.dirname, 'cluster');
const needed = [
  ['/usr/bin/etcd', 'etcd-server'],
  ['/usr/bin/containerd', 'containerd'],
  ['/usr/lib/cni/bridge', 'containernetworking-plugins'],
  ['/usr/sbin/conntrack', 'conntrack'],
] as const;

/** Why there can be no cluster here, for `describe.skipIf`; undefined where there can. */
export function noClusterReason(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'Kubernetes can only be started by root on Linux';
  const missing = needed.find(([path]) => !existsSync(path));
  if (missing !== undefined) return `${missing[1]} is not installed`;
  if (existsSync(join(programFolder(), 'bin/pause'))) return undefined;
  return existsSync('/usr/local/go/bin/go') || existsSync('/usr/bin/go') ? undefined : 'Go is not installed';
}

function programFolder(): string {
  return join(testCache('kubernetes'), version);
}

/** Builds the programs where nobody did yet: some six minutes, once a machine. */
async function programs(): Promise<string> {
  const folder = programFolder();
  if (existsSync(join(folder, 'bin/pause'))) return folder;
  return withLock('kubernetes', async () => {
    if (existsSync(join(folder, 'bin/pause'))) return folder;
    process.stderr.write('building Kubernetes from its Go module, once: about six minutes\n');
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    const path = `${process.env['PATH'] ?? ''}:/usr/local/go/bin`;
    const env = { ...process.env, PATH: path, CLUSTER: partial };
    await runCommand('nice', ['bash', script, 'build'], { env, timeoutMs: 3_000_000 });
    mkdirSync(folder, { recursive: true });
    renameSync(join(partial, 'bin'), join(folder, 'bin'));
    rmSync(partial, { recursive: true, force: true });
    return folder;
  });
}

/** What the API server tells of its audit log: by which policy, and with the kubeconfig of the webhook, whose server is replaced. */
export interface Audit {
  readonly policy: string;
  readonly webhook: string;
  /** Takes what is posted: the path, the bearer's token and the body. */
  take(post: {
    readonly path: string;
    readonly authorization: string | undefined;
    readonly body: Buffer;
  }): Promise<unknown>;
}

/** Starts one. */
export async function startCluster(audit?: Audit): Promise<Cluster> {
  const folder = await programs();
  const run = mkdtempSync(join(testCache('kubernetes'), 'run-'));
  const namespace = `plimsoll-${randomBytes(3).toString('hex')}`;
  const auditing = audit === undefined ? undefined : await auditInto(audit, run);
  const env = { CLUSTER: folder, CLUSTER_RUN: run, CLUSTER_NETNS: namespace, APISERVER_ARGS: auditing?.args ?? '' };
  const cluster = (args: readonly string[], input?: string): Promise<string> =>
    runCommand('bash', [script, ...args], { env, timeoutMs: 180_000, ...(input === undefined ? {} : { input }) });
  let forward: Forward | undefined;
  let outward: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    await forward?.stop();
    outward?.kill('SIGKILL');
    auditing?.server.close();
    await cluster(['down']);
    rmSync(run, { recursive: true, force: true });
  };
  try {
    await upWithoutWaitingForChildren(env);
    forward = await forwardInto(namespace, run);
    if (auditing !== undefined) outward = forwardOutOf(namespace, auditing.socket);
    return {
      address: forward.address,
      ca: readFileSync(join(run, 'certs/apiserver.crt'), 'utf8'),
      containerdSocket: join(run, 'containerd.sock'),
      kubectl: (args, input) => cluster(['run', 'kubectl', ...args], input),
      load: async (archive) => void (await cluster(['load', archive])),
      kill: (program) => process.kill(Number(readFileSync(join(run, `${program}.pid`), 'utf8')), 'SIGKILL'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What it starts keeps its outputs open: only its end counts. */
async function upWithoutWaitingForChildren(env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn('bash', [script, 'up'], { env: { ...process.env, ...env }, stdio: 'ignore' });
  const status = await new Promise((resolve) => child.once('exit', resolve));
  if (status !== 0) throw new Error(`the cluster does not start: ${String(status)}`);
}

interface Forward {
  readonly address: string;
  stop(): Promise<void>;
}

/** Where the API server in the namespace posts its audit log. */
const auditPort = 6080;

/** Files by which the API server posts its audit log, and what takes it: at a socket that is a file, which no namespace hides. */
async function auditInto(
  { policy, webhook, take }: Audit,
  folder: string,
): Promise<{ readonly args: string; readonly socket: string; readonly server: Server }> {
  const socket = join(folder, 'audit.sock');
  // Clients of Kubernetes give their token to nobody without TLS.
  const authority = await makeAuthority(folder, 'audit');
  const own = pemOf(await authority.issue('audit-webhook', ['IP:127.0.0.1']));
  const server = createHttpsServer(own, (request, response) => {
    void buffer(request)
      .then((body) => take({ path: request.url!, authorization: request.headers.authorization, body }))
      .then(
        () => response.end(),
        () => response.writeHead(500).end(),
      );
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  writeFileSync(join(folder, 'audit-policy.yaml'), policy);
  const trusted = readFileSync(authority.cert).toString('base64');
  const here = webhook.replace(
    /server: "https:\/\/[^/"]+/,
    `certificate-authority-data: ${trusted}, server: "https://127.0.0.1:${auditPort}`,
  );
  writeFileSync(join(folder, 'audit-webhook.yaml'), here);
  const args = `--audit-policy-file=${join(folder, 'audit-policy.yaml')} --audit-webhook-config-file=${join(folder, 'audit-webhook.yaml')} --audit-webhook-batch-max-wait=1s`;
  return { args, socket, server };
}

function forwardOutOf(namespace: string, socket: string): ChildProcess {
  return spawnIn(namespace, `${pipes}.listen(${auditPort},'127.0.0.1')`.replace('THERE', JSON.stringify(socket)));
}

/** A program that connects whoever comes with THERE. */
const pipes = `require('node:net').createServer((here)=>{const there=require('node:net').connect(THERE);
    here.pipe(there).pipe(here);for(const each of [here,there])each.on('error',()=>{here.destroy();there.destroy()})})`;

function spawnIn(namespace: string, program: string): ChildProcess {
  return spawn('nsenter', [`--net=/run/netns/${namespace}`, process.execPath, '-e', program], { stdio: 'ignore' });
}

/** A port of loopback here that leads to the API server there, through a socket that is a file. */
async function forwardInto(namespace: string, folder: string): Promise<Forward> {
  const socket = join(folder, 'api.sock');
  const program = `${pipes}.listen(${JSON.stringify(socket)})`.replace('THERE', "6443,'10.99.0.1'");
  const child = spawnIn(namespace, program);
  for (let i = 0; i < 200 && !existsSync(socket); i++) await sleep(25);
  const server = createServer((here) => {
    const there = connect(socket);
    here.pipe(there).pipe(here);
    for (const each of [here, there])
      each.on('error', () => {
        here.destroy();
        there.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `https://127.0.0.1:${port}`,
    async stop() {
      server.close();
      child.kill('SIGKILL');
      await new Promise<void>((resolve) =>
        child.exitCode === null && child.signalCode === null ? child.once('exit', () => resolve()) : resolve(),
      );
    },
  };
}
