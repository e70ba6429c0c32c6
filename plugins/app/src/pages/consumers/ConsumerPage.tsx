import { Alert, Button } from '@grafana/ui';
import type { ChangeResult, ResponseOf, Routes } from '@jetstream-console/contract';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ConfigView } from '../../assetConfig/ConfigView';
import { consumerFields } from '../../assetConfig/consumerFields';
import { ExportDialog, formatFrom } from '../../assetConfig/ExportDialog';
import { Outcome } from '../../assetConfig/Outcome';
import { ActsMenu, OpenedAct, type Act } from '../../components/ActsMenu';
import { CannotChange } from '../../components/CannotChange';
import { Head } from '../../components/Head';
import { pageUrl, Quiet, Row, Stack, State, streamUrl } from '../../components/parts';
import { Loaded } from '../../components/States';
import { Cures } from '../../findings/Cures';
import { consumerAddCommand } from '../../natsCommand';
import { RangePicker } from '../../range/RangePicker';
import { useRange, type RangeState } from '../../range/useRange';
import { useKeys } from '../../useKeys';
import { useUrl } from '../../useUrl';
import type { AboutConsumer } from './about';
import { consumerActs } from './acts/consumerActs';
import { Clients } from './Clients';
import { ConsumerCharts } from './ConsumerCharts';
import { ConsumerFigures } from './ConsumerFigures';
import { EditConsumer } from './EditConsumer';
import { GivenUp } from './GivenUp';
import { Looks } from './Looks';
import { NextSteps } from './NextSteps';
import { Outlook } from './Outlook';
import { conditionOf, verdict } from './verdict';

/** Why is it not moving, and what helps? */
export function ConsumerPage() {
  const { cluster: clusterId = '', stream = '', consumer = '' } = useParams();
  const about = { clusterId, stream, consumer };
  const range = useRange();
  const may = useMayChange(clusterId);
  const info = useApi('getConsumer', { params: about }, { every: 5000 });
  const acting = may.consumers('pause', stream) || may.consumers('operate', stream);
  const config = useApi('getConsumerConfig', { params: about }, { enabled: acting });
  const acts = info.data
    ? consumerActs({
        about,
        row: info.data.row,
        config: info.data.config,
        may,
        level: config.data?.apiLevel ?? null,
      })
    : [];
  return (
    <Stack>
      <Head
        items={[
          ['Streams', pageUrl(`streams?cluster=${clusterId}`)],
          [stream, streamUrl(clusterId, stream, 'consumers')],
          [consumer],
        ]}
        of={info}
      >
        {info.data && <State state={info.data.row.replica.state} />}
        {info.data?.row.description && <Quiet>{info.data.row.description}</Quiet>}
        <RangePicker of={range} />
        <ActsMenu label={`Actions on the consumer ${consumer}`} acts={acts} />
      </Head>
      <OpenedAct acts={acts} readOnly={may.readOnly} />
      <Loaded of={info}>{(known) => <Known about={about} known={known} acts={acts} range={range} />}</Loaded>
    </Stack>
  );
}

interface KnownProps {
  readonly about: AboutConsumer;
  readonly known: ResponseOf<Routes['getConsumer']>;
  readonly acts: readonly Act[];
  readonly range: RangeState;
}

function Known({ about, known, acts, range }: KnownProps) {
  const url = useUrl();
  const may = useMayChange(about.clusterId);
  const [outcome, setOutcome] = useState<ChangeResult | null>(null);
  const { row, config, provenance } = known;
  const condition = conditionOf(row);
  const { severity, text } = verdict(row);
  const mayEdit = may.consumers('update', about.stream);
  const edit = url.get('edit');
  const begin = () => url.set({ edit: '1' }, false);
  const end = () => url.set({ edit: null }, false);
  const covered = url.get('act') !== undefined || url.get('export') !== undefined;
  useKeys(mayEdit && edit === undefined && !covered ? { e: begin } : {});
  return (
    <>
      <Alert severity={severity} title={text} data-testid="verdict">
        <Outlook condition={condition} about={about} row={row} />
        <Cures place={about} />
        <NextSteps condition={condition} acts={acts} mayEdit={mayEdit} />
        <Looks clusterId={about.clusterId} row={row} />
        <GivenUp about={about} />
      </Alert>
      {outcome && <Outcome result={outcome} groups={consumerFields} onClose={() => setOutcome(null)} />}
      {edit !== undefined &&
        (mayEdit ? (
          <EditConsumer
            about={about}
            focus={edit === '1' ? undefined : edit}
            onSaved={(result) => {
              setOutcome(result);
              end();
            }}
            onCancel={end}
          />
        ) : (
          <CannotChange what={`change the consumer ${about.consumer}`} role="editor" readOnly={may.readOnly} />
        ))}
      <ConsumerFigures about={about} row={row} provenance={provenance} />
      <ConsumerCharts {...about} kind={row.kind} range={range} />
      <Clients about={about} />
      {edit === undefined && (
        <>
          <Row>
            {mayEdit && (
              <Button size="sm" icon="edit" tooltip="Edit ( e )" onClick={begin}>
                Edit
              </Button>
            )}
            <Button
              size="sm"
              variant="secondary"
              icon="download-alt"
              onClick={() => url.set({ export: 'json' }, false)}
            >
              Export
            </Button>
          </Row>
          <ConfigView
            config={config}
            groups={consumerFields}
            name={row.name}
            command={consumerAddCommand(about.stream, config)}
          />
        </>
      )}
      {url.get('export') !== undefined && <Export about={about} />}
    </>
  );
}

function Export({ about }: Pick<KnownProps, 'about'>) {
  const url = useUrl();
  const as = formatFrom(url.get('export'));
  const exported = useApi('exportConsumerConfig', { params: about, query: { as } });
  return (
    <ExportDialog
      name={about.consumer}
      as={as}
      of={exported}
      onFormat={(next) => url.set({ export: next })}
      onClose={() => url.set({ export: null })}
    />
  );
}
