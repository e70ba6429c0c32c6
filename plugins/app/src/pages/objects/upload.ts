import { routes, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { toProblem, urlThrough } from '../../api/client';

type Answer = ResponseOf<Routes['uploadObject']>;

export interface Upload {
  readonly clusterId: string;
  readonly store: string;
  readonly name: string;
  readonly description: string;
  readonly replace: boolean;
  readonly file: Blob;
}

/**
 * Sends a file as it lies on the disk: the browser reads it part by part. By XMLHttpRequest, since fetch tells nobody how
 * far an upload has come.
 */
export function sendFile(
  { clusterId, store, name, description, replace, file }: Upload,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<Answer> {
  const query = {
    name,
    ...(description !== '' && { description }),
    ...(!replace && { replace: 'false' }),
  };
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(routes.uploadObject.method, urlThrough(routes.uploadObject, { clusterId, store }, query));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Answer);
      else reject(toProblem({ status: request.status, data: request.responseText }));
    };
    request.onerror = () => reject(toProblem({ status: 0, data: '' }));
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
