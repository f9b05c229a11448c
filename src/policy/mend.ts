import type { Finding, ImageRecord, Package, VulnerabilityFinding } from '../model/index.ts';
import { upgradeCommands } from './mend.table.ts';
import type { RecordLookup } from './rule.ts';
import { shellWord } from './shell-word.ts';

/**
 * The cheapest way to be rid of a vulnerability: a newer base where the base brought it, else the package manager's own
 * command. Undefined where no fix is known.
 */
export function mendVulnerability(
  record: ImageRecord,
  finding: VulnerabilityFinding,
  lookup: RecordLookup,
): string | undefined {
  if (finding.place.deletedIn !== undefined) return mendDeleted(finding);
  const found = lookup.package(finding.packageId);
  const carrier = found?.ownedBy === undefined ? undefined : lookup.package(found.ownedBy);
  if (finding.fix.version === undefined && finding.fix.state !== 'fixed') return undefined;
  if (finding.place.owner === 'base') return rebuildOnNewerBase(record);
  if (carrier !== undefined) return upgrade(carrier.type, carrier.name, undefined);
  return upgrade(found?.type, finding.packageName, finding.fix.version, found);
}

/** What to do about something that an upper layer deleted but a lower one still ships. */
function mendDeleted({ place }: Pick<Finding, 'place'>): string {
  const where =
    place.owner === 'base' ? 'in the base image' : `in layer ${place.layer === undefined ? '?' : place.layer + 1}`;
  return `remove it ${where}, in the same RUN that makes it or by a multi-stage build; deleting it later still ships it`;
}

/** Advice for what came with the base. */
export function rebuildOnNewerBase(record: ImageRecord): string {
  const name = record.base?.name === undefined ? undefined : shellWord(record.base.name);
  return name === undefined ? 'rebuild on a newer base image' : `rebuild on a newer ${name} (docker build --pull)`;
}

function upgrade(type: string | undefined, name: string, version: string | undefined, found?: Package): string {
  const safeName = shellWord(name);
  const target = version === undefined ? 'the fixed version' : (shellWord(version) ?? 'the fixed version');
  if (safeName === undefined) return `upgrade the package to ${target}`;
  const command = type === undefined || !Object.hasOwn(upgradeCommands, type) ? undefined : upgradeCommands[type];
  const nested = found?.place.innerPath !== undefined ? ', then rebuild the archive that holds it' : '';
  if (command === undefined) return `upgrade ${safeName} to ${target}${nested}`;
  if (version === undefined && !['deb', 'apk', 'rpm', 'alpm'].includes(type!))
    return `upgrade ${safeName} to ${target}`;
  const bare = (version ?? '').replace(type === 'golang' ? /^v/ : /^$/, '');
  return `${command({ name: safeName, version: target, at: (join) => shellWord(`${name}${join}${bare}`) ?? safeName })}${nested}`;
}
