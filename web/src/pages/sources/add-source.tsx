import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import type { NewSource, Source } from '../../api/contract.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Refusal } from '../../parts/states.tsx';

type Kind = NewSource['kind'];

/** What each kind wants: where it is, and the secrets that open it. */
const kinds: Readonly<
  Record<
    Kind,
    { readonly text: string; readonly address: string; readonly secrets: readonly (readonly [string, string])[] }
  >
> = {
  docker: {
    text: 'Docker engine',
    address: 'unix:///var/run/docker.sock',
    secrets: [
      ['ca', 'CA certificate (PEM, for TLS)'],
      ['clientCertificate', 'Client certificate (PEM)'],
      ['clientKey', 'Client key (PEM)'],
    ],
  },
  kubernetes: {
    text: 'Kubernetes cluster',
    address: 'https://',
    secrets: [
      ['token', 'Token of a service account that may read'],
      ['ca', 'CA certificate (PEM)'],
      ['clientCertificate', 'Client certificate (PEM), instead of a token'],
      ['clientKey', 'Client key (PEM)'],
      ['kubeconfig', 'Or the text of a kubeconfig (PEM or YAML); its address is kubeconfig'],
    ],
  },
  containerd: { text: 'containerd', address: 'unix:///run/containerd/containerd.sock', secrets: [] },
  registry: {
    text: 'Registry',
    address: 'https://',
    secrets: [
      ['username', 'Account'],
      ['password', 'Password'],
      ['token', 'Or a token'],
    ],
  },
};

function isKind(text: string): text is Kind {
  return Object.hasOwn(kinds, text);
}

export function AddSource({ kind: first, onClose }: { readonly kind: string; readonly onClose: () => void }) {
  const [kind, setKind] = useState<Kind>(isKind(first) ? first : 'docker');
  const [name, setName] = useState('');
  const [address, setAddress] = useState(kinds[kind].address);
  const [environment, setEnvironment] = useState('');
  const [team, setTeam] = useState('');
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: () =>
      send<Source>('POST', '/v1/sources', {
        body: {
          kind,
          name,
          address,
          secrets: Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== '')),
          ...(environment === '' ? {} : { environment }),
          ...(team === '' ? {} : { team }),
        } satisfies NewSource,
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['sources'] });
      await client.invalidateQueries({ queryKey: ['fleet'] });
      onClose();
    },
  });
  return (
    <Dialog title="Connect a source" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <label className="field">
          <span>Kind</span>
          <select
            className="input"
            value={kind}
            onChange={(event) => {
              const next = event.target.value;
              if (!isKind(next)) return;
              setKind(next);
              setAddress(kinds[next].address);
              setSecrets({});
            }}
          >
            {Object.entries(kinds).map(([key, { text }]) => (
              <option key={key} value={key}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <Field label="Name, as it is shown" value={name} onChange={setName} required />
        <Field label="Address" value={address} onChange={setAddress} required />
        <Field label="Environment (production, staging, …)" value={environment} onChange={setEnvironment} />
        <Field label="Team" value={team} onChange={setTeam} />
        {kinds[kind].secrets.map(([key, label]) => (
          <label key={key} className="field">
            <span>{label}</span>
            {label.includes('PEM') ? (
              <textarea
                className="input is-code"
                rows={3}
                value={secrets[key] ?? ''}
                onChange={(event) => setSecrets({ ...secrets, [key]: event.target.value })}
                spellCheck={false}
              />
            ) : (
              <input
                className="input"
                type={key === 'username' ? 'text' : 'password'}
                value={secrets[key] ?? ''}
                onChange={(event) => setSecrets({ ...secrets, [key]: event.target.value })}
                autoComplete="off"
              />
            )}
          </label>
        ))}
        {kinds[kind].secrets.length > 0 && (
          <p className="soft">Secrets are kept encrypted and never shown again. What is left empty is not set.</p>
        )}
        <Refusal error={add.error} />
        <p className="form-foot">
          <button type="submit" className="button is-main" disabled={name.trim() === '' || add.isPending}>
            Connect
          </button>
        </p>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly required?: boolean;
}

function Field({ label, value, onChange, required = false }: FieldProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        required={required}
        autoComplete="off"
        spellCheck={false}
      />
    </label>
  );
}
