import { ClusterScope } from '../../components/ClusterScope';
import { Head } from '../../components/Head';
import { Quiet, Stack } from '../../components/parts';
import { useUrl } from '../../useUrl';
import { Bindings } from './Bindings';
import { Descriptors } from './Descriptors';

/** By which types payloads of Protobuf are read, and where those types come from. */
export function DecodersPage() {
  const url = useUrl();
  // What is opened takes the page: it is about one of the two, and the other list says nothing to it.
  const sets = url.get('set') !== undefined || url.get('upload') !== undefined;
  const bindings = url.get('binding') !== undefined || url.get('bind') !== undefined;
  return (
    <ClusterScope>
      {({ id }, picker) => (
        <Stack>
          <Head items={[['Decoders']]}>{picker}</Head>
          <Quiet>
            Payloads of Protobuf are read with names and types where their subject is bound to a message type of a
            descriptor set.
          </Quiet>
          {!sets && <Bindings clusterId={id} />}
          {!bindings && <Descriptors />}
        </Stack>
      )}
    </ClusterScope>
  );
}
