import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { CodedError } from '../../model/index.ts';
import { type ImagesOptions, pinnedNames, takenImages } from './dockerfile-images.ts';

const options: ImagesOptions = {
  fileName: 'Dockerfile',
  buildArgs: {},
  platforms: { build: 'linux/amd64', target: 'linux/arm64' },
  everyStage: false,
  frontends: true,
};

const text = `# syntax=docker/dockerfile:1.9
ARG REGISTRY=docker.io/library
ARG BASE=$REGISTRY/debian:12
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
RUN --mount=type=bind,from=tools.example.com/lint:2,target=/lint --mount=type=cache,target=/c /lint/run
FROM node:24 AS unused
FROM $BASE AS common
COPY --from=busybox:1 /bin/busybox /bin/
FROM common
COPY --from=build /out /srv
COPY --from=0 /out /srv
`;

const lines = (given: Partial<ImagesOptions> = {}) =>
  takenImages(text, { ...options, ...given }).map(({ reference, role, platform }) =>
    [role, reference, platform].filter((part) => part !== undefined).join(' '),
  );

test('names every image that the target needs, and what it stands on', () => {
  expect(lines()).toEqual([
    'frontend docker/dockerfile:1.9',
    'stage golang:1.26 linux/amd64',
    'stage tools.example.com/lint:2',
    'base docker.io/library/debian:12',
    'stage busybox:1',
  ]);
});

test('knows the engines that build every stage, and those that start no frontends', () => {
  expect(lines({ everyStage: true, frontends: false })).toEqual([
    'stage golang:1.26 linux/amd64',
    'stage tools.example.com/lint:2',
    'stage node:24',
    'base docker.io/library/debian:12',
    'stage busybox:1',
  ]);
});

test('puts in the arguments of the build, also where others follow from them', () => {
  expect(lines({ frontends: false, target: 'COMMON', buildArgs: { REGISTRY: 'mirror.example.com' } })).toEqual([
    'base mirror.example.com/debian:12',
    'stage busybox:1',
  ]);
  expect(lines({ frontends: false, target: '0', buildArgs: {} })).toEqual([
    'base golang:1.26 linux/amd64',
    'stage tools.example.com/lint:2',
  ]);
});

test('an argument can name a stage', () => {
  const chosen = 'ARG FROM_STAGE=a\nFROM scratch AS a\nFROM debian:12 AS b\nFROM ${FROM_STAGE}\n';
  const taken = (value: string) => takenImages(chosen, { ...options, buildArgs: { FROM_STAGE: value } });
  expect(taken('a')).toEqual([]);
  expect(taken('b').map(({ reference, role }) => [reference, role])).toEqual([['debian:12', 'base']]);
  expect(taken('alpine:3').map(({ reference, role }) => [reference, role])).toEqual([['alpine:3', 'base']]);
});

test('writes other names in their place, and leaves all else as it was', () => {
  const taken = takenImages(text, options);
  const pinned = pinnedNames(text, new Map(taken.map((image, index) => [image, `pin-${index}`])));
  expect(pinned).toBe(`# syntax=pin-0
ARG REGISTRY=docker.io/library
ARG BASE=$REGISTRY/debian:12
FROM --platform=$BUILDPLATFORM pin-1 AS build
RUN --mount=type=bind,from=pin-2,target=/lint --mount=type=cache,target=/c /lint/run
FROM node:24 AS unused
FROM pin-3 AS common
COPY --from=pin-4 /bin/busybox /bin/
FROM common
COPY --from=build /out /srv
COPY --from=0 /out /srv
`);
});

test.each([
  ['FROM debian:12\nRUNN x\n', 'invalid-dockerfile', 'Dockerfile:2:1: '],
  ['FROM $NOTHING\n', 'base-not-told', 'Dockerfile:1:6: what FROM $NOTHING stands for can’t be told'],
  ['', 'invalid-dockerfile', 'Dockerfile:1:1: '],
])('%j is refused: %s', (written, code, message) => {
  expect(() => takenImages(written, options)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message.replace('’', "'")) as string }) as Error,
  );
});

test('a stage that is not there is refused with those that are', () => {
  expect(() => takenImages(text, { ...options, target: 'final' })).toThrow(
    expect.objectContaining({ code: 'no-such-stage', hint: 'It has build, unused, common' }) as Error,
  );
});

test('any text is refused or pinned so that it can be read again and takes the pins', () => {
  const piece = fc.constantFrom(
    'FROM ',
    'a',
    ' AS b',
    '\n',
    'COPY --from=',
    'c:1 ',
    'RUN --mount=from=d,',
    'ARG X=',
    '$X',
    '# syntax=',
    ' /',
    '"',
    '\\\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const written = pieces.join('');
      let taken;
      try {
        taken = takenImages(written, options);
      } catch (error) {
        expect(error).toBeInstanceOf(CodedError);
        return;
      }
      const pinned = pinnedNames(written, new Map(taken.map((image) => [image, 'registry.example.com/pin'])));
      for (const { reference } of takenImages(pinned, options)) expect(reference).toBe('registry.example.com/pin');
    }),
    fuzz(300),
  );
});
