import { judgeRecord, scanContents, Timings } from '../../src/flows/scan/index.ts';
import { CodedError, type ImageRecord, type Problem, type Verdict } from '../../src/model/index.ts';
import { renderTable } from '../../src/report/index.ts';
import { writeFileSync } from 'node:fs';
import type { Place } from '../cli/plimsoll.ts';
import { buildImage, type FileSpec, type ImageSpec } from '../make/image-builder.ts';
import { writeDockerArchive } from '../make/image-files.ts';

export const now = new Date('2026-11-23T12:00:00Z');

/** What came of bad input: an error that a user understands, or a record and its verdict. */
export type Outcome =
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | { readonly kind: 'record'; readonly record: ImageRecord; readonly verdict: Verdict; readonly table: string };

/** A policy that a sound image passes, so that whatever does not pass it fails for what could not be read. */
export const onlyUnread = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: only-unread }
cannotTell: stop
rules:
  nothing-unread: fail
`;

/** Files of a small image on Debian in which nothing is wrong. */
export const soundFiles: Readonly<Record<string, FileSpec>> = {
  '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  '/var/lib/dpkg/status':
    'Package: base-files\nStatus: install ok installed\nVersion: 12.4+deb12u5\nArchitecture: amd64\n\n',
  '/usr/bin/hello': { content: '#!/bin/sh\necho hello\n', mode: 0o755 },
};

/** Scans and judges an input in this process, with nothing kept. What is no error of ours to expect is thrown. */
export async function scanHostile(place: Place, input: string): Promise<Outcome> {
  const policy = place.at('only-unread.yaml');
  writeFileSync(policy, onlyUnread);
  try {
    const scanned = await scanContents(input, {
      offline: true,
      noCache: true,
      insecureHttp: false,
      cacheDirectory: place.folder('cache'),
      env: { HOME: place.folder('home'), DOCKER_HOST: `unix://${place.at('none.sock')}` },
      now,
      signal: new AbortController().signal,
      timings: new Timings(() => 0),
    });
    const record = await scanned.record();
    const { verdict } = await judgeRecord(record, { now, policy, waiverFiles: [], vexFiles: [] });
    const table = renderTable({ record, verdict, reference: input, now, columns: 80, color: false });
    return { kind: 'record', record, verdict, table };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { kind: 'error', code: error.code, message: error.message };
  }
}

let images = 0;

/** Builds an image, writes it as `docker save` does, and scans it. */
export async function scanImage(place: Place, spec: ImageSpec): Promise<Outcome> {
  return scanHostile(place, writeDockerArchive(place.at(`image-${++images}.tar`), buildImage(spec)));
}

/** An image of one layer that holds these files, scanned. */
export async function scanFiles(place: Place, files: Readonly<Record<string, FileSpec>>): Promise<Outcome> {
  return scanImage(place, { layers: [{ files: { ...soundFiles, ...files } }] });
}

/** The problems of a record whose verdict they kept from passing; throws where there is no such record. */
export function problemsOf(outcome: Outcome): readonly Problem[] {
  if (outcome.kind === 'error') throw new Error(`${outcome.code}: ${outcome.message}`);
  const unread = outcome.record.problems.filter(({ hides }) => hides !== 'nothing');
  if (unread.length > 0 && outcome.verdict.result === 'pass') throw new Error('passes though something is unread');
  return outcome.record.problems;
}

/** `code path` of each problem, sorted. */
export function problemNames(outcome: Outcome): readonly string[] {
  return problemsOf(outcome)
    .map(({ code, path }) => (path === undefined ? code : `${code} ${path}`))
    .sort();
}
