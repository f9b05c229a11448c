import type { PackageItem } from '../../../model/index.ts';

const mostRelations = 1000;
/** A package's name, behind which an architecture, a version and more may stand (Debian policy § 7.1). */
const nameShape = /^ *([a-z0-9][a-z0-9+.-]{0,200})/;

/** What a package needs and what it stands for, names alone: `libc6 (>= 2.34), debconf (>= 0.5) | debconf-2.0`. */
export function relationsOf(
  fields: ReadonlyMap<string, string>,
): Pick<PackageItem, 'depends' | 'provides' | 'essential'> {
  const depends = [...namesIn(fields.get('Pre-Depends')), ...namesIn(fields.get('Depends'))];
  const provides = namesIn(fields.get('Provides'));
  return {
    ...(depends.length === 0 ? {} : { depends: [...new Set(depends)] }),
    ...(provides.length === 0 ? {} : { provides }),
    ...(fields.get('Essential') === 'yes' ? { essential: true } : {}),
  };
}

function namesIn(field: string | undefined): readonly string[] {
  if (field === undefined) return [];
  return field
    .split(',', mostRelations)
    .map((entry) =>
      entry
        .split('|', 50)
        .flatMap((alternative) => nameShape.exec(alternative)?.[1] ?? [])
        .join('|'),
    )
    .filter((entry) => entry !== '');
}
