import { css } from '@emotion/css';
import { CoreApp } from '@grafana/data';
import { InlineField, InlineSwitch, RadioButtonGroup, Stack, useStyles2 } from '@grafana/ui';
import type { QueryKind } from '@jetstream-console/contract';
import { useId } from 'react';
import { kindLabels } from '../labels';
import { canStream } from '../live/live';
import type { JetStreamQuery } from '../types';

interface Props {
  query: JetStreamQuery;
  kinds: readonly QueryKind[];
  app: CoreApp | undefined;
  onKind: (kind: QueryKind) => void;
  onLive: (live: boolean) => void;
}

/** Which kind of question, and whether the answer keeps growing. */
export function KindField({ query, kinds, app, onKind, onLive }: Props) {
  const live = useId();
  const styles = useStyles2(getStyles);
  // A kind that is not offered here is still shown when the query has it.
  const shown = kinds.includes(query.spec.kind) ? kinds : [...kinds, query.spec.kind];
  const inPanel = app === CoreApp.Dashboard || app === CoreApp.PanelEditor || app === CoreApp.PanelViewer;
  return (
    <Stack direction="row" wrap="wrap" gap={1} alignItems="center">
      <div className={styles.kinds}>
        <RadioButtonGroup
          aria-label="Kind of query"
          options={shown.map((value) => ({ value, ...kindLabels[value] }))}
          value={query.spec.kind}
          onChange={onKind}
        />
      </div>
      {inPanel && canStream(query) && (
        <InlineField
          label="Live"
          htmlFor={live}
          tooltip="Starts empty and grows as figures or messages come in. In Explore the Live button does the same."
        >
          <InlineSwitch
            id={live}
            value={query.live ?? false}
            onChange={(event) => onLive(event.currentTarget.checked)}
          />
        </InlineField>
      )}
    </Stack>
  );
}

const getStyles = () => ({
  // All kinds are seen at any width: what is scrolled out of sight is not known to be there.
  kinds: css({ maxWidth: '100%', "[role='radiogroup']": { flexWrap: 'wrap', height: 'auto' } }),
});
