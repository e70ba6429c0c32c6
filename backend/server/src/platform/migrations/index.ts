import type { Migration } from 'kysely';
import * as tenants from './0001_tenants';
import * as clusters from './0002_clusters';
import * as retention from './0003_retention';
import * as live from './0004_live';
import * as scrape from './0005_scrape';
import * as silences from './0006_silences';
import * as auditCalls from './0007_audit_calls';
import * as retentionTimes from './0008_retention_times';
import * as auditExpiry from './0009_audit_expiry';
import * as deadLetters from './0010_dead_letters';
import * as allowKick from './0011_allow_kick';
import * as protobuf from './0012_protobuf';
import * as auditNames from './0013_audit_names';
import * as deadLetterLists from './0014_dead_letter_lists';

/** In the order of their names; a released one never changes. */
export const migrations: Record<string, Migration> = {
  '0001_tenants': tenants,
  '0002_clusters': clusters,
  '0003_retention': retention,
  '0004_live': live,
  '0005_scrape': scrape,
  '0006_silences': silences,
  '0007_audit_calls': auditCalls,
  '0008_retention_times': retentionTimes,
  '0009_audit_expiry': auditExpiry,
  '0010_dead_letters': deadLetters,
  '0011_allow_kick': allowKick,
  '0012_protobuf': protobuf,
  '0013_audit_names': auditNames,
  '0014_dead_letter_lists': deadLetterLists,
};
