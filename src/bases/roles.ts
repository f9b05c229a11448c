import { CodedError } from '../model/index.ts';

/** What a role may let people do; adding and assessing is anyone's who can change the catalogue. */
export type BaseDeed = 'endorse' | 'deprecate' | 'retire';

/** Who may do what with bases: `roles.yaml` of a catalogue. */
export interface Roles {
  readonly roles: readonly {
    readonly name: string;
    readonly may: readonly BaseDeed[];
    readonly people: readonly Person[];
  }[];
}

export interface Person {
  readonly name: string;
  /** PEM; where it is given, what the person signs must verify with it. */
  readonly publicKey?: string;
}

/**
 * The person, if that role lets them do it. Throws `base-role-missing` saying who may, so that the refused know whom to
 * ask.
 */
export function personWhoMay(roles: Roles, deed: BaseDeed, { by, role }: { by: string; role: string }): Person {
  const named = roles.roles.find(({ name }) => name === role);
  const person = named?.people.find(({ name }) => name === by);
  if (named !== undefined && person !== undefined && named.may.includes(deed)) return person;
  const may = roles.roles.filter((each) => each.may.includes(deed));
  const who = may.flatMap(({ name, people }) => people.map((each) => `${each.name} (${name})`));
  const why =
    named === undefined
      ? `there is no role ${role}`
      : person === undefined
        ? `${by} is not in the role ${role}`
        : `the role ${role} does not let anyone ${deed}`;
  throw new CodedError('base-role-missing', `${by} may not ${deed} a base: ${why}`, {
    hint: who.length === 0 ? `no role in roles.yaml may ${deed}` : `those who may: ${who.slice(0, 10).join(', ')}`,
  });
}
