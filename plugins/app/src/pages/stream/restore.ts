import { routes, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { toProblem, urlThrough } from '../../api/client';

/** Sends a file as it lies on the disk, and tells how much of it is sent: only this kind of request does both. */
export function restoreFrom(
  params: { clusterId: string; stream: string },
  file: Blob,
  onSent: (part: number) => void,
  signal: AbortSignal,
): Promise<ResponseOf<Routes['restoreStream']>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const { method, response } = routes.restoreStream;
    request.open(method, urlThrough(routes.restoreStream, params, {}));
    request.setRequestHeader('content-type', 'application/x-tar');
    request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 200 || request.status > 299)
        return reject(toProblem({ status: request.status, data: request.responseText }));
      try {
        resolve(response.parse(JSON.parse(request.responseText)));
      } catch (error) {
        reject(toProblem(error));
      }
    };
    request.onerror = () => reject(toProblem({ status: 0 }));
    request.onabort = () => reject(toProblem({ status: 0 }));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
