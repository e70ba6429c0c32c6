import { Alert } from '@grafana/ui';
import { useParams } from 'react-router-dom';
import { useApi } from '../../api/hooks';
import { ConfigView } from '../../assetConfig/ConfigView';
import { consumerFields } from '../../assetConfig/consumerFields';
import { Head } from '../../components/Head';
import { pageUrl, Quiet, Stack, State, streamUrl } from '../../components/parts';
import { Loaded } from '../../components/States';
import { Cures } from '../../findings/Cures';
import { consumerAddCommand } from '../../natsCommand';
import { RangePicker } from '../../range/RangePicker';
import { useRange } from '../../range/useRange';
import { ConsumerCharts } from './ConsumerCharts';
import { ConsumerFigures } from './ConsumerFigures';
import { Looks } from './Looks';
import { Outlook } from './Outlook';
import { conditionOf, verdict } from './verdict';

/** Why is it not moving? */
export function ConsumerPage() {
  const { cluster: clusterId = '', stream = '', consumer = '' } = useParams();
  const about = { clusterId, stream, consumer };
  const range = useRange();
  const info = useApi('getConsumer', { params: { clusterId, stream, consumer } }, { every: 5000 });
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
      </Head>
      <Loaded of={info}>
        {({ row, config, provenance }) => {
          const condition = conditionOf(row);
          const { severity, text } = verdict(row);
          return (
            <>
              <Alert severity={severity} title={text} data-testid="verdict">
                <Outlook condition={condition} about={about} row={row} />
                <Cures place={about} />
                <Looks clusterId={clusterId} row={row} />
              </Alert>
              <ConsumerFigures about={about} row={row} provenance={provenance} />
              <ConsumerCharts {...about} kind={row.kind} range={range} />
              <ConfigView
                config={config}
                groups={consumerFields}
                name={row.name}
                command={consumerAddCommand(stream, config)}
              />
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}
