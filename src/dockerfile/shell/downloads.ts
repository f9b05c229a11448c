import type { Argument, Invocation } from './invocation.ts';
import { readOptions, type OptionTable, type Options } from './options.ts';

/** A call of a program that fetches files. */
export interface Download {
  readonly invocation: Invocation;
  readonly program: 'curl' | 'wget';
  readonly urls: readonly Argument[];
  /** The file it is kept in, `-` for the standard output, undefined where the address gives the name. */
  readonly output: string | undefined;
  /** An answer such as 404 is a failure, and not kept as if it were the file. */
  readonly failsOnError: boolean;
  readonly checksCertificates: boolean;
  readonly options: Options;
}

const curlTable: OptionTable = {
  short: 'AbcCdDeEFHKmoPQrtTuUwxXyYz',
  long: [
    ...['user-agent', 'cookie', 'cookie-jar', 'continue-at', 'data', 'data-binary', 'data-raw', 'data-urlencode'],
    ...['dump-header', 'referer', 'cert', 'key', 'form', 'header', 'config', 'max-time', 'connect-timeout', 'output'],
    ...['output-dir', 'range', 'retry', 'retry-delay', 'retry-max-time', 'upload-file', 'user', 'proxy', 'proxy-user'],
    ...['write-out', 'request', 'speed-limit', 'speed-time', 'url', 'cacert', 'capath', 'resolve', 'limit-rate'],
    ...['max-redirs', 'oauth2-bearer', 'pinnedpubkey', 'proto', 'proto-redir', 'tls-max', 'ciphers', 'tls13-ciphers'],
    ...['unix-socket', 'interface', 'max-filesize', 'netrc-file', 'noproxy', 'stderr', 'trace', 'json', 'variable'],
  ],
};

const wgetTable: OptionTable = {
  short: 'aABDeGiIloOPQRtTUwX',
  long: [
    ...[
      'append-output',
      'output-file',
      'output-document',
      'directory-prefix',
      'input-file',
      'tries',
      'timeout',
      'wait',
    ],
    ...['user', 'password', 'header', 'user-agent', 'post-data', 'post-file', 'ca-certificate', 'ca-directory'],
    ...['certificate', 'private-key', 'http-user', 'http-password', 'ftp-user', 'ftp-password', 'referer', 'quota'],
    ...['limit-rate', 'accept', 'reject', 'domains', 'level', 'execute', 'base', 'load-cookies', 'save-cookies'],
    ...['waitretry', 'secure-protocol', 'method', 'body-data', 'body-file', 'dns-timeout', 'connect-timeout'],
    ...['read-timeout', 'cut-dirs', 'retry-on-http-error'],
  ],
};

/** Reads a call of curl(1) or wget(1); undefined for another program or where nothing is fetched. */
export function downloadOf(invocation: Invocation): Download | undefined {
  if (invocation.name === 'curl') return readCurl(invocation);
  return invocation.name === 'wget' ? readWget(invocation) : undefined;
}

function readCurl(invocation: Invocation): Download | undefined {
  const options = readOptions(invocation.args, curlTable);
  const named = options.given.filter(({ name }) => name === '--url').map(({ argument }) => argument);
  const urls = [...options.operands, ...named];
  if (urls.length === 0) return undefined;
  const keepsName = options.has('-O', '-J', '--remote-name', '--remote-name-all');
  const file = options.value('-o', '--output') ?? redirectedTo(invocation);
  return {
    invocation,
    program: 'curl',
    urls,
    output: file ?? (keepsName ? undefined : '-'),
    failsOnError: options.has('-f', '--fail', '--fail-with-body', '--fail-early'),
    checksCertificates: !options.has('-k', '--insecure', '--proxy-insecure'),
    options,
  };
}

function readWget(invocation: Invocation): Download | undefined {
  const options = readOptions(invocation.args, wgetTable);
  if (options.operands.length === 0) return undefined;
  const file = options.value('-O', '--output-document');
  return {
    invocation,
    program: 'wget',
    urls: options.operands,
    output: file === '-' || file === '/dev/stdout' ? (redirectedTo(invocation) ?? '-') : file,
    failsOnError: true,
    checksCertificates: !options.has('--no-check-certificate'),
    options,
  };
}

/** The file that the standard output goes to. */
function redirectedTo({ place }: Invocation): string | undefined {
  const redirection = place.command.redirections.findLast(
    ({ operator, descriptor }) => /^(?:&?>>?|>\|)$/.test(operator) && (descriptor ?? 1) === 1,
  );
  const parts = redirection?.target?.parts;
  if (parts === undefined) return undefined;
  return parts.map((part) => ('value' in part ? part.value : '$')).join('');
}
