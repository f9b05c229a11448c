import type { ProjectKind } from '../kind.ts';
import { dotnet } from './dotnet.ts';
import { go } from './go.ts';
import { gradle } from './gradle.ts';
import { make } from './make.ts';
import { maven } from './maven.ts';
import { node } from './node.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { staticSite } from './static.ts';

/** Every kind of project, in the order in which messages name them. */
export const kinds: readonly ProjectKind[] = [
  node,
  python,
  maven,
  gradle,
  go,
  rust,
  ruby,
  dotnet,
  php,
  staticSite,
  make,
];
