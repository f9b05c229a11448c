import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import type { VexAnswer, VexUpload } from '../../api/contract.ts';
import { meQuery } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Refusal } from '../../parts/states.tsx';

/** A document as a file or as text; what it says then stands on its page. */
export function AddVex({ onClose }: { readonly onClose: () => void }) {
  const { data: me } = useQuery(meQuery);
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [team, setTeam] = useState<string>();
  const [image, setImage] = useState('');
  const [why, setWhy] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const teams = me?.teams;
  const chosenTeam = team ?? teams?.[0] ?? '';
  const add = useMutation({
    mutationFn: () =>
      send<VexAnswer>('POST', '/v1/vex', {
        body: {
          ...{ name: name.trim(), text, why },
          ...(chosenTeam === '' ? {} : { team: chosenTeam }),
          ...(image.trim() === '' ? {} : { image: image.trim() }),
        } satisfies VexUpload,
      }),
    onSuccess: async ({ id, isNew }) => {
      for (const key of ['vex', 'image', 'fleet']) await client.invalidateQueries({ queryKey: [key] });
      await navigate({ to: '/settings/vex/$id', params: { id }, search: { sent: isNew ? 'new' : 'same' } });
    },
  });
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setText(await file.text());
    setName((before) => (before === '' ? file.name : before));
  };
  return (
    <Dialog title="Add a VEX document" onClose={onClose} wide>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <label className="field">
          <span>File: OpenVEX or CycloneDX, as JSON</span>
          <input
            className="input"
            type="file"
            accept=".json,application/json"
            onChange={(event) => void take(event.target.files?.[0])}
          />
        </label>
        <label className="field">
          <span>Or its text</span>
          <textarea
            className="input is-code"
            rows={8}
            value={text}
            onChange={(event) => setText(event.target.value)}
            spellCheck={false}
          />
        </label>
        <Text label="Name; one of the same name is replaced" value={name} onChange={setName} />
        {teams === undefined ? (
          <Text label="Team, if it counts for the images of one alone" value={chosenTeam} onChange={setTeam} />
        ) : (
          <label className="field">
            <span>Team, for whose images it counts</span>
            <select className="input" value={chosenTeam} onChange={(event) => setTeam(event.target.value)}>
              {teams.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
        <Text label="Image, if it counts for one alone (sha256:…)" value={image} onChange={setImage} />
        <Text label="Why it is to be believed" value={why} onChange={setWhy} />
        <Refusal error={add.error} />
        <p className="form-foot">
          <button
            type="submit"
            className="button is-main"
            disabled={text.trim() === '' || name.trim() === '' || why.trim() === '' || add.isPending}
          >
            Add it
          </button>
          {add.isPending && (
            <span role="status" className="soft">
              Judging again what it is about…
            </span>
          )}
        </p>
      </form>
    </Dialog>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Text({ label, value, onChange }: TextProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
    </label>
  );
}
