import { describe, expect, it } from 'vitest';
import {
  applyEdits,
  defaultSettings,
  lintDockerfile,
  type LintFacts,
  type LintSettings,
  parseDockerfile,
} from './index.ts';

interface Asked {
  readonly settings?: Partial<LintSettings>;
  readonly facts?: LintFacts;
  readonly only?: readonly string[];
}

/** Findings of some rules as `line:column severity rule: message`. */
function found(text: string, { settings, facts, only }: Asked = {}): string[] {
  const { findings } = lintDockerfile(parseDockerfile(text), {
    settings: { ...defaultSettings, ...settings },
    ...(facts === undefined ? {} : { facts }),
  });
  return findings
    .filter(({ rule }) => only === undefined || only.includes(rule))
    .map(({ start, severity, rule, message }) => `${start.line}:${start.column} ${severity} ${rule}: ${message}`);
}

const only = ['tagged-base', 'exec-form', 'no-maintainer'];
const text = 'FROM debian\nMAINTAINER me\nCMD a\n';
const all = [
  '1:6 warning tagged-base: debian has no tag, so it is whatever was pushed last',
  '2:1 error no-maintainer: MAINTAINER is deprecated',
  '3:5 warning exec-form: CMD is in shell form: the program runs below a shell that passes no signals on',
];

describe('findings', () => {
  it('stand in the order of the text', () => {
    expect(found(text, { only })).toEqual(all);
  });

  it("are left out by settings, by our name, hadolint's or BuildKit's, in any case", () => {
    for (const name of ['exec-form', 'DL3025', 'JSONArgsRecommended', 'dl3025'])
      expect(found(text, { only, settings: { ignored: [name] } })).toEqual(all.slice(0, 2));
  });

  it('have the severity that settings give their rule or alias', () => {
    expect(found(text, { only: ['exec-form'], settings: { severities: { DL3025: 'error' } } })[0]).toContain(
      '3:5 error',
    );
    expect(found(text, { only: ['exec-form'], settings: { severities: { 'exec-form': 'style' } } })[0]).toContain(
      '3:5 style',
    );
  });

  it('of rules that are off by default come only where these are asked for', () => {
    const commented = '# hadolint ignore=DL3006\nFROM debian\n';
    expect(found(commented, { only: ['no-inline-ignores'] })).toEqual([]);
    for (const settings of [{ enabled: ['DL1001'] }, { enabled: ['all'] }, { severities: { DL1001: 'info' as const } }])
      expect(found(commented, { only: ['no-inline-ignores'], settings })).toEqual([
        '1:1 info no-inline-ignores: this comment ignores a rule',
      ]);
    expect(
      found('# check=experimental=InvalidDefinitionDescription\n# other\nARG A\nFROM a:1', {
        only: ['description-comments'],
      }),
    ).toEqual(['2:1 style description-comments: the comment does not begin with A, which it would describe']);
  });
});

describe('comments leave out', () => {
  const ignored = (comment: string): string[] => found(`FROM debian\n${comment}\nMAINTAINER me\nCMD a\n`, { only });

  it('what the next instruction gives, in the words of hadolint, BuildKit and ours', () => {
    const without = [
      all[0],
      '4:5 warning exec-form: CMD is in shell form: the program runs below a shell that passes no signals on',
    ];
    for (const comment of [
      '# hadolint ignore=DL4000',
      '#hadolint   ignore = DL3025 , DL4000 # old file',
      '# check=skip=MaintainerDeprecated',
      '# plimsoll ignore=no-maintainer the tool of 2014 reads it',
      '# plimsoll ignore=DL4000',
    ])
      expect(ignored(comment)).toEqual(without);
    expect(ignored('# hadolint ignore=DL3006')).toHaveLength(3);
    expect(ignored('# plimsoll ignored=no-maintainer')).toHaveLength(3);
  });

  it('what all of the file gives', () => {
    expect(found(`# hadolint global ignore=DL3006,DL4000\n${text}`, { only })).toHaveLength(1);
    expect(found(`${text}# plimsoll global ignore=tagged-base,exec-form,no-maintainer\n`, { only })).toEqual([]);
    expect(found(`# check=skip=JSONArgsRecommended,MaintainerDeprecated\n${text}`, { only })).toHaveLength(1);
    expect(found(`# check=skip=all\n${text}`, { only })).toEqual([]);
  });

  it('nothing where settings say so', () => {
    expect(found(`# check=skip=all\n${text}`, { only, settings: { inlineIgnores: false } })).toHaveLength(3);
    expect(found(`# hadolint ignore=DL3006\n${text}`, { only, settings: { inlineIgnores: false } })).toHaveLength(3);
  });

  it('with what and why they did kept', () => {
    const { ignored: left } = lintDockerfile(
      parseDockerfile('# plimsoll ignore=tagged-base pinned by the mirror\nFROM debian\n'),
    );
    expect(left.map(({ rule, ignoredBy }) => [rule, ignoredBy])).toEqual([
      ['tagged-base', '# plimsoll in line 1: pinned by the mirror'],
    ]);
  });

  it('no rule that does not exist', () => {
    expect(found('# plimsoll ignore=taged-base,DL9999\nFROM debian\n', { only: ['known-ignores'] })).toEqual([
      '1:1 warning known-ignores: there is no rule taged-base',
    ]);
  });

  it("can make BuildKit's checks errors", () => {
    expect(found(`# check=error=true\n${text}`, { only }).map((line) => line.split(' ')[1])).toEqual([
      'warning',
      'error',
      'error',
    ]);
  });
});

