import { identityRoutes } from './identity';
import { tenantRoutes } from './tenants';
import { grafanaConnectionRoutes } from './grafanaConnections';
import { peopleRoutes } from './people';
import { roleRoutes } from './roleBindings';
import { auditRoutes } from './audit';
import { clusterRoutes } from './clusters';
import { advisoryRoutes } from './clusterAdvisories';
import { leaderRoutes } from './clusterLeaders';
import { operationRoutes } from './clusterOperations';
import { jetstreamRoutes } from './jetstream';
import { findingRoutes } from './findings';
import { keyRoutes } from './jetstreamKeys';
import { manageRoutes } from './jetstreamManage';
import { backupRoutes } from './jetstreamBackups';
import { messagingRoutes } from './jetstreamMessaging';
import { deadLetterRoutes } from './deadLetterRoutes';
import { objectRoutes } from './jetstreamObjects';
import { protobufRoutes } from './protobuf';
import { queryRoutes } from './query';
import { liveRoutes } from './live';
import { retentionRoutes } from './retention';
import { scrapeRoutes } from './scrape';

export * from './access';
export * from './decoders';
export * from './roles';
export * from './problem';
export * from './common';
export * from './route';
export * from './identity';
export * from './tenants';
export * from './grafanaConnections';
export * from './people';
export * from './roleBindings';
export * from './audit';
export * from './accountLimits';
export * from './clusterSettings';
export * from './clusters';
export * from './clusterAdvisories';
export * from './clusterLeaders';
export * from './clusterOperations';
export * from './jetstream';
export * from './jetstreamManage';
export * from './jetstreamMessaging';
export * from './jetstreamBackups';
export * from './jetstreamKeys';
export * from './jetstreamObjects';
export * from './deadLetters';
export * from './deadLetterRoutes';
export * from './protobuf';
export * from './protobufBinding';
export * from './storeForm';
export * from './metrics';
export * from './findings';
export * from './query';
export * from './storedQuery';
export * from './live';
export * from './retention';
export * from './scrape';
export * from './gatewaySignature';
export * from './client';
export * from './pairing';

/** Every route below /api/v1: the one table behind router, validation, authorization, OpenAPI, docs and client. */
export const routes = {
  ...identityRoutes,
  ...tenantRoutes,
  ...grafanaConnectionRoutes,
  ...peopleRoutes,
  ...roleRoutes,
  ...auditRoutes,
  ...clusterRoutes,
  ...operationRoutes,
  ...leaderRoutes,
  ...advisoryRoutes,
  ...jetstreamRoutes,
  ...manageRoutes,
  ...messagingRoutes,
  ...backupRoutes,
  ...keyRoutes,
  ...objectRoutes,
  ...deadLetterRoutes,
  ...protobufRoutes,
  ...findingRoutes,
  ...queryRoutes,
  ...liveRoutes,
  ...retentionRoutes,
  ...scrapeRoutes,
};
export type Routes = typeof routes;
export type RouteId = keyof Routes;
export const apiBase = '/api/v1';
