import type { DataSourceSettings } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, Button, LoadingPlaceholder } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { loadDatasource, type LoadedDatasource } from '../services';

const url = (settings: { uid: string }) => `/api/datasources/uid/${settings.uid}`;
const messageOf = (error: unknown): string => {
  const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : error;
  if (typeof data === 'object' && data !== null && 'message' in data) return String(data.message);
  return error instanceof Error ? error.message : 'failed';
};

/** A datasource's settings with "Save & test", as far as the plugin's own editor needs a page around it. */
export function DatasourceConfig() {
  const [loaded, setLoaded] = useState<LoadedDatasource | null>(null);
  const [options, setOptions] = useState<DataSourceSettings | null>(null);
  const [outcome, setOutcome] = useState<{ severity: 'success' | 'error'; text: string } | null>(null);
  useEffect(() => {
    const load = async () => {
      const datasource = await loadDatasource();
      setOptions(await getBackendSrv().get<DataSourceSettings>(url(datasource.settings)));
      setLoaded(datasource);
    };
    load().catch((error: unknown) => setOutcome({ severity: 'error', text: messageOf(error) }));
  }, []);
  const save = async () => {
    if (!loaded || !options) return;
    try {
      await getBackendSrv().put(url(loaded.settings), options);
      const { message } = await getBackendSrv().get<{ message: string }>(`${url(loaded.settings)}/health`);
      setOutcome({ severity: 'success', text: message });
    } catch (error) {
      setOutcome({ severity: 'error', text: messageOf(error) });
    }
  };
  const Editor = loaded?.plugin.components.ConfigEditor;
  return (
    <>
      <h2>JetStream</h2>
      {Editor && options ? (
        <>
          <Editor options={options} onOptionsChange={setOptions} />
          <p>
            <Button onClick={() => void save()}>Save &amp; test</Button>
          </p>
        </>
      ) : (
        !outcome && <LoadingPlaceholder text="Loading data source" />
      )}
      {outcome && <Alert severity={outcome.severity} title={outcome.text} data-testid="data-source-health" />}
    </>
  );
}
