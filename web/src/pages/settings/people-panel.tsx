import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { send } from '../../api/client.ts';
import { usePages } from '../../api/use-pages.ts';
import type { Person, Role } from '../../api/contract.ts';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { Failure, Refusal } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/time-ago.tsx';
import { useMay } from '../../shell/may.ts';

const roles: readonly Role[] = ['developer', 'security', 'operator', 'auditor', 'admin'];

/** Who has logged in, and what they may. */
export function PeoplePanel() {
  const mayWrite = useMay('people.write', 'every team');
  const people = usePages<Person>(['people'], '/v1/people');
  const change = useMutation({
    mutationFn: ({ id, roles: next }: { readonly id: string; readonly roles: readonly Role[] }) =>
      send<Person>('PATCH', `/v1/people/${encodeURIComponent(id)}`, { body: { roles: next } }),
    onSuccess: () => people.refresh(),
  });
  return (
    <Panel title="People">
      {people.error !== null && <Failure error={people.error} what="the people" onRetry={people.refresh} />}
      {people.isLoading && <Skeleton rows={3} />}
      <Refusal error={change.error} />
      {!people.isLoading && people.error === null && people.rows.length === 0 && (
        <p className="empty">Nobody has logged in with an account yet.</p>
      )}
      {people.rows.length > 0 && (
        <div className="scroll">
          <table className="small-table is-full is-stacking">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Roles</th>
                <th scope="col">Teams</th>
                <th scope="col">Last seen</th>
              </tr>
            </thead>
            <tbody>
              {people.rows.map((person) => (
                <tr key={person.id}>
                  <th scope="row" data-head="Name">
                    <Link to="/ledger" search={{ actor: person.name }}>
                      {person.displayName}
                    </Link>
                    {person.disabled && <span className="soft"> may not log in</span>}
                  </th>
                  <td data-head="Roles">
                    {mayWrite ? (
                      <fieldset className="checks">
                        <legend className="unseen">{`Roles of ${person.displayName}`}</legend>
                        {roles.map((role) => (
                          <label key={role} className="check">
                            <input
                              type="checkbox"
                              checked={person.roles.includes(role)}
                              disabled={change.isPending}
                              onChange={(event) =>
                                change.mutate({
                                  id: person.id,
                                  roles: event.target.checked
                                    ? [...person.roles, role]
                                    : person.roles.filter((other) => other !== role),
                                })
                              }
                            />
                            <span>{role}</span>
                          </label>
                        ))}
                      </fieldset>
                    ) : (
                      person.roles.join(', ') || 'none'
                    )}
                  </td>
                  <td data-head="Teams">{person.teams === undefined ? 'all' : person.teams.join(', ')}</td>
                  <td data-head="Last seen">
                    {person.lastSeen === undefined ? 'never' : <TimeAgo at={person.lastSeen} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
