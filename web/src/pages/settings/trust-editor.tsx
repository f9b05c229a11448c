import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import type { Trust, TrustCheck, TrustChange } from '../../api/contract.ts';
import { CheckLine } from '../../parts/check-line.tsx';
import { Editor } from '../../parts/editor.tsx';
import { KeepUnsaved } from '../../parts/keep-unsaved.tsx';
import { SaveText } from '../../parts/save-text.tsx';
import { useTextCheck } from '../../parts/use-text-check.ts';
import { counted } from '../../parts/words.ts';
import { useMay } from '../../shell/may.ts';

interface TrustEditorProps {
  readonly was: string;
  /** There is none yet: as it stands it may be saved. */
  readonly isNew: boolean;
  readonly etag: string | undefined;
  readonly onSaved: (version: number) => void;
}

/** Sigstore's file, which a trust root may name, as somebody chose it. */
interface Chosen {
  readonly name: string;
  readonly text: string;
}

/** The text of the trust root, checked as it is written. */
export function TrustEditor({ was, isNew, etag, onSaved }: TrustEditorProps) {
  const mayWrite = useMay('trust.write', 'every team');
  const [text, setText] = useState(was);
  const [sigstore, setSigstore] = useState<Chosen>();
  const client = useQueryClient();
  const beside = sigstore === undefined ? {} : { sigstore: sigstore.text };
  const check = useTextCheck(['trust-check', sigstore?.text ?? ''], text, (asked, signal) =>
    send<TrustCheck>('POST', '/v1/trust/check', { body: { text: asked, ...beside }, signal }),
  );
  const isChanged = text !== was || sigstore !== undefined;
  const namesSigstore = /^sigstore:/m.test(text);
  const save = async (why: string): Promise<void> => {
    const body: TrustChange = { text, why, ...beside };
    const headers = etag === undefined ? {} : { headers: { 'if-match': etag } };
    const { version } = await send<Trust>('PUT', '/v1/trust', { body, ...headers });
    onSaved(version);
    setSigstore(undefined);
    for (const key of ['trust', 'image', 'fleet']) await client.invalidateQueries({ queryKey: [key] });
  };
  const undo = (): void => {
    setText(was);
    setSigstore(undefined);
  };
  return (
    <>
      <Editor
        label="Trust root, YAML"
        text={text}
        onChange={mayWrite ? setText : undefined}
        errors={mayWrite ? check.errors : []}
      />
      {mayWrite && (
        <>
          <CheckLine check={check} right={rightText(check.data, isChanged || isNew)} />
          {namesSigstore && <SigstoreFile chosen={sigstore} onChoose={setSigstore} />}
          <SaveText
            disabled={!(isChanged || isNew) || check.state !== 'right'}
            onSave={save}
            onUndo={isChanged ? undo : undefined}
          />
          <KeepUnsaved what="the trust root" isUnsaved={isChanged} />
        </>
      )}
    </>
  );
}

function rightText(check: TrustCheck | undefined, isUnsaved: boolean): string {
  const whom =
    check === undefined || check.signers.length === 0
      ? 'it trusts nobody yet'
      : `it trusts ${counted(check.signers.length, 'signer')}`;
  return `${isUnsaved ? 'No mistakes, not saved' : 'No mistakes'}; ${whom}${check?.sigstore === true ? ', and Sigstore' : ''}`;
}

/** The file that `sigstore.trustedRoot` names: the one that is kept stays as long as no other is chosen. */
function SigstoreFile({
  chosen,
  onChoose,
}: {
  readonly chosen: Chosen | undefined;
  readonly onChoose: (chosen: Chosen) => void;
}) {
  return (
    <label className="field said">
      <span>
        {chosen === undefined
          ? 'Sigstore’s trusted_root.json; the one that is kept stays if none is chosen'
          : `Sigstore’s trusted_root.json: ${chosen.name} will be kept`}
      </span>
      <input
        className="input"
        type="file"
        accept=".json,application/json"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) void file.text().then((text) => onChoose({ name: file.name, text }));
        }}
      />
    </label>
  );
}
