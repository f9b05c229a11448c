import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/queries.ts';
import { Panel } from '../../parts/panel.tsx';
import { useMay } from '../../shell/may.ts';
import { useTitle } from '../../shell/use-title.ts';
import { AdvisoriesPanel } from './advisories-panel.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { SettingsTabs } from './settings-tabs.tsx';
import { TokensPanel } from './tokens-panel.tsx';

/** Who one is here, tokens for automation, the advisories that are judged by, who else there is. */
export function SettingsPage() {
  useTitle('Settings');
  const { data: me } = useQuery(meQuery);
  const mayMakeTokens = useMay('token.write');
  const mayReadPeople = useMay('people.read');
  return (
    <>
      <header className="page-head">
        <h1>Settings</h1>
      </header>
      <SettingsTabs />
      {me !== undefined && (
        <Panel title="You">
          <dl className="facts">
            <div>
              <dt>Name</dt>
              <dd>{me.displayName}</dd>
            </div>
            <div>
              <dt>Known by</dt>
              <dd>
                <code className="wrap">{me.actor.known}</code>
              </dd>
            </div>
            <div>
              <dt>Roles</dt>
              <dd>{me.roles.join(', ')}</dd>
            </div>
            <div>
              <dt>Teams</dt>
              <dd>{me.teams === undefined ? 'all' : me.teams.join(', ') || 'none'}</dd>
            </div>
          </dl>
        </Panel>
      )}
      <AdvisoriesPanel />
      {mayMakeTokens && <TokensPanel />}
      {mayReadPeople && <PeoplePanel />}
    </>
  );
}
