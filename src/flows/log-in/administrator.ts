import { changePerson, type KeptPerson, seePerson, type Store } from '../../server-store/index.ts';

/**
 * The administrator whom the machine itself vouches for, made where there is none. Always with every right: it is the way back in
 * when roles were lost or the account was disabled.
 */
export async function administrator(store: Store): Promise<KeptPerson> {
  const person = await seePerson(store, {
    known: 'setup',
    name: 'admin',
    displayName: 'Administrator',
    roles: ['admin'],
    follows: true,
  });
  return person.disabled ? ((await changePerson(store, person.id, { disabled: false })) ?? person) : person;
}
