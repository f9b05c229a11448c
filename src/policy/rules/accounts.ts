import type { Account } from '../../model/index.ts';
import { matchesAny } from '../pattern.ts';
import { isDeleted, misconfigurationAt } from '../rule.ts';
import type { Draft, Rule } from '../rule.ts';
import { shellWord } from '../shell-word.ts';

interface Settings {
  readonly emptyPasswords: boolean;
  readonly rootTwins: boolean;
  readonly passwords: boolean;
  readonly loginShells: boolean;
  readonly except: readonly string[];
}

/** No account lets someone in who should not be. */
export const accounts: Rule<Settings> = {
  name: 'accounts',
  summary: 'No account without a password, no second account with number 0; if asked, no password and no login shell.',
  explanation:
    'An empty password opens su and any service that logs people in; a second account with number 0 is a second root; a ' +
    'password that is set is the same in every container. loginShells also objects to accounts other than root that ' +
    'have a shell.',
  needs: ['files'],
  defaults: { emptyPasswords: true, rootTwins: true, passwords: true, loginShells: false, except: [] },
  settings: (z) => ({
    emptyPasswords: z.boolean().describe('Object to accounts without a password. Default true.'),
    rootTwins: z.boolean().describe('Object to accounts other than root with number 0. Default true.'),
    passwords: z.boolean().describe('Object to passwords that are set. Default true.'),
    loginShells: z.boolean().describe('Object to shells of accounts other than root. Default false.'),
    except: z.array(z.string().max(200)).describe('Patterns on account names that may. Default none.'),
  }),
  check(record, settings) {
    const violations = record.accounts
      .filter(({ place, name }) => !isDeleted(place) && !matchesAny(settings.except, name))
      .flatMap((account) => objections(account, settings))
      .map(({ account, check, ...rest }) => ({
        ...rest,
        ...misconfigurationAt(record, check === 'password' ? 'root-password' : check, account.place.path, account.name),
      }));
    return { violations };
  },
};

type Objection = Draft & { readonly account: Account; readonly check: string };

function objections(account: Account, settings: Settings): readonly Objection[] {
  const { name, uid, password, shell } = account;
  const word = shellWord(name) ?? 'the account';
  const drafts: Objection[] = [];
  if (settings.emptyPasswords && password === 'empty')
    drafts.push(
      draft(account, {
        check: 'empty-password',
        severity: 'high',
        what: `account ${name} has an empty password`,
        why: 'anyone in the container can become it',
        mend: `RUN passwd -l ${word}`,
      }),
    );
  if (settings.passwords && password === 'set')
    drafts.push(
      draft(account, {
        check: 'password',
        severity: 'medium',
        what: `account ${name} has a password`,
        why: 'it is the same in every container and its hash ships with the image',
        mend: `RUN passwd -l ${word}`,
      }),
    );
  if (settings.rootTwins && uid === 0 && name !== 'root')
    drafts.push(
      draft(account, {
        check: 'uid-0-twin',
        severity: 'high',
        what: `account ${name} has number 0`,
        why: 'it is a second root',
        mend: `RUN userdel ${word}`,
      }),
    );
  if (settings.loginShells && uid !== 0 && !/(?:^|\/)(?:nologin|false|sync|halt|shutdown)$/.test(shell) && shell !== '')
    drafts.push(
      draft(account, {
        check: 'login-shell',
        severity: 'low',
        what: `account ${name} has the shell ${shell}`,
        why: 'no one logs in to a container',
        mend: `RUN usermod -s /usr/sbin/nologin ${word}`,
      }),
    );
  return drafts;
}

function draft(
  account: Account,
  words: Pick<Draft, 'severity' | 'what' | 'why' | 'mend'> & { check: string },
): Objection {
  return {
    account,
    subject: `account:${account.name}:${words.check}`,
    owner: account.place.owner,
    place: account.place,
    ...words,
  };
}
