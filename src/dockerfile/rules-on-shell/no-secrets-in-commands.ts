import { staticValue } from '../../formats/shell/index.ts';
import {
  variablesOf,
  type Argument,
  type Invocation,
  type Setting,
  type ShellDraft,
  type ShellRule,
  type ShellRun,
} from '../shell/index.ts';

/** Options whose value is a secret, by program; `*` for any. */
const options: Readonly<Record<string, readonly string[]>> = {
  '*': [
    '--password',
    '--passwd',
    '--token',
    '--api-key',
    '--apikey',
    '--secret',
    '--secret-key',
    '--access-token',
    '--auth-token',
    '--private-key-pass',
  ],
  curl: ['-u', '--user', '--proxy-user', '-U', '--oauth2-bearer'],
  wget: ['--http-password', '--ftp-password', '--proxy-password'],
  docker: ['-p'],
  podman: ['-p'],
  sshpass: ['-p'],
  useradd: ['-p'],
  usermod: ['-p'],
  mysql: ['-p'],
  htpasswd: ['-b'],
};

const secretName =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH|CREDENTIALS?)(?:$|_)/i;
const inAddress = /^[a-z][a-z0-9+.-]{0,20}:\/\/[^/\s:@]{0,200}:([^/\s@]{1,500})@|^https?:\/\/([^/\s:@]{16,500})@/i;
const inHeader =
  /^(?:authorization|x-api-key|private-token|x-auth-token|x-vault-token)\s{0,5}:\s{0,5}(?:bearer |basic |token )?\s{0,5}(\S{1,2000})/i;
const inSetting: Readonly<Record<string, RegExp>> = {
  npm: /\bset\s.{0,200}(?:_authToken|_auth|_password)[= ](\S{1,2000})$/,
  yarn: /\bset\s.{0,200}(?:_authToken|_auth|npmAuthToken)[= ](\S{1,2000})$/,
  pnpm: /\bset\s.{0,200}(?:_authToken|_auth)[= ](\S{1,2000})$/,
  aws: /^configure set (?:\S+\.)?aws_(?:secret_access_key|session_token) (\S{1,2000})/,
  composer: /^config\s.{0,200}(?:oauth|token)\S{0,50} (\S{1,2000})$/,
};

/** No secret in the text of a RUN. */
export const noSecretsInCommands: ShellRule = {
  name: 'no-secrets-in-commands',
  summary: 'No secret stands in a command, or comes into it by ARG or ENV.',
  explanation:
    'The text of a RUN and the build arguments it sees are in the history of the image for everyone who pulls it. --mount=type=secret gives a RUN a file, or with env= a variable, that no layer has. A secret that was in an image is to be revoked.',
  category: 'security',
  severity: 'error',
  aliases: [],
  check(run) {
    const settings = run.scripts.flatMap((script) => variablesOf(script).settings);
    return [...run.commands.flatMap((command) => ofCommand(run, command)), ...settings.flatMap(ofSetting)];
  },
};

function ofCommand(run: ShellRun, { name, args, place }: Invocation): ShellDraft[] {
  const drafts: ShellDraft[] = [];
  const names = [...options['*']!, ...(Object.hasOwn(options, name) ? options[name]! : [])];
  args.forEach((argument, index) => {
    const { text } = argument;
    const before = args[index - 1]?.text ?? '';
    const equals = text.startsWith('--') ? text.indexOf('=') : -1;
    const isLogin = name !== 'docker' && name !== 'podman' ? true : args[0]?.text === 'login' || before !== '-p';
    if (equals > 0 && names.includes(text.slice(0, equals)))
      drafts.push(...told(run, argument, text.slice(equals + 1)));
    else if (names.includes(before) && isLogin && !(name === 'curl' && isUser(before) && !/:./.test(text)))
      drafts.push(...told(run, argument, text));
    else if (name === 'mysql' && /^-p./.test(text)) drafts.push(...told(run, argument, text.slice(2)));
    else {
      const value = inAddress.exec(text) ?? inHeader.exec(text);
      const secret = value?.[1] ?? value?.[2];
      if (secret !== undefined) drafts.push(...told(run, argument, secret));
    }
  });
  const line = args.at(-1);
  const pattern = Object.hasOwn(inSetting, name) ? inSetting[name] : undefined;
  const setting = pattern?.exec(args.map(({ text }) => text).join(' '))?.[1];
  if (setting !== undefined) drafts.push(...told(run, line!, setting));
  if (name === 'chpasswd' && place.position > 0) drafts.push(...fromEcho(run, place));
  return drafts;
}

function isUser(option: string): boolean {
  return option === '-u' || option === '--user' || option === '-U' || option === '--proxy-user';
}

/** `echo user:password | chpasswd` */
function fromEcho(run: ShellRun, { pipeline, position }: Invocation['place']): ShellDraft[] {
  const source = run.commands.find(({ place }) => place.pipeline === pipeline && place.position === position - 1);
  const text = source?.args.at(-1);
  return text === undefined || !/:./.test(text.text) ? [] : told(run, text, text.text);
}

/** A text that stands there is told; a variable only if ARG or ENV brings it. */
function told(run: ShellRun, argument: Argument, value: string): ShellDraft[] {
  const { from, to } = argument;
  const variable = /^\$\{?(\w+)/.exec(value)?.[1];
  const advice = 'give it by --mount=type=secret, and revoke it';
  if (argument.isStatic && !/^(?:-|changeme$|x+$|\*+$|<.*>$)/i.test(value) && value !== '')
    return [
      {
        from,
        to,
        conceal: { from, to },
        message: 'a secret stands in this command, and so in the history of the image',
        advice,
      },
    ];
  if (variable === undefined || !run.variables.has(variable)) return [];
  return [
    {
      from,
      to,
      message: `${variable} comes from ARG or ENV, and so is in the history of the image`,
      advice: 'give it by --mount=type=secret',
    },
  ];
}

function ofSetting({ name, value, kind, from }: Setting): ShellDraft[] {
  const text = value === undefined || kind === 'loop' ? undefined : staticValue(value);
  if (text === undefined || text.length < 4 || !secretName.test(name)) return [];
  if (/^(?:true|false|none|null|\d{1,5}|\/.*)$/i.test(text)) return [];
  const { from: start, to } = value!;
  const message = `${name} is given in this command, and so is in the history of the image`;
  const advice = 'give it by --mount=type=secret, and revoke it';
  return [{ from, to, conceal: { from: start, to }, message, advice }];
}
