import { isInterpreter, type Download, type Invocation, type ShellRule, type ShellRun } from '../shell/index.ts';

/** Downloads are checked against a hash or a signature. */
export const verifiedDownloads: ShellRule = {
  name: 'verified-downloads',
  summary: 'What a RUN downloads and keeps is checked by a hash or a signature in the same RUN.',
  explanation:
    'TLS says who sent a file, not that it is the one which was looked at; over http not even that. sha256sum -c, gpg --verify, cosign verify-blob or minisign -V in the same RUN do, and so does ADD --checksum. Answers that are only looked at are not meant.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: [],
  check(run) {
    if (run.commands.some(verifies)) return [];
    return run.downloads.filter((download) => isKept(download, run)).map(draft);
  },
};

const hashes = /^(?:sha(?:1|224|256|384|512)sum|b2sum|shasum|sha256|sha512|md5sum|cksum)$/;

function verifies({ name, args }: Invocation): boolean {
  const texts = args.map(({ text }) => text);
  if (hashes.test(name)) return true;
  if (name === 'gpg' || name === 'gpg2')
    return texts.some((text) => text === '--verify' || text === '--verify-files' || text === '--decrypt');
  if (name === 'cosign') return texts[0]?.startsWith('verify') === true;
  if (name === 'openssl') return texts.includes('-verify') || /^(?:dgst|sha\d+|cms|smime)$/.test(texts[0] ?? '');
  if (name === 'rpm' || name === 'rpmkeys') return texts.some((text) => text === '-K' || text === '--checksig');
  return ['gpgv', 'gpgv2', 'minisign', 'signify', 'signify-openbsd', 'debsig-verify', 'slsa-verifier'].includes(name);
}

const unpackers = new Set([
  'tar',
  'bsdtar',
  'unzip',
  'cpio',
  'dd',
  'tee',
  'gpg',
  'apt-key',
  'zcat',
  'gunzip',
  'xz',
  'bzip2',
  'zstd',
  'busybox',
  'dpkg',
  'rpm',
  'install',
  'docker',
]);

function isKept({ output, invocation, urls, options }: Download, run: ShellRun): boolean {
  if (!urls.some(({ text }) => !/^(?:https?:\/\/)?(?:localhost|127\.|\[::1\])/.test(text))) return false;
  if (output === '/dev/null' || options.has('-I', '--head', '--spider')) return false;
  if (output !== '-') return true;
  const { pipeline, position } = invocation.place;
  // What an interpreter is given is told by its own rule.
  const after = run.commands.filter(({ place }) => place.pipeline === pipeline && place.position > position);
  if (pipeline === undefined || after.some(({ name }) => isInterpreter(name))) return false;
  const isWritten = after.some(({ place }) =>
    place.command.redirections.some(({ operator }) => operator.startsWith('>')),
  );
  return isWritten || after.some(({ name }) => unpackers.has(name));
}

function draft({ invocation, urls }: Download) {
  const { from, to } = invocation;
  const [url] = urls;
  const where = /^(?:https?:\/\/)?([^/?#\s]+)/.exec(url!.text.replace(/\/\/[^/@\s]*@/, '//'))?.[1] ?? 'there';
  const isOpen = urls.some(({ text }) => text.startsWith('http://') || text.startsWith('ftp://'));
  const message = isOpen
    ? `anyone on the way can change what comes from ${where}, and nothing checks it`
    : `nothing checks that what comes from ${where} is what was meant`;
  return {
    from,
    to,
    message,
    advice: 'check it with sha256sum -c or a signature in the same RUN, or use ADD --checksum',
  };
}
