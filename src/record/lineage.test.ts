import { describe, expect, test } from 'vitest';
import type { AttestedBase, Base, BaseRelease, Digest } from '../model/index.ts';
import { makeRecord } from '../../test/make/record.ts';
import { fingerprintOf, lineageOf, withLineage } from './index.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;
const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(digest) as [Digest, Digest, Digest, Digest, Digest];

function release(own: Digest, diffIds: readonly Digest[], more: Partial<BaseRelease> = {}): BaseRelease {
  return {
    digest: own,
    aliases: [],
    reference: 'bases.example.com/x:1',
    added: '2026-01-01T00:00:00Z',
    sizeBytes: 1,
    diffIds,
    state: 'endorsed',
    published: [],
    ...more,
  };
}

function base(name: string, releases: readonly BaseRelease[], more: Partial<Base> = {}): Base {
  return {
    name,
    purpose: 'plain',
    source: 'x',
    owner: 'platform',
    channels: [],
    state: 'endorsed',
    releases,
    history: [],
    ...more,
  };
}

const debian = base('debian', [release(digest('1'), [a]), release(digest('2'), [d])]);
const java = base('java', [release(digest('3'), [a, b])]);
const all = [debian, java];

describe('the base of an image', () => {
  test('is the one whose whole chain of layers is at the bottom, the longest first', () => {
    expect(lineageOf({ diffIds: [a, b, c] }, all)).toMatchObject({
      known: 'layers',
      name: 'java',
      digest: digest('3'),
      layers: 2,
    });
    expect(lineageOf({ diffIds: [a, c] }, [...all].reverse())).toMatchObject({
      known: 'layers',
      name: 'debian',
      layers: 1,
    });
    expect(lineageOf({ diffIds: [c, a] }, all)).toBeUndefined();
  });

  test('says which release is newer, and in which state it is itself', () => {
    expect(lineageOf({ diffIds: [a, c] }, [debian])?.listed).toEqual({
      name: 'debian',
      purpose: 'plain',
      owner: 'platform',
      state: 'endorsed',
      release: digest('1'),
      newest: { digest: digest('2'), reference: `bases.example.com/x:1@${digest('2')}` },
    });
    const retired = base('debian', debian.releases, { state: 'retired' });
    expect(lineageOf({ diffIds: [a, c] }, [retired])?.listed).toMatchObject({ state: 'retired' });
  });

  const attested = (named: Digest, standing: AttestedBase['standing'] = 'verified'): AttestedBase => ({
    reference: 'bases.example.com/x:1',
    digest: named,
    standing,
    ...(standing === 'verified' ? { by: 'ci' } : {}),
  });

  test('without its layers is the one that an attestation names, before an annotation', () => {
    const subject = { diffIds: [c], attested: [attested(e), attested(digest('3'))], annotated: digest('2') };
    expect(lineageOf(subject, all)).toMatchObject({
      known: 'attestation',
      name: 'java',
      layers: 0,
      attested: { standing: 'verified', by: 'ci' },
    });
    expect(lineageOf({ ...subject, attested: [] }, all)).toMatchObject({ known: 'annotation', name: 'debian' });
    expect(lineageOf({ diffIds: [a, c], attested: [attested(digest('3'))] }, all)).toMatchObject({
      known: 'layers',
      name: 'debian',
    });
    // Some of the lowest layers of one, built on another: who built it knows.
    const misled = { diffIds: [a, e], attested: [attested(digest('2'), 'unsigned')] };
    expect(lineageOf(misled, [java, base('debian', [release(digest('2'), [d])])])).toMatchObject({
      known: 'attestation',
      name: 'debian',
      attested: { standing: 'unsigned' },
    });
  });

  test('that an attestation names is told instead of what an annotation or a guess says, whether it is listed or not', () => {
    const evidence = { fingerprints: new Map(), attested: [attested(digest('3'))] };
    const annotated = makeRecord({
      base: { known: 'annotation', name: 'debian:12', digest: digest('2'), layers: 0 },
      layers: [{ index: 0, diffId: c, sizeBytes: 1, entries: 1, owner: 'app' }],
    });
    expect(withLineage(annotated, all, evidence).base).toMatchObject({
      known: 'attestation',
      name: 'java',
      digest: digest('3'),
      attested: { standing: 'verified', by: 'ci' },
      listed: { name: 'java' },
    });
    const strange = { ...evidence, attested: [attested(e, 'unsigned')] };
    expect(withLineage(makeRecord({ base: null }), all, strange).base).toEqual({
      known: 'attestation',
      name: 'bases.example.com/x:1',
      digest: e,
      layers: 0,
      attested: { standing: 'unsigned' },
    });
  });

  test('of which only some layers are there is a guess, with the part that is', () => {
    expect(lineageOf({ diffIds: [a, e] }, [java])).toEqual({
      known: 'chain',
      name: 'java',
      layers: 1,
      diffIds: [a],
      listed: {
        name: 'java',
        purpose: 'plain',
        owner: 'platform',
        state: 'candidate',
        newest: { digest: digest('3'), reference: `bases.example.com/x:1@${digest('3')}` },
      },
      degree: 0.5,
    });
  });

  test('whose contents a squashed image holds is a guess, the nearer of two', () => {
    const tool = (i: number) => ({
      sha256: (i + 256).toString(16).padEnd(64, '0'),
      place: { path: `/bin/${i}`, layer: 0, owner: 'app' },
    });
    const found = (name: string) => ({ type: 'deb', name, version: '1', place: { layer: 0, owner: 'app' } });
    const contents = (tools: number, packages: readonly string[], own: Digest) =>
      fingerprintOf(
        makeRecord({
          image: { ...makeRecord().image, digest: own },
          executables: Array.from({ length: tools }, (_, i) => tool(i)),
          packages: packages.map(found),
        }),
      );
    const fingerprints = new Map([
      [digest('1'), contents(20, ['libc6'], digest('1'))],
      [digest('3'), contents(30, ['libc6', 'jre'], digest('3'))],
    ]);
    const squashed = (tools: number, packages: readonly string[]) =>
      makeRecord({
        base: null,
        layers: [{ index: 0, diffId: e, sizeBytes: 1, entries: 1, owner: 'app' }],
        executables: Array.from({ length: tools }, (_, i) => tool(i)),
        packages: packages.map(found),
      });
    const baseOf = (tools: number, packages: readonly string[]) => {
      const {
        known,
        name,
        degree,
        digest: own,
      } = withLineage(squashed(tools, packages), all, { fingerprints }).base ?? {};
      return { known, name, degree, own };
    };
    expect(baseOf(20, ['libc6'])).toEqual({ known: 'contents', name: 'debian', degree: 1, own: undefined });
    expect(baseOf(29, ['libc6', 'jre', 'own'])).toEqual({
      known: 'contents',
      name: 'java',
      degree: 0.96,
      own: undefined,
    });
    expect(baseOf(9, [])).toEqual({ known: undefined, name: undefined, degree: undefined, own: undefined });
  });

  test('stays what --base says it is, with what the catalogue says of it', () => {
    const record = makeRecord({
      base: { known: 'layers', name: 'debian:12', digest: digest('1'), layers: 1 },
      layers: [a, c].map((diffId, index) => ({
        index,
        diffId,
        sizeBytes: 1,
        entries: 1,
        owner: index === 0 ? 'base' : 'app',
      })),
    });
    expect(withLineage(record, all, { fingerprints: new Map() }).base).toMatchObject({
      known: 'layers',
      name: 'debian:12',
      layers: 1,
      listed: { name: 'debian', release: digest('1') },
    });
  });
});
