import { offeredFix } from '../fix.ts';
import { shownValue } from '../../formats/shell/index.ts';
import {
  variablesOf,
  type Invocation,
  type Setting,
  type ShellDraft,
  type ShellRule,
  type Argument,
  type ShellFix,
  withoutArgument,
  rewritten,
} from '../shell/index.ts';

/** Options that turn checks off, by program. */
const options: Readonly<Record<string, RegExp>> = {
  curl: /^(?:--insecure|--proxy-insecure|-[a-zA-Z]*k[a-zA-Z]*)$/,
  wget: /^--no-check-certificate$/,
  pip: /^--trusted-host(?:=|$)/,
  npm: /^--(?:no-strict-ssl|strict-ssl=false)$/,
  yarn: /^--(?:no-strict-ssl|strict-ssl=false)$/,
  'apt-get':
    /^(?:--allow-unauthenticated|--allow-insecure-repositories|--force-yes|--no-allow-insecure-repositories=false|--allow-downgrade-to-insecure-repositories)$/,
  apt: /^(?:--allow-unauthenticated|--allow-insecure-repositories|--force-yes)$/,
  apk: /^--allow-untrusted$/,
  yum: /^(?:--nogpgcheck|--setopt=sslverify=(?:false|0))$/,
  dnf: /^(?:--nogpgcheck|--no-gpgchecks|--setopt=sslverify=(?:false|0))$/,
  microdnf: /^(?:--nogpgcheck|--setopt=sslverify=(?:false|0))$/,
  zypper: /^(?:--no-gpg-checks|--gpg-auto-import-keys)$/,
  gem: /^(?:--trust-policy=NoSecurity|NoSecurity)$/,
  aria2c: /^--check-certificate=false$/,
  http: /^--verify=(?:no|false)$/,
  rpm: /^--(?:nosignature|nodigest)$/,
  helm: /^--insecure-skip-tls-verify$/,
  kubectl: /^--insecure-skip-tls-verify(?:=true)?$/,
};

/** Settings that turn checks off, as a program is told to keep them. */
const settings: Readonly<Record<string, RegExp>> = {
  npm: /\bstrict-ssl[= ]false\b/,
  yarn: /\b(?:strict-ssl[= ]false|enableStrictSsl[= ]false)\b/,
  pnpm: /\bstrict-ssl[= ]false\b/,
  git: /\bhttp(?:\.\S{0,200})?\.sslverify[= ](?:false|0|no)\b/i,
  conda: /\bssl_verify (?:false|no)\b/i,
  pip: /\bglobal\.trusted-host\b/,
  'apt-get': /\bAcquire::https?(?:::\S{0,200})?::Verify-(?:Peer|Host)=(?:false|0)/i,
  ssh: /\bStrictHostKeyChecking[= ]no\b/i,
  composer: /\b(?:disable-tls|secure-http) (?:true|false)\b/,
};

const variables: Readonly<Record<string, RegExp>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  GIT_SSL_NO_VERIFY: /^(?:1|true)$/i,
  PYTHONHTTPSVERIFY: /^0$/,
  NPM_CONFIG_STRICT_SSL: /^false$/i,
  npm_config_strict_ssl: /^false$/i,
  PIP_TRUSTED_HOST: /./,
  GOSUMDB: /^off$/,
  GONOSUMCHECK: /^(?:1|true)$/,
  GONOSUMDB: /./,
  GOINSECURE: /./,
  CURL_INSECURE: /^(?:1|true)$/,
};

/** Certificates and signatures are checked. */
export const checkedCertificates: ShellRule = {
  name: 'checked-certificates',
  summary: 'No check of certificates or signatures is turned off.',
  explanation:
    'With curl -k, --trusted-host, --allow-unauthenticated and the like anyone between the builder and the server decides what is in the image. What is missing is a certificate: install ca-certificates, or COPY the one of your own authority and run update-ca-certificates.',
  category: 'security',
  severity: 'error',
  aliases: [],
  check({ commands, scripts }) {
    const found = commands.flatMap(ofCommand);
    const settings = scripts.flatMap((script) => variablesOf(script).settings);
    return [...found, ...settings.flatMap(ofSetting)];
  },
};

function ofCommand(invocation: Invocation): ShellDraft[] {
  const { name, args, from, to } = invocation;
  const drafts: ShellDraft[] = [];
  const key = /^pip[\d.]*$/.test(name) || args.some(({ text }) => text === 'pip') ? 'pip' : name;
  const option = Object.hasOwn(options, key) ? args.find(({ text }) => options[key]!.test(text)) : undefined;
  if (option !== undefined)
    drafts.push({ ...draft(option, `${name} ${option.text}`), fix: checking(invocation, option) });
  const line = args.map(({ text }) => text).join(' ');
  if (Object.hasOwn(settings, key) && settings[key]!.test(line)) drafts.push(draft({ from, to }, name));
  if (name === 'env')
    for (const { text, from: start, to: end } of args) {
      const [variable, value] = split(text);
      if (isUnsafe(variable, value)) drafts.push(draft({ from: start, to: end }, variable));
    }
  return drafts;
}

const checked = { effect: 'contents', note: 'the same, unless the check fails: the build stops there' } as const;

/** Takes the option out; undefined where it has a value of its own or stands among others that might. */
function checking(invocation: Invocation, option: Argument): ShellFix | undefined {
  if (!option.isStatic || option.text === '--trusted-host') return undefined;
  if (option.text.startsWith('--') || option.text === '-k')
    return offeredFix('take it out', [withoutArgument(invocation, option)], checked);
  const edits = /^-[fsSLkvgijJORqZ#]+$/.test(option.text)
    ? rewritten(option, option.text.replaceAll('k', ''))
    : undefined;
  return edits && offeredFix('take k out', edits, checked);
}

function ofSetting({ name, value, from, to }: Setting): ShellDraft[] {
  return value !== undefined && isUnsafe(name, shownValue(value)) ? [draft({ from, to }, name)] : [];
}

function split(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function isUnsafe(name: string, value: string): boolean {
  return Object.hasOwn(variables, name) && variables[name]!.test(value);
}

function draft({ from, to }: { readonly from: number; readonly to: number }, what: string): ShellDraft {
  return {
    from,
    to,
    message: `${what} turns off the check of who sent this`,
    advice: 'install ca-certificates, or the certificate or key that is missing',
  };
}
