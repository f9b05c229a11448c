import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { fuzz } from '../../../../test/make/fuzz.ts';
import { sampleProjects } from '../../../../test/make/projects/projects.table.ts';
import { CodedError } from '../../../model/index.ts';
import { lintDockerfile, parseDockerfile } from '../../index.ts';
import { initProject, type InitOptions, type InitResult } from '../init-project.ts';
import { kindNames, runFormNames } from '../names.ts';
import type { Project } from '../project.ts';
import { runForms } from '../write/list.ts';
import { kinds } from './list.ts';

const options: InitOptions = { hasMounts: true, run: ['docker', 'compose', 'kubernetes'] };

function projectOf(files: Readonly<Record<string, string>>, name = 'harbour'): Project {
  return { name, files: Object.keys(files).sort(), texts: new Map(Object.entries(files)) };
}

/** More projects, of kinds that have no sample that is built. */
const others: readonly { readonly kind: string; readonly files: Readonly<Record<string, string>> }[] = [
  {
    kind: 'dotnet',
    files: {
      'Api.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>',
    },
  },
  { kind: 'php', files: { 'composer.json': '{"require":{"php":"^8.3","ext-intl":"*"}}', 'public/index.php': '<?php' } },
  { kind: 'ruby', files: { Gemfile: "source 'https://rubygems.org'\ngem 'puma'\n", 'config.ru': 'run App' } },
];

/** What the tools would write; the samples that are built have it made. */
const lockFiles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  npm: { 'package-lock.json': '{}' },
  npx: { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" },
  poetry: { 'poetry.lock': '' },
  uv: { 'uv.lock': 'name = "uvicorn"\n' },
  go: { 'go.sum': '' },
  cargo: { 'Cargo.lock': '' },
};
const all = [
  ...sampleProjects.map(({ kind, files, lock }) => ({ kind, files: { ...files, ...lockFiles[lock?.[0] ?? ''] } })),
  ...others,
];
/** What the project itself should mend, and the command says so. */
const theirs = /^locked-dependencies: pip takes what the index has now/;

test('the command line knows every kind and every way to run', () => {
  expect(kindNames).toEqual(kinds.map(({ name }) => name));
  expect(runFormNames).toEqual(runForms.map(({ name }) => name));
});

