import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFile } from '../../../../test/make/catalog-file.ts';
import { npm } from './index.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

const fixtures = new URL('fixtures/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.fixture`, fixtures));

/** What is found in a file: `name@version`, with `dev` behind where it is; problems as their code and what they hide. */
function found(path: string, content: Uint8Array | string) {
  const { items, problems } = npm.catalog(catalogFile(path, content));
  return {
    packages: items
      .map((item) => (item.kind === 'package' ? `${item.name}@${item.version}${item.dev ? ' dev' : ''}` : ''))
      .sort(),
    problems: problems.map(({ code, hides }) => `${code} hides ${hides}`),
  };
}

const none = { packages: [], problems: [] };

describe('a package.json', () => {
  const lodash = JSON.stringify({ name: 'lodash', version: '4.17.20', license: 'MIT' });
  const installed = { packages: ['lodash@4.17.20'], problems: [] };

  it('is an installed package where npm or pnpm puts one, also nested, scoped, aliased and linked into a store', () => {
    for (const place of [
      '/app/node_modules/lodash/package.json',
      '/usr/local/lib/node_modules/npm/node_modules/lodash/package.json',
      '/app/node_modules/@scope/lodash/package.json',
      '/app/node_modules/.pnpm/lodash@4.17.20/node_modules/lodash/package.json',
      '/app/node_modules/alias/package.json',
      '/app/package.json',
      '/usr/share/nodejs/lodash/package.json',
      '/package.json',
    ]) {
      expect([place, found(place, lodash)]).toEqual([place, installed]);
    }
  });

  it('inside a package is none of our business, whatever it holds', () => {
    for (const place of [
      '/app/node_modules/resolve/test/resolver/malformed_package_json/package.json',
      '/app/node_modules/foo/dist/esm/package.json',
      '/app/node_modules/@scope/package.json',
      '/app/node_modules/@scope/name/lib/package.json',
      '/app/node_modules/.cache/package.json',
      '/app/node_modules/package.json',
    ]) {
      expect([place, found(place, lodash)]).toEqual([place, none]);
      expect([place, found(place, '{')]).toEqual([place, none]);
    }
  });

  it('that is broken is a problem where a package stands, and nothing elsewhere', () => {
    const problem = { packages: [], problems: ['unreadable-package-manifest hides packages'] };
    for (const broken of ['', '{', '[]', 'null', '\0', '"text"', '['.repeat(100_000)]) {
      expect(found('/app/node_modules/lodash/package.json', broken)).toEqual(problem);
      expect(found('/app/fixtures/package.json', broken)).toEqual(none);
    }
    expect(found('/app/node_modules/big/package.json', Buffer.alloc(1024 * 1024 + 1, ' '))).toEqual(problem);
  });

  it('without a name or a version that is one names no package', () => {
    for (const manifest of [
      { name: 'app' },
      { version: '1.0.0' },
      { name: 'app', version: '*' },
      { name: 'app', version: 'https://example.com/app.tgz' },
      { name: 'a\u001b[31m', version: '1.0.0' },
      { name: ['a'], version: { major: 1 } },
    ]) {
      expect(found('/app/node_modules/app/package.json', JSON.stringify(manifest))).toEqual(none);
    }
  });

  it('may begin with a byte order mark and try to reach prototypes', () => {
    expect(found('/app/node_modules/lodash/package.json', `\ufeff${lodash}`)).toEqual(installed);
    const hostile = '{"__proto__":{"name":"evil","version":"1.0.0"},"constructor":1}';
    expect(found('/app/node_modules/x/package.json', hostile)).toEqual(none);
  });

  it('gives the licences of every form npm ever had', () => {
    const licensesOf = (fields: object) =>
      npm.catalog(catalogFile('/app/package.json', JSON.stringify({ name: 'a', version: '1.0.0', ...fields }))).items;
    const item = { kind: 'package', name: 'a', version: '1.0.0', path: '/app/package.json', evidence: 'installed' };
    expect([
      licensesOf({ license: '(MIT OR Apache-2.0)' }),
      licensesOf({ license: { type: 'MIT', url: 'https://example.com' } }),
      licensesOf({ licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] }),
      licensesOf({ license: ['MIT', 'BSD'] }),
      licensesOf({ license: 7 }),
    ]).toEqual([
      [{ ...item, licenses: ['(MIT OR Apache-2.0)'] }],
      [{ ...item, licenses: ['MIT'] }],
      [{ ...item, licenses: ['MIT', 'GPL-2.0'] }],
      [{ ...item, licenses: ['MIT', 'BSD'] }],
      [item],
    ]);
  });
});

