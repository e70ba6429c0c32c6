import { Field, Input, SecretInput } from '@grafana/ui';
import { useId } from 'react';
import { addressFault, connectionState, type Settings } from './connection';

interface Props {
  options: Settings;
  onOptionsChange: (options: Settings) => void;
}

/** The parts of a connection, as they are kept. */
export function ConnectionFields({ options, onOptionsChange }: Props) {
  const id = useId();
  const { apiUrl, connectionId, secret } = connectionState(options);
  const readOnly = options.readOnly ?? false;
  const setJson = (changed: Partial<Settings['jsonData']>) =>
    onOptionsChange({ ...options, jsonData: { ...options.jsonData, ...changed } });
  const setSecret = (gatewaySecret: string) =>
    onOptionsChange({ ...options, secureJsonData: { ...options.secureJsonData, gatewaySecret } });
  const fault = addressFault(apiUrl);
  return (
    <>
      <Field
        label="Console address"
        htmlFor={`${id}-url`}
        description="Where Grafana’s server reaches the console. Everybody who may use this datasource can see it."
        invalid={fault !== null}
        error={fault}
      >
        <Input
          id={`${id}-url`}
          width={60}
          value={apiUrl}
          disabled={readOnly}
          placeholder="http://console:8080"
          onChange={(event) => setJson({ apiUrl: event.currentTarget.value.trim() })}
        />
      </Field>
      <Field
        label="Connection"
        htmlFor={`${id}-connection`}
        description="The id of the Grafana connection in the console."
      >
        <Input
          id={`${id}-connection`}
          width={60}
          value={connectionId}
          disabled={readOnly}
          onChange={(event) => setJson({ connectionId: event.currentTarget.value.trim() })}
        />
      </Field>
      <Field
        label="Gateway secret"
        htmlFor={`${id}-secret`}
        description="Signs what this datasource asks. It never reaches a browser again."
      >
        <SecretInput
          id={`${id}-secret`}
          width={60}
          disabled={readOnly}
          isConfigured={secret === 'kept'}
          value={options.secureJsonData?.gatewaySecret ?? ''}
          onReset={() =>
            onOptionsChange({
              ...options,
              secureJsonFields: { ...options.secureJsonFields, gatewaySecret: false },
              secureJsonData: { ...options.secureJsonData, gatewaySecret: '' },
            })
          }
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
      </Field>
    </>
  );
}
