import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runsOfStages } from '../../../test/make/dockerfile-runs.ts';
import { findHadolint, hadolintCodes, runHadolint } from '../../../test/make/hadolint.ts';
import { checkShellRuns, shellRules } from './index.ts';
import { snippets } from './snippets.table.ts';

/**
 * What our rules find under hadolint's names is what the real hadolint finds, but for the differences that are listed with
 * their reasons. Of ShellCheck's findings hadolint shows one for each RUN, so that ours may be more there.
 */
const hadolint = await findHadolint();
const real = join(import.meta.dirname, '../../../../shared/data/dockerfiles/real');
const codes = new Set(shellRules.flatMap(({ aliases }) => aliases));

/** `code line` for each finding that has an alias, the line being that of its RUN. */
function ours(source: string): Set<string> {
  const found = new Set<string>();
  for (const { runs, isShipped } of runsOfStages(source))
    for (const { from, rule, aliases = rule.aliases.slice(0, 1) } of checkShellRuns(runs, { isShipped })) {
      const run = runs.findLast(({ span }) => span.from <= from)!;
      for (const alias of aliases) found.add(`${alias} ${source.slice(0, run.span.from).split('\n').length}`);
    }
  return found;
}

describe.skipIf(hadolint === undefined)('beside the real hadolint (skipped where PyPI does not give it)', () => {
  it.skipIf(!existsSync(real))('real Dockerfiles (skipped where ../shared/data is missing)', () => {
    const names = readdirSync(real);
    const all = runHadolint(
      hadolint!,
      names.map((name) => join(real, name)),
    );
    const theirs = new Set(
      all.filter(({ code }) => codes.has(code)).map(({ code, file, line }) => `${code} ${file}:${line}`),
    );
    const mine = names.flatMap((name) =>
      [...ours(readFileSync(join(real, name), 'utf8'))].map((each) => each.replace(' ', ` ${name}:`)),
    );
    const shellChecked = new Set([...theirs].filter((each) => each.startsWith('SC')).map((each) => each.split(' ')[1]));
    const found = [
      ...[...theirs].filter((each) => !mine.includes(each)).map((each) => `hadolint ${each}`),
      ...mine.filter((each) => !theirs.has(each)).map((each) => `ours ${each}`),
    ].filter((each) => !/^ours SC/.test(each) || !shellChecked.has(each.split(' ')[2]));
    expect(theirs.size).toBeGreaterThan(450);
    expect(found.sort()).toEqual(Object.values(inRealFiles).flat().sort());
  });

  it('snippets of every rule', () => {
    const texts = snippets.map((text) =>
      text.startsWith('FROM')
        ? `${text}\n`
        : `FROM debian:12\n${/^(?:RUN|ENV|ARG|SHELL) /.test(text) ? '' : 'RUN '}${text}\n`,
    );
    const theirs = hadolintCodes(hadolint!, texts);
    const found = texts.flatMap((text, index) => {
      const their = theirs[index]!;
      const mine = new Set([...ours(text)].map((each) => each.split(' ')[0]!));
      const isShellChecked = [...their].some((code) => code.startsWith('SC'));
      const missing = [...their]
        .filter((code) => isAsked(code) && !mine.has(code))
        .map((code) => `hadolint ${code}: ${snippets[index]!}`);
      const more = [...mine].filter((code) => !their.has(code) && !(isShellChecked && code.startsWith('SC')));
      return [...missing, ...more.map((code) => `ours ${code}: ${snippets[index]!}`)];
    });
    expect(found.sort()).toEqual(Object.values(inSnippets).flat().sort());
  });
});

/** Rules of hadolint that read the Dockerfile, not the shell text, are others’. */
function isAsked(code: string): boolean {
  return code.startsWith('SC') || codes.has(code);
}

const inRealFiles: Readonly<Record<string, readonly string[]>> = {
  'a file of the project has no version': ['hadolint DL3062 jessfraz__perkeep_Dockerfile:10'],
  '/bin/echo is a program, and takes -e whatever the shell': ['hadolint SC3037 jessfraz__chromium_Dockerfile:26'],
  'apt installs as apt-get does': [
    'ours DL3008 jessfraz__kernel-builder_Dockerfile:4',
    'ours DL3008 jessfraz__wireguard_install_Dockerfile:14',
    'ours DL3008 jessfraz__wireguard_tools_Dockerfile:5',
  ],
};