/** What `npm ls --all` says of the application that all lock files were made of. */
const production = [
  '@babel/code-frame@7.12.13',
  '@babel/helper-validator-identifier@7.29.7',
  '@babel/highlight@7.25.9',
  'ansi-styles@3.2.1',
  'chalk@2.4.2',
  'color-convert@1.9.3',
  'color-name@1.1.3',
  'escape-string-regexp@1.0.5',
  'fsevents@2.3.2',
  'has-flag@3.0.0',
  'js-tokens@4.0.0',
  'lodash@4.17.19',
  'lodash@4.17.20',
  'minimist@1.2.5',
  'picocolors@1.1.1',
  'supports-color@5.5.0',
];
const withDev = { packages: [...production, 'ms@2.0.0 dev'].sort(), problems: [] };
const withoutDev = { packages: [...production, 'ms@2.0.0'].sort(), problems: [] };

describe('a lock file', () => {
  it.each(['package-lock-1.json', 'package-lock-2.json', 'package-lock-3.json'])(
    '%s of npm gives every package once',
    (name) => {
      expect(found('/app/package-lock.json', fixture(name))).toEqual(withDev);
      expect(found('/app/npm-shrinkwrap.json', fixture(name))).toEqual(withDev);
    },
  );

  it.each(['pnpm-5.2.yaml', 'pnpm-5.4.yaml', 'pnpm-6.0.yaml', 'pnpm-9.0.yaml'])('%s of pnpm gives the same', (name) => {
    expect(found('/app/pnpm-lock.yaml', fixture(name))).toEqual(withDev);
  });

  it('of yarn 1 gives the same, without knowing what is for development', () => {
    expect(found('/app/yarn.lock', fixture('yarn-1.lock'))).toEqual(withoutDev);
  });

  it.each(['yarn-3.lock', 'yarn-4.lock'])('%s of yarn berry gives the same and what yarn adds for fsevents', (name) => {
    const { packages, problems } = found('/app/yarn.lock', fixture(name));
    expect([withoutDev.packages.filter((one) => !packages.includes(one)), packages.length, problems]).toEqual([
      [],
      37,
      [],
    ]);
  });

  it('of a real project with workspaces, resolutions, patches, portals and links is whole', () => {
    const names = [
      'yarn-1-workspace.lock',
      'yarn-4-workspace.lock',
      'pnpm-9.0-patched.yaml',
      'pnpm-9.0-addresses.yaml',
    ];
    const [yarn1, yarn4, patched, addresses] = names.map((name) =>
      found(name.startsWith('yarn') ? '/app/yarn.lock' : '/app/pnpm-lock.yaml', fixture(name)),
    );
    expect([yarn1, yarn4, patched, addresses].map((each) => [each!.packages.length, each!.problems])).toEqual([
      [30, []],
      [53, []],
      [29, []],
      [11, []],
    ]);
    // A resolution put is-odd in the place of wrap-ansi, and left-pad in that of ms.
    expect(yarn1!.packages.filter((one) => /^(?:is-odd|wrap-ansi|ms)@/.test(one))).toEqual([
      'is-odd@3.0.1',
      'ms@2.1.3',
    ]);
    expect(yarn4!.packages.filter((one) => /^(?:left-pad|ms|yargs-parser|is-number)@/.test(one))).toEqual([
      'is-number@6.0.0',
      'is-number@7.0.0',
      'left-pad@1.3.0',
    ]);
    expect(addresses!.packages).toEqual([
      'bufferutil@4.0.1',
      'is-number@7.0.0',
      'js-tokens@4.0.0',
      'left-pad@1.3.0',
      'localdir@',
      'lodash@4.17.20',
      'loose-envify@1.4.0',
      'node-gyp-build@3.7.0',
      'object-assign@4.1.1',
      'react@17.0.2',
      'use-sync-external-store@1.2.0',
    ]);
  });

  it('that a package carries, or npm hides in node_modules, is left alone', () => {
    for (const path of ['/app/node_modules/foo/package-lock.json', '/app/node_modules/foo/yarn.lock']) {
      expect(found(path, fixture('package-lock-3.json'))).toEqual(none);
    }
    expect(npm.claims).not.toContainEqual({ baseName: '.package-lock.json' });
  });

  it('with addresses in place of versions gives the version that the address names, or none', () => {
    const dependencies = {
      a: { version: 'https://registry.npmjs.org/a/-/a-1.2.3.tgz' },
      b: { version: 'git+ssh://git@github.com/x/b.git#0123abc' },
      c: { version: 'npm:@scope/real@2.0.0' },
      d: { version: 'file:../d' },
    };
    expect(found('/app/package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies }))).toEqual({
      packages: ['@scope/real@2.0.0', 'a@1.2.3', 'b@'],
      problems: [],
    });
  });

  it('leaves out the project itself and its workspaces', () => {
    const packages = {
      '': { name: 'root', version: '1.0.0' },
      'packages/one': { name: 'one', version: '1.0.0' },
      'node_modules/one': { resolved: 'packages/one', link: true },
      'packages/one/node_modules/ms': { version: '2.1.3' },
    };
    const berry =
      '__metadata:\n  version: 8\n\n"root@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "root@workspace:."\n  linkType: soft\n';
    expect(found('/app/package-lock.json', JSON.stringify({ packages })).packages).toEqual(['ms@2.1.3']);
    expect(found('/app/yarn.lock', berry)).toEqual(none);
  });

  it('of pnpm with peers, tarballs and links names packages without them', () => {
    const five = [
      'lockfileVersion: 5.4',
      'packages:',
      '  /@material/core/1.0.0_react@17.0.2+x@1.0.0:',
      '    dev: true',
      '  github.com/x/y/0123abc:',
      '    name: y',
      '    version: 3.0.0',
      '    dev: false',
      '',
    ].join('\n');
    const nine = [
      "lockfileVersion: '9.0'",
      'importers:',
      '  .:',
      '    dependencies:',
      '      core:',
      '        specifier: ^1.0.0',
      '        version: 1.0.0(react@17.0.2)',
      'packages:',
      '  core@1.0.0:',
      '    resolution: {integrity: sha512-x}',
      '  react@17.0.2:',
      '    resolution: {integrity: sha512-y}',
      '  y@https://codeload.github.com/x/y/tar.gz/0123abc:',
      '    resolution: {tarball: https://codeload.github.com/x/y/tar.gz/0123abc}',
      '    version: 3.0.0',
      'snapshots:',
      '  core@1.0.0(react@17.0.2):',
      '    dependencies:',
      '      react: 17.0.2',
      '  react@17.0.2: {}',
      '  y@https://codeload.github.com/x/y/tar.gz/0123abc: {}',
      '',
    ].join('\r\n');
    expect(found('/app/pnpm-lock.yaml', five).packages).toEqual(['@material/core@1.0.0 dev', 'y@3.0.0']);
    expect(found('/app/pnpm-lock.yaml', nine).packages).toEqual(['core@1.0.0', 'react@17.0.2', 'y@3.0.0 dev']);
  });

  it('that is broken, of an unknown version or in conflict is a problem', () => {
    const problem = ['unreadable-lockfile hides packages'];
    expect([
      found('/app/package-lock.json', '{').problems,
      found('/app/package-lock.json', '[]').problems,
      found('/app/package-lock.json', '{"a":1}').problems,
      found('/app/yarn.lock', 'gibberish').problems,
      found('/app/yarn.lock', '"a@1":\n  version "1.0.0"\n<<<<<<< HEAD\n').problems,
      found('/app/yarn.lock', fixture('yarn-1.lock').subarray(0, 115)).problems,
      found('/app/yarn.lock', fixture('yarn-4.lock').subarray(0, 200)).problems,
      found('/app/pnpm-lock.yaml', 'gibberish').problems,
      found('/app/pnpm-lock.yaml', 'lockfileVersion: 12.0\n').problems,
      found('/app/pnpm-lock.yaml', 'lockfileVersion: 5.4\n\nspecifi\nlution: {}\n').problems,
      found('/app/pnpm-lock.yaml', fixture('pnpm-9.0.yaml').subarray(0, 900)).problems,
    ]).toEqual(Array.from({ length: 11 }, () => problem));
    expect(found('/app/yarn.lock', '# yarn lockfile v1\n\n')).toEqual(none);
  });

  it('of pnpm 9 with a package from git is whole, and what the package needs is for production', () => {
    const address = 'git+git://127.0.0.1/gitdep.git#9189f6cefdcd8e009fd168df91a97189009b6133';
    const lock = [
      "lockfileVersion: '9.0'",
      'importers:',
      '  .:',
      '    dependencies:',
      '      gitdep:',
      '        specifier: git://127.0.0.1/gitdep.git',
      `        version: ${address}`,
      'packages:',
      `  gitdep@${address}:`,
      '    resolution: {commit: 9189f6cefdcd8e009fd168df91a97189009b6133, repo: git://127.0.0.1/gitdep.git, type: git}',
      '    version: 1.2.3',
      '  ms@2.1.3:',
      '    resolution: {integrity: sha512-x}',
      'snapshots:',
      `  gitdep@${address}:`,
      '    dependencies:',
      '      ms: 2.1.3',
      '  ms@2.1.3: {}',
      '',
    ].join('\n');
    expect(found('/app/pnpm-lock.yaml', lock)).toEqual({ packages: ['gitdep@1.2.3', 'ms@2.1.3'], problems: [] });
  });

  it('of an early pnpm 9, which has no snapshots, says itself what is for development', () => {
    const lock =
      "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      ms:\n        version: 2.1.3\npackages:\n" +
      '  ms@2.1.3:\n    dev: false\n  tap@1.0.0:\n    dev: true\n';
    expect(found('/app/pnpm-lock.yaml', lock)).toEqual({ packages: ['ms@2.1.3', 'tap@1.0.0 dev'], problems: [] });
  });

  it('in a folder of test data is not of what is here', () => {
    expect(found('/root/go/pkg/mod/x@v1/testdata/yarn/yarn.lock', 'gibberish')).toEqual(none);
    expect(found('/root/go/pkg/mod/x@v1/testdata/package.json', '{"name":"npm","version":"6.14.6"}')).toEqual(none);
  });

  it('of millions of brackets is not even parsed', () => {
    expect(found('/app/package-lock.json', `[${'[],'.repeat(600_000)}1]`).problems).toEqual([
      'unreadable-lockfile hides packages',
    ]);
  });

  it('as deep as it likes is walked to the end', () => {
    const depth = 3000;
    const deep = `{"dependencies":${'{"a":{"version":"1.0.0","dependencies":'.repeat(depth)}{}${'}}'.repeat(depth)}}`;
    expect(found('/app/package-lock.json', deep)).toEqual({ packages: ['a@1.0.0'], problems: [] });
  });
});

describe('damaged at random', () => {
  const paths = { package: '/app/package-lock.json', yarn: '/app/yarn.lock', pnpm: '/app/pnpm-lock.yaml' };
  const files = readdirSync(fixtures).map((name) => ({
    path: paths[name.split('-', 1)[0] as keyof typeof paths],
    bytes: readFileSync(new URL(name, fixtures)),
  }));

  it('cut at every 64th byte nothing is thrown, and no more is found than in the whole', () => {
    for (const { path, bytes } of files) {
      for (let length = 0; length < bytes.length; length += 64) {
        expect(found(path, bytes.subarray(0, length)).packages.length).toBeLessThanOrEqual(53);
      }
    }
  });

  it('with flipped bytes nothing is thrown', () => {
    const damage = fc.tuple(
      fc.nat(files.length - 1),
      fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { minLength: 1, maxLength: 10 }),
    );
    fc.assert(
      fc.property(damage, ([index, changes]) => {
        const { path, bytes } = files[index]!;
        const copy = Buffer.from(bytes);
        for (const [at, value] of changes) copy[at] = value;
        found(path, copy);
      }),
      fuzz(1000),
    );
  });
});
