import { Alert, Button, RadioButtonGroup } from '@grafana/ui';
import type { NatsConfig } from '@jetstream-console/contract';
import { useState } from 'react';
import { Panel, Quiet, Row, Stack } from '../components/parts';
import { ChangeList } from './ChangeList';
import { rebased, threeWay } from './draft';
import type { FieldGroup } from './words';

interface Props {
  readonly groups: readonly FieldGroup[];
  readonly begun: NatsConfig;
  readonly now: NatsConfig;
  readonly wanted: NatsConfig;
  readonly onRebase: (draft: NatsConfig) => void;
}

type Side = 'theirs' | 'mine';
const sides: { label: string; value: Side }[] = [
  { label: 'As it is now', value: 'theirs' },
  { label: 'As I want it', value: 'mine' },
];

/** Somebody else changed it while it was edited: both versions, and the way on without losing either. */
export function Conflict({ groups, begun, now, wanted, onRebase }: Props) {
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set());
  const rows = threeWay(begun, now, wanted);
  const of = (by: 'them' | 'me' | 'both') => rows.filter((row) => row.by === by);
  const choose = (field: string, side: Side) =>
    setMine((before) => new Set(side === 'mine' ? [...before, field] : [...before].filter((other) => other !== field)));
  return (
    <Alert
      severity="warning"
      title="Somebody changed this configuration after you began. Nothing of yours was sent."
      data-testid="conflict"
    >
      <Stack>
        {of('them').length > 0 && (
          <Panel title="Changed by somebody else, and taken along">
            <ChangeList
              label="Changed by somebody else"
              groups={groups}
              changes={of('them').map(({ field, begun: before, before: after }) => ({ field, before, after }))}
              sides={['was', 'is now']}
            />
          </Panel>
        )}
        {of('me').length > 0 && (
          <Panel title="Changed by you, and kept">
            <ChangeList label="Changed by you" groups={groups} changes={of('me')} />
          </Panel>
        )}
        {of('both').length > 0 && (
          <Panel title="Changed by both: choose">
            {of('both').map((row) => (
              <Stack key={row.field}>
                <ChangeList
                  label={`Both changed ${row.field}`}
                  groups={groups}
                  changes={[row]}
                  sides={['is now', 'you want']}
                />
                <RadioButtonGroup<Side>
                  size="sm"
                  aria-label={`Which ${row.field}`}
                  options={sides}
                  value={mine.has(row.field) ? 'mine' : 'theirs'}
                  onChange={(side) => choose(row.field, side)}
                />
              </Stack>
            ))}
          </Panel>
        )}
        {rows.length === 0 && <Quiet>It is now exactly what you want: there is nothing left to save.</Quiet>}
        <Row>
          <Button onClick={() => onRebase(rebased(begun, now, wanted, mine))}>Go on from there</Button>
          <Button variant="secondary" fill="outline" onClick={() => onRebase(now)}>
            Drop my changes
          </Button>
        </Row>
      </Stack>
    </Alert>
  );
}
