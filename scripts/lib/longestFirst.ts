import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that wait for elections, timers and restarts, by the end of their path: they take a minute or more. Without this
 * they come last, since a file is taken for long when it is large, and a core stands idle beside the last one.
 */
const long = [
  'findings/cluster.test.ts',
  'findings/moments.test.ts',
  'manage/consumers.test.ts',
  'metrics/workers.test.ts',
  'reading/cluster.test.ts',
  'metrics/buffer.test.ts',
  'metrics/changes.test.ts',
];
const rankOf = ({ moduleId }: TestSpecification): number => {
  const at = long.findIndex((end) => moduleId.endsWith(end));
  return at < 0 ? long.length : at;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Groups come one after the other, as the projects say.
    const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return (await super.sort(files)).sort((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b));
  }
}
