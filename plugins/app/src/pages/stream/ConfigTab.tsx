import { Button, LinkButton } from '@grafana/ui';
import type { ChangeResult } from '@jetstream-console/contract';
import { useState } from 'react';
import { useApi, useMay } from '../../api/hooks';
import { mayOnStream, useMayChange } from '../../api/mayChange';
import { ConfigView } from '../../assetConfig/ConfigView';
import { ExportDialog, formatFrom } from '../../assetConfig/ExportDialog';
import { Outcome } from '../../assetConfig/Outcome';
import { streamFields } from '../../assetConfig/streamFields';
import { CannotChange } from '../../components/CannotChange';
import { pageUrl, Row, Stack } from '../../components/parts';
import { streamAddCommand } from '../../natsCommand';
import { useKeys } from '../../useKeys';
import { useUrl } from '../../useUrl';
import { EditStream } from './change/EditStream';
import { History } from './change/History';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What of this tab stands in the URL. */
export const configKeys = ['edit', 'history', 'export'] as const;

/** What is set on this stream and what that does, and for those who may, the change of it. */
export function ConfigTab({ clusterId, stream, config }: Props) {
  const url = useUrl();
  const may = useMay();
  const change = useMayChange(clusterId);
  const [outcome, setOutcome] = useState<ChangeResult | null>(null);
  const mayEdit = change.streams('update', stream);
  const edit = url.get('edit');
  const begin = () => url.set({ edit: '1' }, false);
  const end = () => url.set({ edit: null }, false);
  const covered = url.get('act') !== undefined || url.get('export') !== undefined;
  useKeys(mayEdit && edit === undefined && !covered ? { e: begin } : {});
  if (edit !== undefined)
    return mayEdit ? (
      <EditStream
        clusterId={clusterId}
        stream={stream}
        focus={edit === '1' ? undefined : edit}
        onSaved={(result) => {
          setOutcome(result);
          end();
        }}
        onCancel={end}
      />
    ) : (
      <CannotChange what={`change the stream ${stream}`} role="editor" readOnly={change.readOnly} />
    );
  const history = url.get('history') !== undefined;
  return (
    <Stack>
      {outcome && <Outcome result={outcome} groups={streamFields} onClose={() => setOutcome(null)} />}
      <Row>
        {mayEdit && (
          <Button size="sm" icon="edit" tooltip="Edit ( e )" onClick={begin}>
            Edit
          </Button>
        )}
        {change.streams('create') && (
          <LinkButton
            size="sm"
            variant="secondary"
            icon="copy"
            href={pageUrl(`streams?cluster=${clusterId}&create=copy&of=${encodeURIComponent(stream)}`)}
          >
            Clone
          </LinkButton>
        )}
        <Button size="sm" variant="secondary" icon="download-alt" onClick={() => url.set({ export: 'json' }, false)}>
          Export
        </Button>
        {mayOnStream(may, 'update', clusterId, stream) && (
          <Button
            size="sm"
            variant="secondary"
            icon="history"
            aria-expanded={history}
            onClick={() => url.set({ history: history ? null : '1' }, false)}
          >
            History
          </Button>
        )}
      </Row>
      {history && mayOnStream(may, 'update', clusterId, stream) && (
        <History clusterId={clusterId} stream={stream} restorable={mayEdit} />
      )}
      <ConfigView name={stream} config={config} groups={streamFields} command={streamAddCommand(config)} />
      {url.get('export') !== undefined && <Export clusterId={clusterId} stream={stream} />}
    </Stack>
  );
}

function Export({ clusterId, stream }: Pick<Props, 'clusterId' | 'stream'>) {
  const url = useUrl();
  const as = formatFrom(url.get('export'));
  const exported = useApi('exportStreamConfig', { params: { clusterId, stream }, query: { as } });
  return (
    <ExportDialog
      name={stream}
      as={as}
      of={exported}
      onFormat={(next) => url.set({ export: next })}
      onClose={() => url.set({ export: null })}
    />
  );
}
