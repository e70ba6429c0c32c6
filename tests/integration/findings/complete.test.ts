import { expect, it } from 'vitest';
import { rules } from '../../../backend/server/src/query/findings/rules';
import { accountScenarios, inRoomy } from './accounts';
import { ackScenarios } from './acks';
import { brokenStages } from './broken';
import { crowdedStages, wholeStages } from './cluster';
import { consumerScenarios } from './consumers';
import { moments } from './moments';
import { streamScenarios } from './streams';

/** Looked at, and never run here. */
const noServer = () => {
  throw new Error('Nothing is provoked here');
};
const provoked = new Set([
  ...[...streamScenarios, ...consumerScenarios, ...ackScenarios, ...accountScenarios, ...inRoomy(noServer)].map(
    ({ rule }) => rule,
  ),
  ...[...moments, ...wholeStages, ...brokenStages, ...crowdedStages].flatMap((one) => one.rules),
]);

it('every rule of findings is provoked on a real server', () => {
  expect([...provoked].sort()).toEqual(rules.map(({ id }) => id).sort());
});
