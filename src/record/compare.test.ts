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
});
