import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import type { NotifyChannel, NotifyChannelChange, Result } from '../../api/contract.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { resultWords } from '../../parts/mark.tsx';
import { Refusal } from '../../parts/states.tsx';
import { kindWords, listOf } from './channel-words.ts';

type Kind = NotifyChannel['kind'];

interface ChannelDialogProps {
  /** What is chosen first for a new one. */
  readonly kind?: string;
  /** The one that is changed; its secrets are not known here. */
  readonly channel?: NotifyChannel;
  readonly onClose: () => void;
}

const results = ['fail', 'cannot-tell', 'pass'] as const;

/** What a form holds before it becomes a channel: text as it is typed. */
type Words = Readonly<
  Record<
    | 'name'
    | 'url'
    | 'secret'
    | 'server'
    | 'password'
    | 'from'
    | 'to'
    | 'ownerDomains'
    | 'teams'
    | 'scopes'
    | 'environments',
    string
  >
>;

export function ChannelDialog({ kind: first = 'webhook', channel, onClose }: ChannelDialogProps) {
  const [kind, setKind] = useState<Kind>(
    channel?.kind ?? (Object.hasOwn(kindWords, first) ? (first as Kind) : 'webhook'),
  );
  const [words, setWords] = useState<Words>(() => wordsOf(channel));
  const [told, setTold] = useState<readonly Result[]>(channel?.results ?? ['fail']);
  const [running, setRunning] = useState(channel?.running ?? true);
  const client = useQueryClient();
  const isNew = channel === undefined;
  const name = words.name.trim();
  const save = useMutation({
    mutationFn: () =>
      send<NotifyChannel>('PUT', `/v1/notify/${encodeURIComponent(name)}`, {
        body: changeOf(kind, words, { results: [...told], running }),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['channels'] });
      onClose();
    },
  });
  const field = (key: keyof Words, label: string, type: 'text' | 'password' = 'text') => (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        type={type}
        value={words[key]}
        onChange={(event) => setWords({ ...words, [key]: event.target.value })}
        autoComplete="off"
        spellCheck={false}
      />
    </label>
  );
  const placeStays = isNew ? '' : `; ${channel.place} is kept if it is left empty`;
  const stays = isNew ? '' : '; what is kept stays if it is left empty';
  const isWhole = name !== '' && told.length > 0 && (kind === 'email' ? words.from !== '' : !isNew || words.url !== '');
  return (
    <Dialog title={isNew ? 'Add a channel' : `Change ${channel.name}`} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {isNew && (
          <>
            <label className="field">
              <span>Kind</span>
              <select className="input" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
                {Object.entries(kindWords).map(([key, text]) => (
                  <option key={key} value={key}>
                    {text}
                  </option>
                ))}
              </select>
            </label>
            {field('name', 'Name (a–z, 0–9 and dashes)')}
          </>
        )}
        {kind === 'webhook' && (
          <>
            {field('url', `Address, https://…${placeStays}`)}
            {field('secret', `Secret that signs what is sent${stays}`, 'password')}
          </>
        )}
        {kind === 'slack' && field('url', `Address of the incoming webhook${placeStays}`)}
        {kind === 'email' && (
          <>
            {field('server', `Server, smtp://USER@HOST:PORT or smtps://…${placeStays}`)}
            {field('password', `Password, if it asks for one${stays}`, 'password')}
            {field('from', 'From')}
            {field('to', 'To, with commas between')}
            {field('ownerDomains', 'And owners whose addresses lie in these domains')}
          </>
        )}
        {!isNew && kind !== 'slack' && (
          <p className="soft">
            {kind === 'webhook'
              ? 'Another address needs its secret again.'
              : 'Another server needs its password again.'}
          </p>
        )}
        <fieldset className="checks">
          <legend>Tells of turns to</legend>
          {results.map((result) => (
            <label key={result} className="check">
              <input
                type="checkbox"
                checked={told.includes(result)}
                onChange={(event) =>
                  setTold(event.target.checked ? [...told, result] : told.filter((other) => other !== result))
                }
              />
              <span>{resultWords[result]}</span>
            </label>
          ))}
        </fieldset>
        <label className="check">
          <input type="checkbox" checked={running} onChange={(event) => setRunning(event.target.checked)} />
          <span>Only of images of which containers run</span>
        </label>
        {field('teams', 'Only of these teams; empty: all')}
        {field('scopes', 'Only in these scopes of the policy; empty: all')}
        {field('environments', 'Only in these environments; empty: all')}
        <p className="soft">Addresses and secrets are kept encrypted and never shown again.</p>
        <Refusal error={save.error} />
        <p className="form-foot">
          <button type="submit" className="button is-main" disabled={!isWhole || save.isPending}>
            {isNew ? 'Add it' : 'Save'}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

function wordsOf(channel: NotifyChannel | undefined): Words {
  const list = (names: readonly string[] | undefined): string => names?.join(', ') ?? '';
  return {
    ...{ name: channel?.name ?? '', url: '', secret: '', password: '', from: channel?.from ?? '' },
    server: channel === undefined ? 'smtp://' : '',
    ...{ to: list(channel?.to), ownerDomains: list(channel?.ownerDomains) },
    ...{ teams: list(channel?.teams), scopes: list(channel?.scopes), environments: list(channel?.environments) },
  };
}

function changeOf(
  kind: Kind,
  words: Words,
  told: { readonly results: Result[]; readonly running: boolean },
): NotifyChannelChange {
  const { url, secret, password } = words;
  const filter = {
    ...told,
    teams: listOf(words.teams),
    scopes: listOf(words.scopes),
    environments: listOf(words.environments),
  };
  if (kind === 'webhook') return { kind, ...filter, url: given(url), secret: given(secret) };
  if (kind === 'slack') return { kind, ...filter, url: given(url) };
  return {
    ...{ kind, ...filter, server: given(words.server), password: given(password), from: words.from.trim() },
    ...{ to: listOf(words.to) ?? [], ownerDomains: listOf(words.ownerDomains) ?? [] },
  };
}

/** What is left empty is not sent. */
function given(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}
