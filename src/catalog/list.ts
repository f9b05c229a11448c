import type { Cataloger } from './cataloger.ts';
import { bloat } from './catalogers/bloat/index.ts';
import { executables } from './catalogers/executables/index.ts';
import { exposures } from './catalogers/exposures/index.ts';
import { go } from './catalogers/go/index.ts';
import { rust } from './catalogers/rust/index.ts';
import { npm } from './catalogers/npm/index.ts';
import { java } from './catalogers/java/index.ts';
import { python } from './catalogers/python/index.ts';
import { ruby } from './catalogers/ruby/index.ts';
import { apk } from './catalogers/apk/index.ts';
import { dpkg } from './catalogers/dpkg/index.ts';
import { osRelease } from './catalogers/os-release/index.ts';
import { rpm } from './catalogers/rpm/index.ts';
import { accounts } from './catalogers/accounts/index.ts';
import { certificates } from './catalogers/certificates/index.ts';
import { privateKeys } from './catalogers/private-keys/index.ts';
import { secrets } from './catalogers/secrets/index.ts';

/** Every cataloger, in the order in which a file is offered to them. */
export const catalogers: readonly Cataloger[] = [
  executables,
  go,
  rust,
  exposures,
  bloat,
  npm,
  python,
  java,
  ruby,
  dpkg,
  apk,
  rpm,
  osRelease,
  accounts,
  certificates,
  privateKeys,
  secrets,
];
