import { describe, expect, it } from 'vitest';
import { parseHadolintConfig } from './index.ts';

describe("hadolint's configuration", () => {
  it('is taken as hadolint takes it', async () => {
    const text = `failure-threshold: warning
format: tty
ignored: [DL3008, SC2086]
override:
  error: [DL3002]
  style: [DL3015]
trustedRegistries: docker.io
label-schema: { author: text, version: semver }
strict-labels: true
disable-ignore-pragma: true
no-fail: true
`;
    expect(await parseHadolintConfig(text, '.hadolint.yaml')).toEqual({
      settings: {
        ignored: ['DL3008', 'SC2086'],
        enabled: [],
        severities: { DL3002: 'error', DL3015: 'style' },
        trustedRegistries: ['docker.io'],
        labelSchema: { author: 'text', version: 'semver' },
        strictLabels: true,
        inlineIgnores: false,
        shell: undefined,
      },
      failureThreshold: 'warning',
      noFail: true,
    });
    expect(await parseHadolintConfig('# nothing\n', 'x')).toMatchObject({ failureThreshold: undefined, noFail: false });
  });

  it.each([
    ['ignore: [DL3008]', 'x: there is no setting "ignore"', 'did you mean ignored?'],
    ['ignored: [1]', 'x: ignored must be a list of texts', undefined],
    ['override: { fatal: [a] }', 'x: override has no "fatal"', undefined],
    [
      'label-schema: { a: number }',
      'x: label-schema: a must be one of text, rawtext, url, semver, rfc3339, spdx, hash, email',
      undefined,
    ],
    ['failure-threshold: high', 'x: failure-threshold must be one of error, warning, info, style, none', undefined],
    ['no-fail: maybe', 'x: no-fail must be true or false', undefined],
    ['- a', 'x: must hold "name: value" lines', undefined],
    ['a: b: c', 'x: Nested mappings are not allowed in compact mappings at line 1, column 4:', undefined],
    [`a: ${'['.repeat(100_000)}`, undefined, undefined],
    [`a: ${'x'.repeat(300_000)}`, 'x: is larger than 256 KiB', undefined],
  ])('that is wrong is refused: %.30s', async (text, message, hint) => {
    const error: unknown = await parseHadolintConfig(text, 'x').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'lint-configuration-invalid',
      ...(message === undefined ? {} : { message }),
      ...(hint === undefined ? {} : { hint }),
    });
  });
});
