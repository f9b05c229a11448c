import { describe, expect, it } from 'vitest';
import { defaultSettings, lintDockerfile, type LintFacts, type LintSettings, parseDockerfile } from '../index.ts';
import { dockerfileRules } from './list.ts';

interface Case {
  readonly rule: string;
  readonly text: string;
  readonly settings?: Partial<LintSettings>;
  readonly facts?: LintFacts;
  /** `line:column message`. */
  readonly finds: readonly string[];
}

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const catalogue: LintFacts = {
  base: (reference) =>
    ({
      'debian:12': { name: 'debian-12', state: 'endorsed', newestDigest: digest('b') } as const,
      [`debian:12@${digest('a')}`]: { name: 'debian-12', state: 'endorsed', newestDigest: digest('b') } as const,
      'debian:11': { name: 'debian-11', state: 'retired', successor: 'debian-12', supportEnd: '2026-06-30' } as const,
      'node:18': { name: 'node-18', state: 'deprecated' } as const,
      'node:24': { name: 'node-24', state: 'candidate' } as const,
    })[reference],
};

const cases: readonly Case[] = [
  // Security
  {
    rule: 'last-user-not-root',
    text: 'FROM a:1\nUSER 1\nUSER root:root\n',
    finds: ['3:6 the image runs as root'],
  },
  { rule: 'last-user-not-root', text: 'FROM a:1\nUSER root\nRUN x\nUSER 1000\n', finds: [] },
  { rule: 'last-user-not-root', text: 'FROM a:1 AS b\nUSER 0\nFROM c:1\nUSER 1\n', finds: [] },
  {
    rule: 'last-user-not-root',
    text: 'FROM a:1 AS b\nUSER 0\nFROM b\n',
    finds: ['2:6 the image runs as root: the final stage sets no other user'],
  },
  { rule: 'last-user-not-root', text: 'FROM a:1\nARG U=0\nUSER $U\n', finds: ['3:6 the image runs as root'] },
  { rule: 'last-user-not-root', text: 'FROM shop/a:1\nUSER $U\n', finds: [] },
  {
    rule: 'user-declared',
    text: 'FROM a:1\nRUN x\n',
    finds: ['1:1 the image sets no user, so it runs as that of its base, mostly root'],
  },
  { rule: 'user-declared', text: 'FROM scratch\n', finds: ['1:1 the image sets no user, so it runs as root'] },
  { rule: 'user-declared', text: 'FROM gcr.io/distroless/static:nonroot\n', finds: [] },
  { rule: 'user-declared', text: 'FROM a:1 AS b\nUSER 1\nFROM b\n', finds: [] },
  { rule: 'numeric-user', text: 'FROM a:1\nUSER app:app\n', finds: ['2:6 the user app:app is a name'] },
  { rule: 'numeric-user', text: 'FROM a:1\nUSER 1000:app\n', finds: [] },
  {
    rule: 'no-insecure-run',
    text: 'FROM a:1\nRUN --security=insecure x\nRUN --network=host y\nRUN --network=none z\n',
    finds: ['2:5 this step has all rights on the build machine', "3:5 this step is in the build machine's own network"],
  },
  { rule: 'no-ssh-port', text: 'FROM a:1\nEXPOSE 80 22/tcp 2222\n', finds: ['2:11 port 22 is for SSH'] },
  {
    rule: 'no-host-volumes',
    text: 'FROM a:1\nVOLUME /data /etc/ /proc\nVOLUME ["/var/run/docker.sock"]\nENV D=/sys\nVOLUME $D/fs\n',
    finds: [
      '2:14 /etc is part of the system',
      '2:20 /proc is part of the system',
      "3:9 /var/run/docker.sock is the engine's socket: who has it is root on the host",
      '5:8 /sys/fs is part of the system',
    ],
  },
  {
    rule: 'context-has-ignore-file',
    text: 'FROM a:1\nCOPY . /app\nCOPY src /src\nCOPY --from=b . /b\nADD ./ /x\n',
    facts: { ignoreFile: null },
    finds: [
      '2:6 COPY . takes all of the context, and there is no .dockerignore',
      '5:5 ADD ./ takes all of the context, and there is no .dockerignore',
    ],
  },
  { rule: 'context-has-ignore-file', text: 'FROM a:1\nCOPY . /app\n', finds: [] },
  { rule: 'context-has-ignore-file', text: 'FROM a:1\nCOPY . /app\n', facts: { ignoreFile: '.git\n' }, finds: [] },
  {
    rule: 'no-secret-files',
    text: 'FROM a:1\nCOPY . /app\nCOPY --exclude=*.pem conf/* /c/\nCOPY main.js /m\n',
    facts: { contextFiles: ['.env', 'conf/tls/server.key', 'conf/ca.pem', 'main.js'], ignoreFile: null },
    finds: [
      '2:6 COPY brings .env (settings with passwords) and 2 more into the image',
      '3:22 COPY brings conf/tls/server.key (a private key) and 1 more into the image',
    ],
  },
  {
    rule: 'no-secret-files',
    text: 'FROM a:1\nCOPY . /app\n',
    facts: { contextFiles: ['.env', '.env.example', 'a.js'], ignoreFile: '.env\n' },
    finds: [],
  },
  {
    rule: 'no-secret-files',
    text: 'FROM a:1\nCOPY id_rsa /root/.ssh/\nCOPY .aws /root/.aws\nCOPY id_rsa.pub known_hosts /x/\n',
    finds: [
      '2:6 COPY brings id_rsa (a private key) into the image',
      '3:6 COPY brings .aws (AWS credentials) into the image',
    ],
  },
  {
    rule: 'no-secrets-in-variables',
    text: 'FROM a:1\nARG NPM_TOKEN\nENV PASSWORD=$X KEY_FILE=/run/k PUBLIC_KEY=x\nLABEL u=https://me:s3cret@x/\n',
    finds: [
      '2:5 ARG NPM_TOKEN looks like a secret',
      '3:5 ENV PASSWORD looks like a secret',
      '4:7 LABEL u holds a secret: password in an address (18 letters)',
    ],
  },
  // Supply chain
  {
    rule: 'tagged-base',
    text:
      'ARG V\nFROM debian AS b\nFROM b\nFROM scratch\nFROM debian:${V:-12}\nFROM a@' +
      digest('a') +
      '\nFROM ghcr.io:443/x/y\n',
    finds: [
      '2:6 debian has no tag, so it is whatever was pushed last',
      '7:6 ghcr.io:443/x/y has no tag, so it is whatever was pushed last',
    ],
  },
  {
    rule: 'tagged-base',
    text: 'FROM a:1\nCOPY --from=ghcr.io/x/y /a /a\n',
    finds: ['2:13 ghcr.io/x/y has no tag, so it is whatever was pushed last'],
  },
  {
    rule: 'no-latest',
    text: `ARG T=latest\nFROM a:$T\nFROM b:latest@${digest('a')}\n`,
    finds: ['2:6 a:latest is whatever was pushed last'],
  },
  {
    rule: 'pinned-base',
    text: `FROM a:1\nFROM b@${digest('a')}\nFROM c\n`,
    finds: ['1:6 a:1 is a tag that can be moved'],
  },
  {
    rule: 'endorsed-base',
    text: 'FROM debian:12\nFROM debian:11\nFROM node:18\nFROM node:24\nFROM other:1 AS o\nFROM o\n',
    facts: catalogue,
    finds: [
      '2:6 the base debian-11 is retired, supported until 2026-06-30',
      '3:6 the base node-18 is deprecated',
      '4:6 the base node-24 is only a candidate',
      '5:6 other:1 is not in the catalogue of bases',
    ],
  },
  { rule: 'endorsed-base', text: 'FROM other:1\n', finds: [] },
  {
    rule: 'fresh-base',
    text: `FROM debian:12@${digest('a')}\n`,
    facts: catalogue,
    finds: ['1:6 debian:12 has a newer build'],
  },
  {
    rule: 'trusted-registry',
    text: 'FROM debian:12\nFROM ghcr.io/shop/a:1\nFROM ghcr.io/shopper/a:1\nFROM x.gcr.io/a:1\nFROM scratch\n',
    settings: { trustedRegistries: ['ghcr.io/shop', '*.gcr.io'] },
    finds: [
      '1:6 debian:12 comes from docker.io, which is not trusted',
      '3:6 ghcr.io/shopper/a:1 comes from ghcr.io, which is not trusted',
    ],
  },
  { rule: 'trusted-registry', text: 'FROM debian:12\n', settings: { trustedRegistries: ['docker.io'] }, finds: [] },
  {
    rule: 'add-checksum',
    text: `FROM a:1\nADD https://me@x.org/a.tgz /a\nADD --checksum=sha256:aa https://x.org/b /b\nADD https://x.org/r.git#v1 /r\nADD https://x.org/r.git#${'a'.repeat(40)} /s\n`,
    finds: [
      '2:5 what https://x.org/a.tgz gives is not checked',
      '4:5 https://x.org/r.git#v1 is a branch or tag that can be moved',
    ],
  },
  // Correctness
  {
    rule: 'copy-from-stage',
    text: 'FROM a:1 AS builder\nFROM b:1\nCOPY --from=buidler /x /x\nCOPY --from=builder /x /x\nCOPY --from=nginx:1 /x /x\nCOPY --from=0 /x /x\n',
    finds: ['3:13 buidler is no stage, so it is fetched as an image', '6:13 stage 0 is named by its number'],
  },
  {
    rule: 'unique-stage-names',
    text: 'FROM a:1 AS b\nFROM c:1 AS B\n',
    finds: ['2:13 a stage before this one is named b too'],
  },
  {
    rule: 'absolute-workdir',
    text: 'FROM a:1\nWORKDIR a\nWORKDIR b\nFROM c:1\nARG D\nWORKDIR $D/x\nFROM d:1\nWORKDIR C:/x\nWORKDIR $HOME\n',
    finds: [
      '2:9 WORKDIR a is relative to whatever the base image has',
      '3:9 WORKDIR b goes on from the WORKDIR before',
    ],
  },
  {
    rule: 'declared-variables',
    text: 'FROM shop/a:1\nARG VERSION=1\nUSER $VERSON\nUSER $OTHER\nENV PATH=$PAHT:/x\nRUN echo $NO\n',
    finds: ['3:6 $VERSON is declared nowhere before', '5:10 $PAHT is declared nowhere before'],
  },
  {
    rule: 'declared-variables',
    text: 'ARG A=1\nFROM debian:12\nLABEL a=$A b=${B:-2}\nARG TARGETARCH\nUSER $TARGETARCH$HTTPS_PROXY\n',
    finds: ['3:9 $A is declared nowhere before'],
  },
  {
    rule: 'env-self-reference',
    text: 'FROM shop/a:1\nENV A=1 B=$A\nENV A=2 C=$A P=/x:$P\n',
    finds: ['2:11 B uses $A, which the same ENV sets'],
  },
  {
    rule: 'one-of-each',
    text: 'FROM a:1\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\nFROM b:1\nCMD ["x"]\nENTRYPOINT ["x"]\nENTRYPOINT ["y"]\n',
    finds: [
      '2:1 this HEALTHCHECK does nothing: another one comes behind it',
      '6:1 this ENTRYPOINT does nothing: another one comes behind it',
    ],
  },
  {
    rule: 'exec-form',
    text: 'FROM a:1\nENTRYPOINT ["a"]\nHEALTHCHECK CMD x\nONBUILD CMD x y\nSHELL ["bash", "-c"]\nCMD x\n',
    finds: ['4:13 CMD is in shell form: the program runs below a shell that passes no signals on'],
  },
  {
    rule: 'copy-relative-destination',
    text: 'FROM a:1\nCOPY a b\nCOPY a /b\nWORKDIR /w\nCOPY a b\nFROM shop/c:1\nCOPY a $D\nCOPY a "./x"\n',
    finds: [
      '2:8 COPY goes to b, relative to whatever the base image has',
      '8:8 COPY goes to ./x, relative to whatever the base image has',
    ],
  },
  {
    rule: 'copy-destination-slash',
    text: 'FROM a:1\nCOPY a b /c\nCOPY a b /c/\nCOPY a b .\nADD ["a", "b", "/c d"]\nENV D=/e/\nCOPY a b $D\n',
    finds: [
      '2:10 2 sources go to /c, which has no slash at its end',
      '5:16 2 sources go to /c d, which has no slash at its end',
    ],
  },
  {
    rule: 'copy-instead-of-add',
    text: 'FROM a:1\nADD a /a\nADD a.tar.gz /a\nADD https://x.org/y /y\nADD git@x.org:y.git /y\nADD $FILE /z\n',
    finds: ['2:1 ADD only copies a'],
  },
  {
    rule: 'valid-ports',
    text: 'FROM a:1\nEXPOSE 0 65535 65536 80-90 90-80 http 80/sctp 80/icmp\nARG P=70000\nEXPOSE $P $Q\n',
    finds: [
      '2:16 65536 is no port',
      '2:28 90-80 is no port',
      '2:34 http is no port',
      '2:47 "icmp" is no protocol of ports',
      '4:8 70000 is no port',
    ],
  },
  {
    rule: 'no-constant-platform',
    text: 'ARG P\nFROM --platform=$P a:1\nFROM --platform=linux/arm64 b:1 AS arm64\n',
    finds: [],
  },
  {
    rule: 'healthcheck',
    text: 'FROM a:1 AS b\nHEALTHCHECK CMD x\nFROM c:1\nCOPY --from=b /x /x\n',
    finds: [
      '2:1 this HEALTHCHECK does nothing: the final stage is not built on its stage',
      '3:1 no HEALTHCHECK tells whether the program works',
    ],
  },
  { rule: 'healthcheck', text: 'FROM a:1 AS b\nHEALTHCHECK NONE\nFROM b\n', finds: [] },
  {
    rule: 'no-whole-filesystem',
    text: 'FROM a:1 AS b\nFROM scratch\nCOPY --from=b / /\nCOPY --from=b /x /\n',
    finds: ['3:1 everything of b is copied'],
  },
  {
    rule: 'valid-syntax',
    text: 'FROM a:1 AS b\nFORM c:1\nCOPY --from=b /x /x\n',
    finds: ['2:1 there is no instruction "FORM"', '3:13 the stage takes from itself: "b"'],
  },
  // Audit
  {
    rule: 'audit-labels',
    text: 'FROM a:1\nLABEL org.opencontainers.image.source=https://x org.opencontainers.image.vendor=Shop\n',
    finds: ['1:1 no label says which commit it was built from'],
  },
  {
    rule: 'required-labels',
    text: 'FROM a:1 AS b\nLABEL version=1.0.0\nFROM b\n',
    settings: { labelSchema: { version: 'semver', owner: 'email' } },
    finds: ['3:1 the label owner is missing'],
  },
  {
    rule: 'no-other-labels',
    text: 'FROM a:1\nLABEL version=1.0.0 other=x\n',
    settings: { labelSchema: { version: 'semver' }, strictLabels: true },
    finds: ['2:21 the label other is not in the label schema'],
  },
  {
    rule: 'label-values',
    text: 'FROM a:1\nARG R\nLABEL a="" b=x c=1.2 d=2026-02-30T00:00:00Z e="MIT OR (" f=abcdefg g=me h=$R org.opencontainers.image.created=now\n',
    settings: {
      labelSchema: { a: 'text', b: 'url', c: 'semver', d: 'rfc3339', e: 'spdx', f: 'hash', g: 'email', h: 'semver' },
    },
    finds: [
      '3:9 the label a is empty',
      '3:14 the label b holds "x", which is not an address as https://example.com/',
      '3:18 the label c holds "1.2", which is not a semantic version as 1.2.3',
      '3:24 the label d holds "2026-02-30T00:00:00Z", which is not a time as 2026-01-31T12:00:00Z (RFC 3339)',
      '3:47 the label e holds "MIT OR (", which is not an SPDX license expression as Apache-2.0',
      '3:60 the label f holds "abcdefg", which is not a Git commit of 7 or 40 hexadecimal digits',
      '3:70 the label g holds "me", which is not an e-mail address',
      '3:111 the label org.opencontainers.image.created holds "now", which is not a time as 2026-01-31T12:00:00Z (RFC 3339)',
    ],
  },
  {
    rule: 'label-values',
    text: 'FROM a:1\nLABEL b=https://x.org/ c=1.2.3-rc.1+b d=2026-02-28T00:00:00.5+01:00 e="(MIT OR Apache-2.0) AND GPL-2.0-only WITH Classpath-exception-2.0" f=abcdef0 g=me@x.org\n',
    settings: { labelSchema: { b: 'url', c: 'semver', d: 'rfc3339', e: 'spdx', f: 'hash', g: 'email' } },
    finds: [],
  },
  {
    rule: 'label-keys',
    text: 'FROM a:1\nLABEL com.docker.x=1 a..b=1 -a=1 a-=1 "org.x.y"=1 a/b=1\n',
    finds: [
      '2:7 the label com.docker.x is in a namespace that Docker keeps for itself',
      '2:22 the label a..b has two dots or hyphens together',
      '2:29 the label -a does not begin with a letter',
      '2:34 the label a- does not end with a letter or digit',
      '2:51 the label a/b has characters that are no letters, digits, dots, hyphens or underscores',
    ],
  },
];

describe.each(cases.map((each, i) => [`${each.rule} (${i})`, each] as const))(
  '%s',
  (_, { rule, text, settings, facts, finds }) => {
    it(`finds ${finds.length === 0 ? 'nothing' : finds.length} in ${JSON.stringify(text.slice(0, 60))}`, () => {
      const { findings } = lintDockerfile(parseDockerfile(text), {
        rules: dockerfileRules.filter(({ name }) => name === rule),
        settings: { ...defaultSettings, ...settings },
        ...(facts === undefined ? {} : { facts }),
      });
      expect(findings.map(({ start, message }) => `${start.line}:${start.column} ${message}`)).toEqual(finds);
    });
  },
);

it('every rule has a case here or among the examples of BuildKit', () => {
  const covered = new Set(cases.map(({ rule }) => rule));
  const missing = dockerfileRules.filter(
    ({ name, aliases }) => !covered.has(name) && !aliases.some((alias) => !/^(?:DL|SC)\d/.test(alias)),
  );
  // lint.test.ts has these two.
  expect(missing.map(({ name }) => name)).toEqual(['known-ignores', 'no-inline-ignores']);
});
