import {
  addCommand,
  withoutServerLabels,
  type AssetKind,
  type Exported,
  type ExportFormat,
  type NatsConfig,
} from '@jetstream-console/contract';
import { stringify } from 'yaml';
import { writeExact } from '../exactJson';
import { nackManifest } from './nack';
import { terraformResource } from './terraform';

interface Form {
  readonly mediaType: string;
  readonly ending: string;
  readonly write: (kind: AssetKind, config: NatsConfig, stream: string) => { text: string; left: string[] };
}
const whole = (text: string) => ({ text, left: [] });
const indented = (config: NatsConfig) => writeExact(withoutServerLabels(config), 2);

const forms: Readonly<Record<ExportFormat, Form>> = {
  json: { mediaType: 'application/json', ending: 'json', write: (_, config) => whole(`${indented(config)}\n`) },
  yaml: {
    mediaType: 'application/yaml',
    ending: 'yaml',
    write: (_, config) => whole(stringify(withoutServerLabels(config))),
  },
  nats: {
    mediaType: 'text/x-shellscript',
    ending: 'sh',
    write: (kind, config, stream) => whole(`${addCommand(kind, stream, config, indented(config))}\n`),
  },
  nack: { mediaType: 'application/yaml', ending: 'nack.yaml', write: nackManifest },
  terraform: { mediaType: 'text/plain', ending: 'tf', write: terraformResource },
};

/** A configuration in the form of another tool. `left` are the fields that it has no place for. */
export function exportConfig(as: ExportFormat, kind: AssetKind, config: NatsConfig, stream: string): Exported {
  const { mediaType, ending, write } = forms[as];
  const { text, left } = write(kind, config, stream);
  const name = String(config['name'] ?? config['durable_name']);
  return { text, mediaType, left, fileName: `${name.replace(/[^A-Za-z0-9_-]/g, '_')}.${ending}` };
}
