import type { BuiltInRole, RouteId } from '@jetstream-console/contract';
import { deadLetterMatrix } from './deadLetterRows';
import { manageMatrix } from './manageRows';
import { operationMatrix } from './operationRows';
import { messagingMatrix } from './messagingRows';
import { protobufMatrix } from './protobufRows';
import { storeMatrix } from './storeRows';

/**
 * The least built-in role that each route needs, written out by hand from the role table of the api (viewer: topology
 * without payload; reader: payloads; admin: everything of the organization). `public` needs nobody, `principal` anyone
 * who is known, `installation` the administrator of the whole installation.
 */
export type Least = 'public' | 'principal' | BuiltInRole | 'installation';

export const matrix: Readonly<Record<RouteId, Least>> = {
  login: 'public',
  logout: 'principal',
  me: 'principal',
  changePassword: 'principal',
  listPermissions: 'principal',
  checkPermissions: 'principal',
  effectivePermissions: 'admin',

  listOrganizations: 'principal',
  createOrganization: 'installation',
  getOrganization: 'admin',
  updateOrganization: 'admin',
  listConnections: 'admin',
  getRetention: 'admin',
  putRetention: 'admin',
  createConnection: 'admin',
  updateConnection: 'admin',
  deleteConnection: 'admin',
  rotateConnection: 'admin',
  testConnection: 'admin',
  getMappings: 'admin',
  putMappings: 'admin',
  listUsers: 'admin',
  createUser: 'admin',
  getUser: 'admin',
  updateUser: 'admin',
  listTeams: 'admin',
  createTeam: 'admin',
  updateTeam: 'admin',
  deleteTeam: 'admin',
  listTeamMembers: 'admin',
  addTeamMember: 'admin',
  removeTeamMember: 'admin',
  listRoles: 'admin',
  createRole: 'admin',
  updateRole: 'admin',
  deleteRole: 'admin',
  listBindings: 'admin',
  createBinding: 'admin',
  deleteBinding: 'admin',
  listAudit: 'admin',
  exportAudit: 'admin',
  getAudit: 'admin',
  getActAround: 'admin',

  listClusters: 'viewer',
  getCluster: 'viewer',
  clusterHealth: 'viewer',
  clusterInfo: 'viewer',
  clusterServers: 'viewer',
  createCluster: 'admin',
  testNewCluster: 'admin',
  parseContext: 'admin',
  updateCluster: 'admin',
  deleteCluster: 'admin',
  putCredential: 'admin',
  deleteCredential: 'admin',
  testCluster: 'admin',
  importContext: 'admin',

  listStreams: 'viewer',
  getStream: 'viewer',
  getStreamInfo: 'viewer',
  listSubjects: 'viewer',
  listStreamConsumers: 'viewer',
  getConsumer: 'viewer',
  listConsumers: 'viewer',
  listBuckets: 'viewer',
  getBucket: 'viewer',
  ...deadLetterMatrix,
  ...operationMatrix,
  ...manageMatrix,
  ...messagingMatrix,
  ...protobufMatrix,
  ...storeMatrix,
  listMessages: 'reader',
  searchMessages: 'reader',
  getMessage: 'reader',
  listKeys: 'reader',
  getKey: 'reader',

  listSilences: 'viewer',
  silenceFinding: 'editor',
  unsilenceFinding: 'editor',

  query: 'principal',
  listMetrics: 'principal',
  listValues: 'viewer',
  forecast: 'viewer',
  clusterOverview: 'viewer',
  createTicket: 'principal',
  checkTicket: 'principal',
  streamTicket: 'principal',
  scrape: 'principal',
  listScrapeTokens: 'admin',
  createScrapeToken: 'admin',
  deleteScrapeToken: 'admin',
};
