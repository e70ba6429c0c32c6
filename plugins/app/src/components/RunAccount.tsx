import { Alert } from '@grafana/ui';

export type RunPhase = 'running' | 'stopping' | 'ended' | 'failed';

interface Props {
  readonly testId: string;
  readonly phase: RunPhase;
  /** of the way, 0..100 */
  readonly percent: number;
  readonly why: 'end' | 'stopped' | 'failed' | null;
  /** such as `Copying` */
  readonly running: string;
  readonly stopping: string;
  /** such as `All of it is copied` */
  readonly done: string;
  /** how far it came */
  readonly words: readonly string[];
}

/** How far something long has come, and how it ended. */
export function RunAccount({ testId, phase, percent, why, running, stopping, done, words }: Props) {
  const failed = why === 'failed';
  const title =
    phase === 'running'
      ? `${running}, ${percent} % of the way`
      : phase === 'stopping'
        ? stopping
        : failed
          ? 'It did not come to its end'
          : why === 'stopped'
            ? 'Stopped'
            : done;
  return (
    <Alert
      severity={phase !== 'ended' ? 'info' : failed ? 'error' : why === 'stopped' ? 'warning' : 'success'}
      data-testid={testId}
      data-phase={phase}
      title={title}
    >
      {words.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Alert>
  );
}
