import { describe, expect, it } from 'vitest';
import { parseShell, type ShellDialect } from '../../formats/shell/index.ts';
import { commandsOf, isMounted, readOptions, shellRun, variablesOf } from './index.ts';
import { packageManagers } from './package-managers/list.ts';

function run(text: string, dialect: ShellDialect = 'sh') {
  return shellRun({ text, span: { from: 0, to: text.length }, dialect });
}

/** The programs that a text runs, each with its arguments. */
function programs(text: string): string[] {
  return commandsOf(parseShell(text, { dialect: 'bash' })).map(({ name, args }) =>
    [name, ...args.map((argument) => argument.text)].join(' '),
  );
}

describe('the programs that a text runs', () => {
  it.each([
    ['sudo -u me -E apt-get -y install a', 'sudo -u me -E apt-get -y install a', 'apt-get -y install a'],
    ['env -i A=b C=d make', 'env -i A=b C=d make', 'make'],
    [
      'exec nice -n 5 timeout -k 1 10 a b',
      'exec nice -n 5 timeout -k 1 10 a b',
      'nice -n 5 timeout -k 1 10 a b',
      'timeout -k 1 10 a b',
      'a b',
    ],
    ['command -v a', 'command -v a'],
    ['command a', 'command a', 'a'],
    ['time -p a', 'a'],
    ['find . -exec chmod 1 {} + -exec b \\;', 'find . -exec chmod 1 {} + -exec b ;', 'chmod 1 {}', 'b'],
    ['a | xargs -n 1 rm -f', 'a ', 'xargs -n 1 rm -f', 'rm -f'].map((text) => text.trim()),
    ["sh -ec 'a && b'", 'sh -ec a && b', 'a', 'b'],
    ['bash -o pipefail -c "a | b" x', 'bash -o pipefail -c a | b x', 'a', 'b'],
    ['bash -c "a $b"', 'bash -c a $b'],
    ["su - me -c 'a b'", 'su - me -c a b', 'a b'],
    ["eval 'a b'", 'eval a b', 'a b'],
    ['gosu me /usr/bin/a', 'gosu me /usr/bin/a', 'a'],
    ['$a b', ' b'],
    ['x=$(a) b', 'b', 'a'],
    ['sh x.sh', 'sh x.sh'],
  ])('of %j', (text, ...expected) => {
    expect(programs(text)).toEqual(expected);
  });

  it('stand where they stand, in quoted texts too', () => {
    const text = `sudo sh -c 'cd /a && "b c"' && sh -c "d \\"e\\""`;
    const found = commandsOf(parseShell(text)).map(({ from, to }) => text.slice(from, to));
    expect(found).toEqual([
      `sudo sh -c 'cd /a && "b c"'`,
      `sh -c 'cd /a && "b c"'`,
      'cd /a',
      '"b c"',
      `sh -c "d \\"e\\""`,
      'd \\"e\\"',
    ]);
  });

  it('know their variables and what runs them', () => {
    const [, inner] = commandsOf(parseShell('A=1 env B=2 c'));
    expect([...inner!.environment]).toEqual([
      ['A', '1'],
      ['B', '2'],
    ]);
    expect(inner!.wrappers.map(({ name }) => name)).toEqual(['env']);
  });

  it('are not followed into texts in texts without end', () => {
    let text = 'a';
    for (let level = 0; level < 12; level++) text = `sh -c '${text.replaceAll("'", `'\\''`)}'`;
    expect(programs(text).length).toBeLessThan(8);
  });
});

describe('options', () => {
  it.each([
    [
      '-qqy --no-x install -o A=b --target-release=s a -- -b',
      '-q -q -y --no-x -o=A=b --target-release=s',
      'install a -b',
    ],
    ['-oA=b --target-release s a', '-o=A=b --target-release=s', 'a'],
    ['- -', '', '- -'],
    ['-o', '-o', ''],
  ])('of %j', (text, options, operands) => {
    const [{ args } = { args: [] }] = commandsOf(parseShell(`a ${text}`));
    const read = readOptions(args, { short: 'o', long: ['target-release'] });
    expect(read.given.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`)).join(' ')).toBe(
      options,
    );
    expect(read.operands.map((operand) => operand.text).join(' ')).toBe(operands);
  });
});

