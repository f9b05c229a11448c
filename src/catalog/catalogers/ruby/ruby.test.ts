import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFile } from '../../../../test/make/catalog-file.ts';
import { ruby } from './index.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

const specifications = '/usr/local/bundle/specifications';

/** From the specification of rack 2.2.22 as RubyGems 3.3 wrote it. */
const rack = `# -*- encoding: utf-8 -*-
# stub: rack 2.2.22 ruby lib

Gem::Specification.new do |s|
  s.name = "rack".freeze
  s.version = "2.2.22"

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.require_paths = ["lib".freeze]
  s.licenses = ["MIT".freeze]
  s.rubygems_version = "3.3.15".freeze
end
`;

/** As bundler 2.3 writes it. */
const lock = `GIT
  remote: https://github.com/rack/rack-contrib.git
  revision: 0123456789abcdef
  specs:
    rack-contrib (2.3.0)
      rack (~> 2.0)

PATH
  remote: .
  specs:
    shop (0.1.0)

GEM
  remote: https://rubygems.org/
  specs:
    mini_portile2 (2.8.1)
    nokogiri (1.13.1)
      mini_portile2 (~> 2.7)
      racc (~> 1.4)
    nokogiri (1.13.1-x86_64-linux)
      racc (~> 1.4)
    racc (1.6.2)

PLATFORMS
  ruby
  x86_64-linux

DEPENDENCIES
  nokogiri
  rack-contrib!

BUNDLED WITH
   2.3.15
`;

function found(path: string, content: Uint8Array | string) {
  const { items, problems } = ruby.catalog(catalogFile(path, content));
  return {
    packages: items.map((item) =>
      item.kind === 'package' ? [item.name, item.version, item.evidence, ...(item.licenses ?? [])] : [],
    ),
    problems: problems.map(({ code, hides }) => `${code} hides ${hides}`),
  };
}

describe('an installed gem', () => {
  const one = { packages: [['rack', '2.2.22', 'installed', 'MIT']], problems: [] };

  it('is named by its specification, in specifications or specifications/default', () => {
    expect(found(`${specifications}/rack-2.2.22.gemspec`, rack)).toEqual(one);
    expect(found('/usr/lib/ruby/gems/3.1.0/specifications/default/rack-2.2.22.gemspec', rack)).toEqual(one);
  });

  it('is named by literals where there is no stub, and by the file name where there are none', () => {
    const plain =
      'Gem::Specification.new do |spec|\n  spec.name = \'nokogiri\'\n  spec.version = Gem::Version.new("1.13.1")\n  spec.license = "MIT"\nend\n';
    expect(found(`${specifications}/x.gemspec`, plain).packages).toEqual([['nokogiri', '1.13.1', 'installed', 'MIT']]);
    const dynamic = 'Gem::Specification.new do |s|\n  s.name = NAME\n  s.version = "#{VERSION}"\nend\n';
    expect(found(`${specifications}/mini-magick-4.11.0-x86_64-linux.gemspec`, dynamic).packages).toEqual([
      ['mini-magick', '4.11.0', 'installed'],
    ]);
    expect(found(`${specifications}/dynamic.gemspec`, dynamic).problems).toEqual([
      'unreadable-package-metadata hides packages',
    ]);
  });

  it('is not what a gem brings of its own source, but a checkout of bundler is', () => {
    expect(found('/usr/local/bundle/gems/rack-2.2.22/rack.gemspec', rack)).toEqual({ packages: [], problems: [] });
    expect(found('/usr/local/bundle/bundler/gems/rack-0123abc/rack.gemspec', rack)).toEqual(one);
  });
});

describe('a Gemfile.lock', () => {
  it('gives the gems of registries and git, once for all platforms, without the project itself', () => {
    const locked = [
      ['rack-contrib', '2.3.0', 'lockfile'],
      ['mini_portile2', '2.8.1', 'lockfile'],
      ['nokogiri', '1.13.1', 'lockfile'],
      ['racc', '1.6.2', 'lockfile'],
    ];
    expect(found('/app/Gemfile.lock', lock)).toEqual({ packages: locked, problems: [] });
    expect(found('/app/Gemfile.lock', lock.replaceAll('\n', '\r\n')).packages).toEqual(locked);
  });

  it('of a gem itself says nothing of what is installed', () => {
    expect(found('/usr/local/bundle/gems/rack-2.2.22/Gemfile.lock', lock)).toEqual({ packages: [], problems: [] });
  });

  it('that is none, or in conflict, is a problem', () => {
    const problem = { packages: [], problems: ['unreadable-lockfile hides packages'] };
    expect(found('/app/Gemfile.lock', 'gibberish')).toEqual(problem);
    expect(found('/app/Gemfile.lock', lock.slice(0, lock.indexOf('PLATFORMS'))).problems).toEqual(problem.problems);
    expect(found('/app/Gemfile.lock', `<<<<<<< HEAD\n${lock}`)).toEqual(problem);
  });
});

it('cut at any byte or changed at random, nothing is thrown', () => {
  for (let length = 0; length < lock.length; length++) found('/app/Gemfile.lock', lock.slice(0, length));
  for (const [path, text] of [
    ['/app/Gemfile.lock', lock],
    [`${specifications}/a.gemspec`, rack],
  ] as const) {
    const change = fc.tuple(fc.nat(text.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const bytes = Buffer.from(text);
        for (const [at, value] of changes) bytes[at] = value;
        found(path, bytes);
      }),
      fuzz(1000),
    );
  }
});
