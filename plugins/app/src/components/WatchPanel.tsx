import { Badge, ClipboardButton } from '@grafana/ui';
import { exact } from '../format';
import { useWatch, type Look } from '../useWatch';
import { DataTable, type Column } from './DataTable';
import { Panel, Quiet, Row, Stack } from './parts';
import { Problem } from './States';

const states = {
  connecting: ['orange', 'connecting'],
  watching: ['green', 'watching'],
  lost: ['red', 'connection lost, trying again'],
  ended: ['red', 'ended'],
} as const;

interface Props<E extends { readonly revision: number }> {
  readonly look: Look<E>;
  /** the same for a terminal */
  readonly command: string;
  /** such as `all keys` */
  readonly of: string;
  /** what a person sees before anything has happened */
  readonly nothing: string;
  readonly columns: Column<E>[];
  readonly onEntry: (entry: E) => void;
}

/** What changes while one looks, newest first. */
export function WatchPanel<E extends { readonly revision: number }>(props: Props<E>) {
  const { look, command, of, nothing, columns, onEntry } = props;
  const watched = useWatch(look);
  const [color, text] = states[watched.state];
  return (
    <Panel
      title="Live changes"
      actions={
        <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => command}>
          nats command
        </ClipboardButton>
      }
    >
      <Stack>
        <Row>
          <Badge color={color} text={text} data-testid="watch-state" />
          <Quiet>{of}</Quiet>
          {watched.skipped > 0 && <Quiet>{exact(watched.skipped)} changes came too fast to be shown</Quiet>}
        </Row>
        {watched.error && watched.state !== 'watching' && <Problem error={watched.error} />}
        {watched.entries.length === 0 ? (
          watched.state === 'watching' && <Quiet>{nothing}</Quiet>
        ) : (
          <DataTable
            label="Live changes"
            columns={columns}
            rows={watched.entries}
            keyOf={(row) => String(row.revision)}
            onRow={onEntry}
          />
        )}
      </Stack>
    </Panel>
  );
}
