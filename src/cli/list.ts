import type { RegisterCommand } from './command.ts';

export interface ListedCommand {
  readonly name: string;
  /** One line for --help. */
  readonly summary: string;
  load(): Promise<RegisterCommand>;
}

/** Every command. A command's module is only loaded when it runs. */
export const commands: readonly ListedCommand[] = [
  {
    name: 'scan',
    summary: 'open an image, say what is in it and what is wrong with it, and judge it',
    load: async () => (await import('./scan.ts')).registerScan,
  },
  {
    name: 'sbom',
    summary: 'print what an image contains as CycloneDX or SPDX',
    load: async () => (await import('./sbom.ts')).registerSbom,
  },
  {
    name: 'compare',
    summary: 'say what changed between two images, and what is new to blame',
    load: async () => (await import('./compare.ts')).registerCompare,
  },
  {
    name: 'dockerfile',
    summary: 'say what is wrong with Dockerfiles, and write well-made ones',
    load: async () => (await import('./dockerfile.ts')).registerDockerfile,
  },
  {
    name: 'db',
    summary: 'import, update, search and inspect the advisory database',
    load: async () => (await import('./db.ts')).registerDb,
  },
  {
    name: 'policy',
    summary: 'check, test and explain policies',
    load: async () => (await import('./policy.ts')).registerPolicy,
  },
  {
    name: 'build',
    summary: 'build an image of a commit, judge it, say how it was made, and push what passes',
    load: async () => (await import('./build.ts')).registerBuild,
  },
  {
    name: 'rebuild',
    summary: 'build an image again from its provenance, and say what differs',
    load: async () => (await import('./rebuild.ts')).registerRebuild,
  },
  {
    name: 'builder',
    summary: 'say which builder this machine is',
    load: async () => (await import('./builder.ts')).registerBuilder,
  },
  {
    name: 'sign',
    summary: 'sign images in a registry',
    load: async () => (await import('./sign.ts')).registerSign,
  },
  {
    name: 'verify',
    summary: 'say whether an image is signed, built and judged as you demand',
    load: async () => (await import('./verify.ts')).registerVerify,
  },
  {
    name: 'attest',
    summary: 'sign a statement about an image: verdict, provenance, SBOM, analysis, approval',
    load: async () => (await import('./attest.ts')).registerAttest,
  },
  {
    name: 'provenance',
    summary: 'say what an image was built from, by whom, and who vouches for that',
    load: async () => (await import('./provenance.ts')).registerProvenance,
  },
  {
    name: 'sign-blob',
    summary: 'sign a file',
    load: async () => (await import('./sign-blob.ts')).registerSignBlob,
  },
  {
    name: 'verify-blob',
    summary: 'say whether a file is signed by whom you trust; takes cosign’s flags',
    load: async () => (await import('./verify-blob.ts')).registerVerifyBlob,
  },
  {
    name: 'trust',
    summary: 'keys, and whom you trust to build and approve',
    load: async () => (await import('./trust.ts')).registerTrust,
  },
  {
    name: 'base',
    summary: 'take in, judge, endorse and find again the images that others are built on',
    load: async () => (await import('./base.ts')).registerBase,
  },
  {
    name: 'impact',
    summary: 'name the bases and images that a vulnerability, a package or a layer reaches',
    load: async () => (await import('./impact.ts')).registerImpact,
  },
  {
    name: 'ledger',
    summary: 'export and verify the audit trail of all that happened',
    load: async () => (await import('./ledger.ts')).registerLedger,
  },
  {
    name: 'report',
    summary: 'say to auditors how long it took to be rid of findings',
    load: async () => (await import('./report.ts')).registerReport,
  },
  {
    name: 'store',
    summary: 'back up, restore, export and prune what the server keeps',
    load: async () => (await import('./store.ts')).registerStore,
  },
  {
    name: 'serve',
    summary: 'keep records, judge them, know what runs: the server with its API and dashboard',
    load: async () => (await import('./serve.ts')).registerServe,
  },
  {
    name: 'login',
    summary: 'keep the token for a server; login link: log in on the page',
    load: async () => (await import('./login.ts')).registerLogin,
  },
  {
    name: 'waiver',
    summary: 'ask a server for exceptions, and decide on them',
    load: async () => (await import('./waiver.ts')).registerWaiver,
  },
  {
    name: 'vex',
    summary: 'have a server judge with VEX documents: send, list, show, remove',
    load: async () => (await import('./vex.ts')).registerVex,
  },
  {
    name: 'record',
    summary: 'print what a server keeps of an image, and its verdict',
    load: async () => (await import('./record.ts')).registerRecord,
  },
  {
    name: 'sources',
    summary: 'have engines, clusters and registries watched, and say what answers there',
    load: async () => (await import('./sources.ts')).registerSources,
  },
  {
    name: 'rejudge',
    summary: 'judge the records that a server keeps again, by the policy and advisories of now',
    load: async () => (await import('./rejudge.ts')).registerRejudge,
  },
  {
    name: 'notify',
    summary: 'tell of verdicts that turned, by webhook, Slack or e-mail',
    load: async () => (await import('./notify.ts')).registerNotify,
  },
  {
    name: 'completion',
    summary: 'print completions for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).registerCompletion,
  },
];