const mounts = snippets.find((text) => text.includes('--mount=type=tmpfs'))!;

const inSnippets: Readonly<Record<string, readonly string[]>> = {
  'apt and aptitude install as apt-get does, under sudo too': [
    'ours DL3008: apt install foo',
    'ours DL3008: aptitude install foo',
    'ours DL3008: sudo apt-get install foo',
    'ours DL3014: apt install foo',
    'ours DL3014: aptitude install foo',
    'ours DL3014: sudo apt-get install foo',
    'ours DL3015: apt install foo',
    'ours DL3015: aptitude install foo',
    'ours DL3015: sudo apt-get install foo',
  ],
  'other words for the same: npm i, npm add, uv pip, yum groupinstall, --uid=…, yarn alone, ONBUILD': [
    'ours DL3003: FROM a:1\nONBUILD RUN cd /x && apt-get install y',
    'ours DL3013: uv pip install foo',
    'ours DL3016: npm add foo',
    'ours DL3016: npm i foo',
    'ours DL3033: yum groupinstall -y foo && yum clean all',
    'ours DL3033: yum localinstall -y foo && yum clean all',
    'ours DL3040: dnf update -y foo',
    'ours DL3046: useradd --uid=123456 x',
    'ours DL3060: yarn',
  ],
  'what moves is no version: latest, a branch; a requirements file does not pin what stands beside it': [
    'ours DL3013: pip install --no-cache-dir foo bar==1 -r x',
    'ours DL3016: npm install foo@latest',
    'ours DL3062: go get -u x.com/a@main',
  ],
  'hadolint has these rules in its list, and no longer asks them': [
    'ours DL3005: apt-get -y dist-upgrade',
    'ours DL3017: apk --no-cache upgrade',
    'ours DL3017: apk -U upgrade',
    'ours DL3017: apk upgrade',
    'ours DL3031: yum update -y',
    'ours DL3031: yum upgrade -y',
    'ours DL3039: dnf upgrade -y',
    'ours DL3039: dnf upgrade-minimal -y',
  ],
  'a file, an address, or a package of the standard library has no version to write': [
    'hadolint DL3028: gem install foo.gem',
    'hadolint DL3033: yum install -y foo.rpm && yum clean all',
    'hadolint DL3033: yum install -y http://x/foo.rpm && yum clean all',
    'hadolint DL3062: go install a/b',
    'hadolint DL3062: go run main.go',
  ],
  'it is done, in other words': [
    'hadolint DL3015: apt-get install -y -o APT::Install-Recommends=0 foo=1',
    'hadolint DL3019: apk add foo=1 && rm -rf /var/cache/apk/*',
    'hadolint DL4006: set -eo pipefail; a | b',
    'hadolint DL4006: set -o pipefail && a | b',
  ],
  'a mount on a folder above, or on where the cache really is, keeps it out of the layer': [
    `hadolint DL3040: ${mounts}`,
    `hadolint DL3042: ${mounts}`,
    `hadolint DL3060: ${mounts}`,
  ],
  'nothing is downloaded, or from a list of addresses that is not to be seen': [
    'hadolint DL3047: wget --version',
    'hadolint DL3047: wget -i x',
  ],
  'the value of ENV has a blank; hadolint takes every one for 1': [
    'ours SC2086: FROM debian:12\nENV V="a b"\nRUN echo $V',
  ],
  'texts that are given to a shell are read as well': [
    "ours SC2086: bash -c 'echo $X'",
    "ours SC2086: find . -exec sh -c 'echo $1' {} \\;",
    "ours SC2086: sh -c 'echo $X'",
  ],
  'codes of ShellCheck that no real Dockerfile here has, and that we do not cover': [
    'hadolint SC2003: expr 1 + 1',
    'hadolint SC2019: tr a-z A-Z',
    'hadolint SC2034: let x=1',
    'hadolint SC2078: [ a -a b ]',
    'hadolint SC2091: $(a | b)',
    'hadolint SC2140: echo "a"b"c"',
    'hadolint SC2154: a=b c=$a d',
    'hadolint SC2181: a; if [ $? = 0 ]; then b; fi',
    'hadolint SC2181: if [ $? -eq 0 ]; then a; fi',
    'hadolint SC2242: exit 300',
    'hadolint SC2318: export FOO=bar BAZ=$FOO',
  ],
};