describe.each(kinds.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
  const samples = all.filter((sample) => sample.kind === name);

  test('is named and described, by itself', () => {
    expect(kind.name).toMatch(/^[a-z]+$/);
    expect(kinds.filter((each) => each.name === kind.name)).toHaveLength(1);
    expect(kind.summary.length).toBeGreaterThan(10);
    expect(samples.length).toBeGreaterThan(0);
  });

  test('is not seen in an empty project', () => {
    expect(kind.detect(projectOf({}))).toBeUndefined();
  });

  test('reads what it detects by', () => {
    for (const { files } of samples) {
      const sign = kind.detect(projectOf(files));
      expect(Object.keys(files)).toContain(sign?.file);
    }
  });

  test('asks for the bases that it names, and for no others', () => {
    for (const { files } of samples) {
      const { bases } = initProject(projectOf(files), { ...options, kind: name });
      for (const { purpose, reference } of bases) {
        const templates = kind.bases.filter((base) => base.purpose === purpose).map((base) => base.reference);
        const isKnown = templates.some((template) =>
          new RegExp(`^${template.replace('{}', '[0-9.]+')}$`).test(reference),
        );
        // Python outside distroless' release runs on the image that it is built on.
        expect({ reference, isKnown }).toEqual({ reference, isKnown: true });
      }
    }
  });

  test('is written so that our own rules have nothing to say, once its bases are pinned', () => {
    for (const { files } of samples) {
      const project = projectOf(files);
      const { bases } = initProject(project, options);
      const pinned = new Map(bases.map(({ purpose, reference }) => [purpose, `${reference}@sha256:${'a'.repeat(64)}`]));
      for (const hasMounts of [true, false]) {
        const [dockerfile] = initProject(project, { ...options, bases: pinned, hasMounts }).files;
        const { findings } = lintDockerfile(parseDockerfile(dockerfile!.text));
        const messages = findings.map(({ rule, message }) => `${rule}: ${message}`);
        expect(messages.filter((message) => !theirs.test(message))).toEqual([]);
      }
    }
  });

  test('gives the same twice', () => {
    for (const { files } of samples)
      expect(initProject(projectOf(files), options)).toEqual(initProject(projectOf(files), options));
  });

  test('never runs as root, writes to memory only, starts without a shell', () => {
    for (const { files } of samples) {
      const { plan, files: written } = initProject(projectOf(files), options);
      const dockerfile = written[0]!.text;
      expect(plan.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(plan.writable.map(({ path }) => path)).toContain('/tmp');
      expect(dockerfile.split('\n').filter((line) => line.startsWith('ENTRYPOINT'))).toEqual([
        `ENTRYPOINT [${plan.entrypoint.map((word) => JSON.stringify(word)).join(', ')}]`,
      ]);
      expect(dockerfile).toMatch(/^HEALTHCHECK /m);
      expect(plan.entrypoint[0]).not.toMatch(/^(?:ba|da)?sh$/);
    }
  });

  test('is run with the least rights that Docker, Compose and Kubernetes know', () => {
    for (const { files } of samples) {
      const result = initProject(projectOf(files), options);
      expect(result.shown[0]!.text).toContain('--read-only');
      expect(result.shown[0]!.text).toContain('--cap-drop ALL --security-opt no-new-privileges');
      const [service] = Object.values((yamlOf(result, 'compose.yaml')[0] as { services: object }).services) as object[];
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        user: result.plan.user,
      });
      expect(yamlOf(result, 'kubernetes.yaml')[0]).toMatchObject({
        kind: 'Deployment',
        spec: {
          template: {
            spec: {
              automountServiceAccountToken: false,
              securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [
                {
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ['ALL'] },
                  },
                  resources: { limits: { memory: `${result.plan.memoryMib}Mi` } },
                },
              ],
            },
          },
        },
      });
    }
  });

  test('takes a port that is named, and none', () => {
    for (const { files } of samples) {
      const named = initProject(projectOf(files), { ...options, port: 4321 });
      expect(named.files[0]!.text).toContain('\nEXPOSE 4321\n');
      if (['static', 'php'].includes(name)) continue;
      const none = initProject(projectOf(files), { ...options, port: 'none' });
      expect(none.files[0]!.text).not.toContain('EXPOSE');
      expect(none.files[0]!.text).toContain('HEALTHCHECK NONE');
      expect(yamlOf(none, 'kubernetes.yaml')).toHaveLength(1);
    }
  });

  test('without mounts nothing needs BuildKit', () => {
    for (const { files } of samples) {
      const { text } = initProject(projectOf(files), { ...options, hasMounts: false }).files[0]!;
      expect(text).not.toMatch(/--mount|# syntax/);
    }
  });

  test('whatever the files hold, the Dockerfile has instructions alone, or there is a reason', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(), fc.nat(), hostileText), { maxLength: 4 }),
        ({ files }, changes) => {
          const names = Object.keys(files);
          const changed: Record<string, string> = { ...files };
          for (const [file, at, text] of changes) {
            const key = names[file % names.length]!;
            const before = changed[key]!;
            const place = at % (before.length + 1);
            changed[key] = before.slice(0, place) + text + before.slice(place + text.length);
          }
          try {
            const result = initProject(projectOf(changed), options);
            for (const line of logicalLines(result.files[0]!.text)) expect(line).toMatch(instruction);
            for (const { path } of result.files.filter((each) => each.path.endsWith('.yaml'))) yamlOf(result, path);
          } catch (error) {
            if (!(error instanceof CodedError)) throw error;
          }
        },
      ),
      fuzz(300),
    );
  });
});

const hostileText = fc.oneof(
  fc.constantFrom(
    '\nRUN evil\n',
    '"; rm -rf /; "',
    '$(id)',
    '${X}',
    '\\',
    '\n',
    '"',
    "'",
    '../../etc/passwd',
    '<',
    '>',
    '&&',
    '\u0000',
    '\u202e',
    '# ',
    '{}',
    '[]',
    '9999999',
  ),
  fc.string({ maxLength: 20, unit: 'binary' }),
);

const instruction =
  /^(?:#.*|FROM \S+(?: AS build)?|WORKDIR \/\S+|ENV .+|COPY [^;&|$`]+|RUN [^;|`]+|ARG [A-Z]+|LABEL .+|USER \d+:\d+|EXPOSE \d+|STOPSIGNAL SIG[A-Z]+|HEALTHCHECK .+|ENTRYPOINT \[.+\]|)$/;

function logicalLines(text: string): string[] {
  return text.replaceAll(/ \\\n\s+/g, ' ').split('\n');
}

function yamlOf(result: InitResult, path: string): unknown[] {
  const { text } = result.files.find((file) => file.path === path)!;
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
}
