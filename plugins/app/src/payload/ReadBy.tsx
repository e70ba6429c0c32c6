import type { DecodedPayload } from '@jetstream-console/contract';
import { Link } from 'react-router-dom';
import { Mono, pageUrl, Quiet } from '../components/parts';
import { formats } from './PayloadView';

interface Props {
  readonly decoded: DecodedPayload;
  readonly clusterId: string;
}

/** What says that the bytes are what they are shown as. */
export function ReadBy({ decoded: { as, how, type }, clusterId }: Props) {
  if (how === 'recognized') return <Quiet>recognized as {formats[as]} by its bytes</Quiet>;
  if (type === undefined) return null;
  const { name, descriptor, binding } = type;
  return (
    <Quiet>
      <Mono>{name}</Mono> of {descriptor.name}
      {binding && (
        <>
          , as{' '}
          <Link to={pageUrl(`decoders?cluster=${clusterId}&binding=${binding.id}`)}>
            {binding.subject}
            {binding.stream === null ? '' : ` of ${binding.stream}`} is bound
          </Link>
        </>
      )}
    </Quiet>
  );
}
