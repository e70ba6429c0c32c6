import { addCommand, shellWord } from '@jetstream-console/contract';

export { shellWord };

export const streamAddCommand = (config: Readonly<Record<string, unknown>>): string => addCommand('stream', '', config);

export const consumerAddCommand = (stream: string, config: Readonly<Record<string, unknown>>): string =>
  addCommand('consumer', stream, config);
