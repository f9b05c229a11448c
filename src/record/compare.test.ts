import { describe, expect, it } from 'vitest';
import { cartRecord } from '../../test/make/cart-image.ts';
import type { ImageRecord } from '../model/index.ts';
import { compareRecords } from './compare.ts';

const before = cartRecord();

/** The cart a release later: x/net upgraded, a package gone and one come, another user, a new file. */
function after(): ImageRecord {
  const [libssl, net, pad] = before.packages;
  const [su] = before.executables;
  return {
    ...before,
    image: { ...before.image, configuration: { ...before.image.configuration, user: 'root', env: ['PATH=/bin'] } },
    packages: [
      { ...libssl!, place: { ...libssl!.place, layer: 0 } },
      { ...net!, id: 'b2', version: 'v0.17.0' },
      { ...pad!, id: 'd2', name: 'right-pad' },
    ],
    executables: [
      { ...su!, mode: 0o755 },
      { ...su!, sha256: 'f'.repeat(64), place: { ...su!.place, path: `${su!.place.path}do` as never } },
    ],
    findings: [
      ...before.findings.filter(({ kind, id }) => kind === 'vulnerability' && !id.endsWith('4')),
      {
        ...before.findings.find(({ id }) => id.endsWith('4'))!,
        id: 'n1',
        advisory: 'CVE-2026-0001',
        packageId: 'b2',
        packageVersion: 'v0.17.0',
      } as never,
      { ...before.findings.find(({ id }) => id.endsWith('3'))!, id: 'n2', advisory: 'CVE-2026-0002' } as never,
    ],
  };
}

describe('compareRecords', () => {
  it('finds nothing between an image and itself, nor where only layers moved', () => {
    const moved = {
      ...before,
      packages: before.packages.map((found) => ({ ...found, id: `x${found.id}`, place: { ...found.place, layer: 4 } })),
    };
    for (const other of [before, moved]) {
      expect(compareRecords(before, other)).toMatchObject({
        packages: { added: [], removed: [], changed: [] },
        executables: { added: [], removed: [], changed: [] },
        findings: { new: [], gone: [] },
        configuration: [],
      });
    }
  });

  it('says what came, went and changed, and what brought each new finding', () => {
    const { packages, executables, findings, configuration, caveats } = compareRecords(before, after());
    expect({
      packages: {
        added: packages.added.map(({ name }) => name),
        removed: packages.removed.map(({ name }) => name),
        changed: packages.changed.map(({ from, to }) => `${from.name} ${from.version} → ${to.version}`),
      },
      executables: {
        added: executables.added.map(({ place }) => place.path),
        removed: executables.removed,
        changed: executables.changed.map(({ from, to }) => [from.mode, to.mode]),
      },
      new: findings.new.map(({ finding, cause, previousVersion }) => [finding.id, cause, previousVersion]),
      gone: findings.gone.map(({ id }) => id),
      configuration,
      caveats,
    }).toEqual({
      packages: {
        added: ['right-pad'],
        removed: ['left\u001b[31mpad'],
        changed: ['golang.org/x/net v0.7.0 → v0.17.0'],
      },
      executables: { added: ['/usr/bin/sudo'], removed: [], changed: [[0o4755, 0o755]] },
      new: [
        ['n1', 'package-changed', 'v0.7.0'],
        ['n2', 'newly-known', undefined],
      ],
      gone: ['vulnerability-0000000000000004', 'secret-0000000000000005'],
      configuration: [
        { what: 'env PATH', to: '/bin' },
        { what: 'user', from: '65532', to: 'root' },
      ],
      caveats: ['1 thing in the first image could not be read', '1 thing in the second image could not be read'],
    });
  });

  it('pairs several versions of one package by place', () => {
    const [pad] = before.packages.slice(2);
    const at = (version: string, path: string): typeof pad => ({
      ...pad!,
      id: `${version}${path}`,
      version,
      place: { ...pad!.place, path: path as never },
    });
    const with2 = (...packages: readonly (typeof pad)[]): ImageRecord => ({
      ...before,
      packages: packages.map((found) => found!),
      findings: [],
    });
    const { packages } = compareRecords(
      with2(at('1', '/a'), at('2', '/b'), at('3', '/c')),
      with2(at('1', '/moved'), at('4', '/b'), at('3', '/c'), at('5', '/d')),
    );
    expect(packages.changed.map(({ from, to }) => [from.version, to.version])).toEqual([['2', '4']]);
    expect(packages.added.map(({ version }) => version)).toEqual(['5']);
    expect(packages.removed).toEqual([]);
  });

  describe('of what is wrong with packages', () => {
    const [pad] = before.packages.slice(2);
    const flaw = before.findings.find(({ kind }) => kind === 'vulnerability')!;
    /** An image of packages as `1 /a CVE-1`, and of what is wrong with each. */
    const imageOf = (...lines: readonly string[]): ImageRecord => {
      const parts = lines.map((line) => line.split(' ') as [string, string, ...string[]]);
      const place = (path: string) => ({ ...pad!.place, path: path as never });
      return {
        ...before,
        packages: parts.map(([version, path]) => ({ ...pad!, id: version + path, version, place: place(path) })),
        findings: parts.flatMap(([version, path, ...advisories]) =>
          advisories.map(
            (advisory) =>
              ({
                ...{ ...flaw, id: `${advisory}${path}`, advisory, place: place(path) },
                ...{ packageId: version + path, packageName: pad!.name, packageVersion: version },
              }) as never,
          ),
        ),
      };
    };
    const told = (from: ImageRecord, to: ImageRecord) => {
      const { findings } = compareRecords(from, to);
      return {
        new: findings.new.map(({ finding, cause }) => `${finding.id} ${cause}`),
        gone: findings.gone.map(({ id }) => id),
      };
    };

    it('says nothing where a package moved with what was wrong with it', () => {
      expect(told(imageOf('1 /a CVE-1 CVE-2'), imageOf('1 /b CVE-1 CVE-2'))).toEqual({ new: [], gone: [] });
      // Also to where another version lay, which is gone.
      expect(told(imageOf('1 /a CVE-1', '2 /b'), imageOf('1 /b CVE-1'))).toEqual({ new: [], gone: [] });
      // And where it is another version there, in which it is still wrong.
      expect(told(imageOf('1 /a CVE-1'), imageOf('2 /b CVE-1'))).toEqual({ new: [], gone: [] });
    });

    it('tells what became known of a package that moved', () => {
      expect(told(imageOf('1 /a CVE-1'), imageOf('1 /b CVE-1 CVE-2'))).toEqual({
        new: ['CVE-2/b newly-known'],
        gone: [],
      });
    });

    it('tells a second one of the same version as come, not as there before', () => {
      expect(told(imageOf('1 /a CVE-1'), imageOf('1 /a CVE-1', '1 /b CVE-1'))).toEqual({
        new: ['CVE-1/b package-added'],
        gone: [],
      });
      expect(told(imageOf('1 /a CVE-1', '1 /b CVE-1'), imageOf('1 /b CVE-1'))).toEqual({ new: [], gone: ['CVE-1/a'] });
    });

    it('tells what another version brings where it lies', () => {
      expect(told(imageOf('1 /a CVE-1', '2 /b'), imageOf('1 /a CVE-1', '1 /b CVE-1'))).toEqual({
        new: ['CVE-1/b package-changed'],
        gone: [],
      });
    });
  });
});
