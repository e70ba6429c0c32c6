import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { ConfigVersion } from '@jetstream-console/contract';
import { useState } from 'react';
import { useApi } from '../../../api/hooks';
import { ChangeList } from '../../../assetConfig/ChangeList';
import { streamFields } from '../../../assetConfig/streamFields';
import { Pager, Panel, Quiet, Row, Stack } from '../../../components/parts';
import { Empty, Loaded } from '../../../components/States';
import { ago, time } from '../../../format';
import { RestoreDialog, type Restorable } from './RestoreDialog';

const acts: Readonly<Record<string, string>> = {
  'stream.create': 'made it',
  'stream.clone': 'made it as a copy',
  'stream.update': 'changed it',
  'stream.seal': 'sealed it',
  'stream.delete': 'deleted it',
  'stream.restore_config': 'brought an earlier version back',
};

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  /** the stream is not there any more: what is brought back is made anew, without its messages */
  readonly gone?: boolean;
  /** whether a version may be brought back; a read-only cluster shows them all the same */
  readonly restorable: boolean;
}

/** Who changed the configuration here, when, what; and the way back to any of it. */
export function History({ clusterId, stream, gone = false, restorable }: Props) {
  const [cursor, setCursor] = useState<string>();
  const [chosen, setChosen] = useState<Restorable | null>(null);
  const versions = useApi('listStreamVersions', { params: { clusterId, stream }, query: { limit: 20, cursor } });
  return (
    <Panel title="History of the configuration">
      <Loaded of={versions}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="Nobody has changed it from here">
              Changes made by other tools are not in this history; the audit of the console begins with its own acts.
            </Empty>
          ) : (
            <Stack>
              {items.map((version) => (
                <Version key={version.id} version={version} onRestore={restorable ? setChosen : null} />
              ))}
              <Pager
                total={null}
                shown={items.length}
                atStart={cursor === undefined}
                onFirst={() => setCursor(undefined)}
                onNext={nextCursor === null ? null : () => setCursor(nextCursor)}
                nextText="Earlier"
              />
            </Stack>
          )
        }
      </Loaded>
      {chosen && (
        <RestoreDialog
          clusterId={clusterId}
          stream={stream}
          gone={gone}
          version={chosen}
          onClose={() => setChosen(null)}
        />
      )}
    </Panel>
  );
}

interface VersionProps {
  readonly version: ConfigVersion;
  readonly onRestore: ((chosen: Restorable) => void) | null;
}

function Version({ version, onRestore }: VersionProps) {
  const styles = useStyles2(getStyles);
  const { id, login, action, time: at, before, after, diff } = version;
  const back = (side: 'before' | 'after', config: ConfigVersion['before'], text: string) =>
    config !== null &&
    onRestore !== null && (
      <Button
        size="sm"
        variant="secondary"
        icon="history"
        onClick={() => onRestore({ id, side, config, time: at })}
        aria-label={`${text}, ${time(at)}`}
      >
        {text}
      </Button>
    );
  return (
    <article className={styles.version} data-version={action}>
      <Row>
        <span>
          <strong>{login ?? 'somebody'}</strong> {acts[action] ?? action}
        </span>
        <Quiet>
          {time(at)}, {ago(at)}
        </Quiet>
      </Row>
      {before !== null && after !== null && (
        <ChangeList label={`Changed at ${time(at)}`} groups={streamFields} changes={diff} />
      )}
      <Row>
        {back('before', before, 'Back to before this')}
        {back('after', after, 'Back to this')}
      </Row>
    </article>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  version: css({
    display: 'grid',
    gap: theme.spacing(1),
    gridTemplateColumns: 'minmax(0, 1fr)',
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
});
