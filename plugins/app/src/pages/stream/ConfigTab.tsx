import { ConfigView } from '../../assetConfig/ConfigView';
import { streamFields } from '../../assetConfig/streamFields';
import { streamAddCommand } from '../../natsCommand';

interface Props {
  readonly config: Readonly<Record<string, unknown>>;
}

/** What is set on this stream, and what that does. */
export function ConfigTab({ config }: Props) {
  return (
    <ConfigView
      name={String(config['name'])}
      config={config}
      groups={streamFields}
      command={streamAddCommand(config)}
    />
  );
}