describe('calls of package managers', () => {
  const calls: readonly (readonly [text: string, call: string])[] = [
    [
      'apt-get -qq -t sid install -y a=1 b:arm64 c/sid ./d.deb $E',
      'apt deb install: a@=1 b:arm64 c@/sid ./d.deb(file) $E(unknown)',
    ],
    ['apt update', 'apt deb refresh:'],
    ['aptitude -y safe-upgrade', 'apt deb upgrade:'],
    ['apt-get purge -y a', 'apt deb remove: a'],
    ['apt-get clean', 'apt deb clean-cache:'],
    ['apk --no-cache add -X http://r -t .d a=1 b~2 c@edge .d', 'apk apk install: a@=1 b@~2 c@@edge .d'],
    ['apk del .d', 'apk apk remove: .d'],
    [
      'yum install -y a-1.2-3.el8 b-devel c.rpm https://d/e.rpm python3-3.9',
      'yum rpm install: a@1.2-3.el8 b-devel c.rpm(file) https://d/e.rpm(url) python3@3.9',
    ],
    ['dnf module install -y a:1', 'dnf rpm install: a@1'],
    ['microdnf update', 'microdnf rpm upgrade:'],
    ['zypper --non-interactive in a=1', 'zypper rpm install: a@=1'],
    [
      "pip3 install -i https://x a==1 'b[c]>=2' d ./e f.whl git+https://g 'h @ https://i'",
      'pip pypi install: a@==1 b@>=2 d ./e(file) f.whl(file) git+https://g(version-control) h @ https://i(url)',
    ],
    ['pip install -r a.txt', 'pip pypi install-project:'],
    ['python3.11 -m pip install a', 'pip pypi install: a'],
    ['uv pip install a', 'pip pypi install: a'],
    ['npm i -g a@1 @b/c @b/d@^2 e/f g@npm:h@3', 'npm npm install: a@1 @b/c @b/d@^2 e/f(version-control) h@3'],
    ['npm ci', 'npm npm install-project:'],
    ['npm install', 'npm npm install-project:'],
    ['yarn', 'yarn npm install-project:'],
    ['yarn global add a@1', 'yarn npm install: a@1'],
    ['yarn run x', 'yarn npm other:'],
    ['pnpm add a', 'pnpm npm install: a'],
    ['gem install a:1 b -v 2', 'gem gem install: a@1 b@2'],
    ['gem install a -- --with-b', 'gem gem install: a'],
    ['go install -ldflags "-s -w" a.io/b@v1 ./c fmt', 'go golang install: a.io/b@v1 ./c(file)'],
    ['cargo install --locked a@1 b', 'cargo cargo install: a@1 b'],
    ['cargo install --git https://a b', 'cargo cargo install: b(version-control)'],
    ['L="a b=1"; apt-get install $L', 'apt deb install: a b@=1'],
  ];
  it.each(calls)('in %j', (text, expected) => {
    const shown = run(text).packages.map(({ manager, ecosystem, action, packages }) => {
      const names = packages.map(
        ({ name, version, source }) =>
          ` ${name}${version === undefined ? '' : `@${version}`}${source === 'registry' ? '' : `(${source})`}`,
      );
      return `${manager} ${ecosystem} ${action}:${names.join('')}`;
    });
    expect(shown).toEqual([expected]);
  });

  it('are read by one manager for each program, all with a test', () => {
    const programsOfAll = packageManagers.flatMap((manager) => manager.programs);
    expect(new Set(programsOfAll).size).toBe(programsOfAll.length);
    for (const { name } of packageManagers) expect(calls.some(([, call]) => call.startsWith(`${name} `))).toBe(true);
  });
});

describe('downloads', () => {
  it.each([
    ['curl -fsSLo a https://b', 'curl https://b to a, fails, checked'],
    ['curl -kO https://b/c', 'curl https://b/c to its name, keeps errors, unchecked'],
    ['curl https://b > c', 'curl https://b to c, keeps errors, checked'],
    ['curl -H "X: y" --retry 3 https://b', 'curl https://b to -, keeps errors, checked'],
    ['wget -qO- https://b', 'wget https://b to -, fails, checked'],
    ['wget --no-check-certificate https://b https://c', 'wget https://b https://c to its name, fails, unchecked'],
    ['wget -P /tmp -O a https://b', 'wget https://b to a, fails, checked'],
  ])('of %j', (text, expected) => {
    const shown = run(text).downloads.map(
      ({ program, urls, output = 'its name', failsOnError, checksCertificates }) => {
        const fails = failsOnError ? 'fails' : 'keeps errors';
        return `${program} ${urls.map((url) => url.text).join(' ')} to ${output}, ${fails}, ${checksCertificates ? 'checked' : 'unchecked'}`;
      },
    );
    expect(shown).toEqual([expected]);
  });
});

describe('variables', () => {
  it('are found where they are set and read', () => {
    const text = 'a=1; b=2 c; export d=$e; for f in g h; do read i; done; : ${j:=k} $((l += m)); printf -v n o; eval p';
    const { settings, reads, exported, isOpen } = variablesOf(parseShell(text, { dialect: 'bash' }));
    expect(
      settings.map(({ name, kind, isForCommand }) => `${name} ${kind}${isForCommand ? ' for a command' : ''}`),
    ).toEqual([
      'a assignment',
      'b assignment for a command',
      'd declaration',
      'f loop',
      'f loop',
      'i read',
      'j read',
      'l number',
      'n read',
    ]);
    expect(reads.map(({ name }) => name)).toEqual(['e', 'j', 'l', 'm']);
    expect([[...exported], isOpen]).toEqual([['d'], true]);
  });
});

it('a cache or temporary mount covers what is below it', () => {
  const mounts = [
    { type: 'cache', target: '/var/cache/' },
    { type: 'bind', target: '/src' },
    { type: 'cache', target: undefined },
  ];
  const mounted = shellRun({ text: '', span: { from: 0, to: 0 }, mounts });
  expect(['/var/cache/apk', '/var/cache', '/var/cached', '/src'].map((path) => isMounted(mounted, path))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