describe('a mend', () => {
  /** The text after every safe mend of a rule, or every mend. */
  const mended = (before: string, rule: string, kind: 'safe' | 'any' = 'safe'): string => {
    const { findings } = lintDockerfile(parseDockerfile(before), { facts });
    const edits = findings.flatMap(({ fix, rule: of }) =>
      of === rule && fix !== undefined && (kind === 'any' || fix.isSafe) ? fix.edits : [],
    );
    return applyEdits(before, edits);
  };
  const digest = `sha256:${'b'.repeat(64)}`;
  const facts: LintFacts = {
    base: (reference) =>
      reference.startsWith('debian') ? { name: 'debian', state: 'endorsed', newestDigest: digest } : undefined,
  };

  it.each([
    ['from-as-case', 'FROM a:1 as b\n', 'FROM a:1 AS b\n'],
    ['stage-name-case', 'FROM a:1 AS Bc\n', 'FROM a:1 AS bc\n'],
    ['instruction-case', 'FROM a:1\nrun x\nUSER 1\n', 'FROM a:1\nRUN x\nUSER 1\n'],
    ['no-empty-continuation', 'FROM a:1\nRUN x \\\n\n  y\n', 'FROM a:1\nRUN x \\\n  y\n'],
    [
      'key-value-format',
      'FROM a:1\nENV A b c\nENV D e\nENV F "g h"\n',
      'FROM a:1\nENV A="b c"\nENV D=e\nENV F="g h"\n',
    ],
    ['key-value-format', "FROM a:1\nENV A b 'c' \\d\n", "FROM a:1\nENV A b 'c' \\d\n"],
    ['one-of-each', 'FROM a:1\nCMD ["x"]\n# why\nCMD ["y"]\n', 'FROM a:1\n# why\nCMD ["y"]\n'],
    ['redundant-platform', 'FROM --platform=$TARGETPLATFORM a:1\n', 'FROM a:1\n'],
    ['expose-format', 'FROM a:1\nEXPOSE 127.0.0.1:80:8080/tcp\n', 'FROM a:1\nEXPOSE 8080/tcp\n'],
    ['expose-protocol-case', 'FROM a:1\nEXPOSE 80/TCP\n', 'FROM a:1\nEXPOSE 80/tcp\n'],
    ['copy-destination-slash', 'FROM a:1\nCOPY a b /c\n', 'FROM a:1\nCOPY a b /c/\n'],
    [
      'copy-from-stage',
      'FROM a:1 AS b\nFROM c:1\nCOPY --from=0 /x /x\n',
      'FROM a:1 AS b\nFROM c:1\nCOPY --from=b /x /x\n',
    ],
    ['absolute-workdir', 'FROM a:1\nWORKDIR /a\nWORKDIR b/../c\n', 'FROM a:1\nWORKDIR /a\nWORKDIR /a/c\n'],
    ['absolute-workdir', 'FROM a:1\nWORKDIR $X\nWORKDIR b\n', 'FROM a:1\nWORKDIR $X\nWORKDIR b\n'],
    ['unattended-install', 'FROM a:1\nRUN a && apt-get install b\n', 'FROM a:1\nRUN a && apt-get install -y b\n'],
    ['unattended-install', 'FROM a:1\nRUN apt-get install b || a\n', 'FROM a:1\nRUN apt-get install b || a\n'],
    [
      'unattended-install',
      'FROM a:1\nRUN ["apt-get", "install", "b"]\n',
      'FROM a:1\nRUN ["apt-get", "install", "b"]\n',
    ],
    ['quiet-wget', 'FROM a:1\nRUN wget https://b\n', 'FROM a:1\nRUN wget -q https://b\n'],
    ['quiet-wget', 'FROM a:1\nRUN wget https://b 2> log\n', 'FROM a:1\nRUN wget https://b 2> log\n'],
    ['plain-substitutions', 'FROM a:1\nRUN a `b $c`\n', 'FROM a:1\nRUN a $(b $c)\n'],
    ['plain-substitutions', 'FROM a:1\nRUN a `b \\$c`\n', 'FROM a:1\nRUN a `b \\$c`\n'],
    [
      'copy-from-stage',
      `FROM a:1 AS b\nFROM c:1 AS b\nFROM d:1\nCOPY --from=0 /x /x\n`,
      `FROM a:1 AS b\nFROM c:1 AS b\nFROM d:1\nCOPY --from=0 /x /x\n`,
    ],
    ['one-of-each', 'FROM a:1\n# hadolint ignore=DL3025\nCMD x\nCMD ["y"]\n', 'FROM a:1\nCMD ["y"]\n'],
    ['key-value-format', 'FROM a:1\nENV A b \\\n# c\nd\n', 'FROM a:1\nENV A b \\\n# c\nd\n'],
    ['exec-form', 'FROM a:1\nCMD nginx -g daemon\n', 'FROM a:1\nCMD nginx -g daemon\n'],
  ])('of %s is safe and exact: %j', (rule, before, after) => {
    expect(mended(before, rule)).toBe(after);
  });

  it.each([
    ['exec-form', 'FROM a:1\nCMD exec nginx -p 80\n', 'FROM a:1\nCMD ["nginx", "-p", "80"]\n'],
    ['exec-form', 'FROM a:1\nCMD nginx && x\nENTRYPOINT $X\n', 'FROM a:1\nCMD nginx && x\nENTRYPOINT $X\n'],
    [
      'no-maintainer',
      'FROM a:1\nMAINTAINER A "B" <c@$d>\n',
      'FROM a:1\nLABEL org.opencontainers.image.authors="A \\"B\\" <c@\\$d>"\n',
    ],
    ['copy-instead-of-add', 'FROM a:1\nADD x /y\nADD x.tgz /y\n', 'FROM a:1\nCOPY x /y\nADD x.tgz /y\n'],
    ['pinned-base', 'FROM debian:12 AS x\n', `FROM debian:12@${digest} AS x\n`],
    ['user-declared', 'FROM a:1\nRUN x\n\n# go\nCMD ["y"]', 'FROM a:1\nRUN x\nUSER 65532:65532\n\n# go\nCMD ["y"]'],
    ['user-declared', 'FROM a:1\r\nRUN x', 'FROM a:1\r\nRUN x\r\nUSER 65532:65532'],
    ['last-user-not-root', 'FROM a:1\nUSER root\nRUN x\n', 'FROM a:1\nUSER root\nRUN x\nUSER 65532:65532\n'],
    ['last-user-not-root', 'FROM a:1\nRUN x\nUSER 0\n', 'FROM a:1\nRUN x\nUSER 65532:65532\n'],
    ['numeric-user', 'FROM node:24\nUSER node\n', 'FROM node:24\nUSER 1000:1000\n'],
    ['env-self-reference', 'FROM a:1\nENV B=1 C=$B D=2\n', 'FROM a:1\nENV B=1\nENV C=$B D=2\n'],
    ['no-ssh-port', 'FROM a:1\nEXPOSE 80 22 443\nEXPOSE 22\n', 'FROM a:1\nEXPOSE 80 443\n'],
    ['no-host-volumes', 'FROM a:1\nVOLUME /data /etc\nVOLUME ["/proc"]\n', 'FROM a:1\nVOLUME /data\n'],
    ['no-constant-platform', 'FROM --platform=linux/amd64 a:1\n', 'FROM a:1\n'],
    ['no-insecure-run', 'FROM a:1\nRUN --network=host x\n', 'FROM a:1\nRUN x\n'],
    ['label-keys', 'FROM a:1\nLABEL Org.Shop=1 A_=2\n', 'FROM a:1\nLABEL org.shop=1 A_=2\n'],
    ['key-value-format', 'FROM a:1\nARG a 1.2\n', 'FROM a:1\nARG a=1.2\n'],
    [
      'known-ignores',
      'FROM a:1\n# plimsoll ignore=exec-from\nCMD x\n',
      'FROM a:1\n# plimsoll ignore=exec-form\nCMD x\n',
    ],
    ['absolute-workdir', 'FROM a:1\nWORKDIR b\n', 'FROM a:1\nWORKDIR /b\n'],
    [
      'workdir-instead-of-cd',
      'FROM a:1\n# hadolint ignore=DL3042\nRUN cd /b && c; d\n# e\nRUN cd /b && c\n',
      'FROM a:1\n# hadolint ignore=DL3042\nRUN cd /b && c; d\nWORKDIR /b\n# e\nRUN c\n',
    ],
    [
      'no-package-caches',
      'FROM a:1\r\nRUN apt-get update \\\r\n  && b\r\n',
      'FROM a:1\r\nRUN apt-get update \\\r\n  && b \\\r\n  && rm -rf /var/lib/apt/lists/*\r\n',
    ],
    ['checked-certificates', 'FROM a:1\nRUN curl -fk -o b https://c\n', 'FROM a:1\nRUN curl -f -o b https://c\n'],
    ['checked-certificates', 'FROM a:1\nRUN wget https://c --no-check-certificate\n', 'FROM a:1\nRUN wget https://c\n'],
    ['shell-has-it', 'FROM a:1\nRUN source /b && [ $c == d ]\n', 'FROM a:1\nRUN . /b && [ $c = d ]\n'],
    ['guarded-rm', 'FROM a:1\nRUN rm -rf "$B/"*\n', 'FROM a:1\nRUN rm -rf "${B:?}/"*\n'],
    ['no-open-modes', 'FROM a:1\nRUN chmod -R 0777 /b\n', 'FROM a:1\nRUN chmod -R 0775 /b\n'],
    ['look-alike-packages', 'FROM a:1\nRUN pip install reqeusts\n', 'FROM a:1\nRUN pip install requests\n'],
    [
      'pipefail',
      'FROM a:1\nSHELL ["/bin/bash", "-c"]\nRUN b | c\n',
      'FROM a:1\nSHELL ["/bin/bash", "-c"]\nRUN set -o pipefail && b | c\n',
    ],
    ['fresh-base', `FROM debian:12@sha256:${'a'.repeat(64)}\n`, `FROM debian:12@${digest}\n`],
  ])('of %s says that it changes what is built: %j', (rule, before, after) => {
    expect(mended(before, rule)).toBe(before);
    expect(mended(before, rule, 'any')).toBe(after);
  });

  it('of two that overlap, the first is made', () => {
    expect(
      applyEdits('abcdef', [
        { span: { start: 3, end: 5 }, text: 'X' },
        { span: { start: 1, end: 4 }, text: '-' },
        { span: { start: 6, end: 6 }, text: '!' },
      ]),
    ).toBe('a-ef!');
  });
});

describe('a secret', () => {
  it('is told, and stands in no message of any rule', () => {
    const result = lintDockerfile(
      parseDockerfile('FROM a:1\nENV DB_PASSWORD hunter2-hunter2\nARG K=AKIAABCDEFGHIJKLMNOP\n'),
    );
    const secrets = result.findings.filter(({ rule }) => rule === 'no-secrets-in-variables');
    expect(secrets.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', 'ENV DB_PASSWORD looks like a secret, and its value stands in the file'],
      ['error', 'ARG K holds a secret: AWS access key id AKIA…'],
    ]);
    const said = JSON.stringify(result.findings.map(({ message, advice }) => [message, advice]));
    expect(said).not.toMatch(/hunter2|AKIAABC/);
    expect(result.concealed.length).toBe(2);
  });
});
