import { Alert, Button, FileDropzone, TextArea } from '@grafana/ui';
import type { ClusterInput } from '@jetstream-console/contract';
import { useState } from 'react';
import { useAct } from '../../api/hooks';
import { Panel, Row } from '../../components/parts';
import { Problem } from '../../components/States';
import { isCreds, sortFiles } from './draft';

interface Props {
  readonly onContext: (input: Partial<ClusterInput>) => void;
  readonly onCreds: (creds: string) => void;
}
type Files = readonly (readonly [name: string, text: string])[];

/** Fills the form from what people have at hand: a .creds file, or a context of the `nats` CLI with the files it names. */
export function ImportFiles({ onContext, onCreds }: Props) {
  const parse = useAct('parseContext');
  const [pasting, setPasting] = useState(false);
  const [text, setText] = useState('');
  const [context, setContext] = useState<string | null>(null);
  const [files, setFiles] = useState<Record<string, string>>({});
  const [fault, setFault] = useState<string | null>(null);

  const take = (given: Files) => {
    const { context: found = null, others } = sortFiles(given);
    const whole = found ?? context;
    const known = { ...files, ...others };
    setFault(null);
    if (whole !== null) {
      setContext(whole);
      setFiles(known);
      parse.mutate({ body: { context: whole, files: known } }, { onSuccess: ({ input }) => onContext(input) });
      return;
    }
    const creds = Object.values(others).find(isCreds);
    if (creds === undefined) setFault('This is neither a .creds file nor a context of the nats CLI.');
    else onCreds(creds);
  };
  const { missing = [], ignored = [] } = parse.data ?? {};
  return (
    <Panel
      title="From a file"
      actions={
        <Button size="sm" variant="secondary" fill="text" onClick={() => setPasting(!pasting)}>
          {pasting ? 'Choose a file instead' : 'Paste instead'}
        </Button>
      }
    >
      {pasting ? (
        <>
          <TextArea
            aria-label="A context or .creds, as text"
            rows={5}
            spellCheck={false}
            placeholder="The text of ~/.config/nats/context/prod.json, or of a .creds file"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Row>
            <Button size="sm" disabled={text.trim() === '' || parse.isPending} onClick={() => take([['pasted', text]])}>
              Read it
            </Button>
          </Row>
        </>
      ) : (
        <FileDropzone
          id="import-files"
          options={{
            accept: { 'application/json': ['.json'], 'text/plain': ['.creds', '.nk', '.pem', '.crt', '.key', '.txt'] },
            onDrop: (dropped: File[]) => {
              void Promise.all(dropped.map(async (file) => [file.name, await file.text()] as const)).then(take);
            },
          }}
          fileListRenderer={() => null}
        >
          Drop a .creds file or a context of the nats CLI here, with the files it names, or click to choose.
        </FileDropzone>
      )}
      {fault && <Alert severity="error" title={fault} />}
      {parse.error && <Problem error={parse.error} />}
      {parse.data && (
        <Alert
          severity={missing.length > 0 ? 'warning' : 'success'}
          title={missing.length > 0 ? 'The context was read; it names files that are not here' : 'The context was read'}
        >
          {missing.map(({ path, say }) => (
            <p key={path}>
              {path}: {say} Drop it here, or fill in the field below.
            </p>
          ))}
          {ignored.length > 0 && <p>Not used here: {ignored.join(', ')}.</p>}
        </Alert>
      )}
    </Panel>
  );
}
