import { expect, test } from 'vitest';
import type { Digest } from '../../model/index.ts';
import { instructionsOf } from './history.ts';

test('maps the history that is not empty to layers, and writes instructions as they stood in the Dockerfile', () => {
  const history = [
    { createdBy: '/bin/sh -c #(nop) ADD file:abc in / ', emptyLayer: false },
    { createdBy: '/bin/sh -c #(nop)  CMD ["bash"]', emptyLayer: true },
    { createdBy: 'RUN /bin/sh -c apt-get update   && apt-get install -y curl # buildkit', emptyLayer: false },
    { createdBy: '/bin/sh -c echo hello', emptyLayer: false },
    { createdBy: `COPY ${'x'.repeat(300)} /srv # buildkit`, emptyLayer: false },
  ];
  const diffIds = ['a', 'b', 'c', 'd', 'e'] as string[] as Digest[];
  expect(instructionsOf({ config: {}, diffIds, history }, (text) => text.replace('hello', '***'))).toEqual([
    'ADD file:abc in /',
    'RUN apt-get update && apt-get install -y curl',
    'RUN echo ***',
    `COPY ${'x'.repeat(194)}…`,
    undefined,
  ]);
});
