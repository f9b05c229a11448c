import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodedError } from '../../model/index.ts';
import { buildImage, buildIndex } from '../../../test/make/image-builder.ts';
import { matchesPlatform, parseConfig, parseManifest, parsePlatform, platformName } from './index.ts';
import { fuzz } from '../../../test/make/fuzz.ts';

const image = buildImage({
  config: {
    Cmd: ['a'],
    Labels: { a: 'b' },
    ExposedPorts: { '80/tcp': {} },
    Healthcheck: { Test: ['CMD', 'true'] },
    OnBuild: null,
  },
});
const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

test('a configuration is read, unknown members dropped', () => {
  const whole = {
    ...(JSON.parse(image.config.bytes.toString()) as object),
    'moby.buildkit.cache.v0': 'x',
    container: 'y',
  };
  expect(parseConfig(bytesOf(whole), 'the configuration')).toEqual({
    architecture: 'amd64',
    os: 'linux',
    created: '2026-01-02T03:04:05Z',
    config: { Cmd: ['a'], Labels: { a: 'b' }, ExposedPorts: ['80/tcp'], Healthcheck: ['CMD', 'true'] },
    diffIds: image.layers.map((layer) => layer.diffId),
    history: [{ createdBy: 'COPY hello.txt /', created: '2026-01-02T03:04:05Z', emptyLayer: false }],
  });
});

test('a label called __proto__ is only a label', () => {
  const bytes = Buffer.from(image.config.bytes.toString().replace('"a":"b"', '"__proto__":"b","constructor":"c"'));
  const labels = parseConfig(bytes, 'the configuration').config.Labels!;
  expect(Object.entries(labels)).toEqual([
    ['__proto__', 'b'],
    ['constructor', 'c'],
  ]);
  expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
});

test.each([
  [{ rootfs: undefined }, 'the configuration: "rootfs" is missing'],
  [
    { rootfs: { type: 'layers', diff_ids: ['md5:0'] } },
    'the configuration: "diff_ids" holds "md5:0", which is no digest',
  ],
  [{ config: [] }, 'the configuration: "config" should be an object but is a list'],
  [{ config: { Env: [5] } }, 'the configuration: "Env" should hold only text but holds a number'],
  [{ os: 5 }, 'the configuration: "os" should be text but is a number'],
  [{ history: Array(20_000).fill({}) }, 'the configuration: "history" has 20000 entries, more than the limit of 16384'],
])('a configuration with %o is refused', (change, message) => {
  const broken = { ...(JSON.parse(image.config.bytes.toString()) as object), ...change };
  expect(() => parseConfig(bytesOf(broken), 'the configuration')).toThrow(message);
});

test('whatever bytes come for a document, a value or a coded error comes out', () => {
  const documents = [
    image.manifest.bytes,
    image.config.bytes,
    buildIndex([image], { attestations: true }).manifest.bytes,
  ];
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), byte: fc.nat(255) });
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      fc.array(change, { maxLength: 6 }),
      fc.double({ min: 0.5, max: 1, noNaN: true }),
      (document, changes, cut) => {
        const bytes = Buffer.from(document.subarray(0, Math.ceil(document.length * cut)));
        for (const { at, byte } of changes) bytes[Math.floor(at * bytes.length)] = byte;
        for (const parse of [parseManifest, parseConfig]) {
          try {
            parse(bytes, 'the document');
          } catch (error) {
            expect(error).toBeInstanceOf(CodedError);
          }
        }
      },
    ),
    fuzz(1000),
  );
});

test('platforms are brought to one form', () => {
  const names = [
    'amd64',
    'linux/x86_64',
    'Linux/AARCH64/v8',
    'linux/arm',
    'linux/armhf',
    'linux/arm/6',
    'windows/amd64',
  ];
  expect(names.map((name) => platformName(parsePlatform(name)))).toEqual([
    'linux/amd64',
    'linux/amd64',
    'linux/arm64',
    'linux/arm/v7',
    'linux/arm/v7',
    'linux/arm/v6',
    'windows/amd64',
  ]);
  expect(matchesPlatform(parsePlatform('linux/arm/v6'), parsePlatform('linux/arm/v7'))).toBe(true);
  expect(matchesPlatform(parsePlatform('linux/arm/v7'), parsePlatform('linux/arm/v6'))).toBe(false);
  for (const wrong of ['', 'a/b/c/d', 'linux/', 'li nux/amd64', '\u001b[31m'])
    expect(() => parsePlatform(wrong)).toThrow(expect.objectContaining({ code: 'bad-platform' }) as Error);
});
