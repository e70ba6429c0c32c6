/** What servers tell, in plain words: what it is, what it means, and what to do. */
export interface Meaning {
  readonly name: string;
  readonly says: string;
  readonly next: string;
}

const meaning = (name: string, says: string, next: string): Meaning => ({ name, says, next });

/**
 * By type, as nats-server 2.10 to 2.15 has them (`io.nats.jetstream.advisory.v1.*` and events of `$SYS.SERVER`), and the
 * console's own.
 */
export const meanings: Readonly<Record<string, Meaning>> = {
  api_audit: meaning(
    'Act over the JetStream API',
    'A client changed something over the JetStream API. It tells which request and whose, not whether it was done.',
    'Where nobody knows of it, look at its user and address, and what that user may do.',
  ),
  api_limit_reached: meaning(
    'API overloaded',
    'More requests waited for the JetStream API than it holds, so the server dropped all of them. Clients run into timeouts.',
    'Find who asks so often (Connections, by messages that came from it): as a rule a client that asks for INFO in a loop, or many that make consumers at once.',
  ),
  stream_action: meaning(
    'Stream made, changed or deleted',
    'A stream was created, its configuration was changed, or it was deleted.',
    'Who it was stands in Audit, whether through the console or around it.',
  ),
  consumer_action: meaning(
    'Consumer made, changed or deleted',
    'A consumer was created, changed or deleted. Ephemeral ones come and go with their clients.',
    'One that is deleted by the server was inactive for longer than its inactive threshold: raise that if it should have stayed.',
  ),
  stream_leader_elected: meaning(
    'Stream has a new leader',
    'Another server leads the stream. Publishers waited for the election, as a rule for less than a second.',
    'Once is normal after a restart or a step-down. Again and again, look at the load and the network of its servers.',
  ),
  consumer_leader_elected: meaning(
    'Consumer has a new leader',
    'Another server leads the consumer. What was delivered and not acknowledged may be delivered again.',
    'Once is normal after a restart or a step-down. Again and again, look at the load and the network of its servers.',
  ),
  domain_leader_elected: meaning(
    'Meta group has a new leader',
    'Another server decides where streams and consumers live. Changes waited for the election; messages did not.',
    'Once is normal after a restart or a step-down. Again and again, look at Health: which server comes and goes.',
  ),
  stream_quorum_lost: meaning(
    'Stream without quorum',
    'More than half of its copies cannot be reached: nothing is stored in it, publishers get errors or timeouts.',
    'Start the servers that are down (Health). One that is gone for good is removed from the meta group, and its copies are made anew.',
  ),
  consumer_quorum_lost: meaning(
    'Consumer without quorum',
    'More than half of its copies cannot be reached: it delivers nothing and takes no acknowledgement.',
    'Start the servers that are down (Health), or take the ones that are gone for good out of the meta group.',
  ),
  max_deliver: meaning(
    'Message given up',
    'It was delivered as often as the consumer allows and never acknowledged. The consumer does not deliver it again; the stream keeps it.',
    'Look at it among the dead letters and at why its handling fails, then send it again from there.',
  ),
  terminated: meaning(
    'Message terminated',
    'A client said that it can never handle this message. The consumer does not deliver it again; the stream keeps it.',
    'Look at it among the dead letters: the message, and the reason where the client told one.',
  ),
  nak: meaning(
    'Message refused',
    'A client refused a message for now: it is delivered again.',
    'A few are normal. Many of one consumer mean that something behind it fails; a back-off keeps it from being asked again at once.',
  ),
  stream_batch_abandoned: meaning(
    'Batch abandoned',
    'A publisher began an atomic batch and did not finish it in time, or left a gap. Nothing of it was stored.',
    'The publisher has to send the batch again; look at why it stopped, and at the limits of batches on the server.',
  ),
  consumer_pause: meaning(
    'Consumer paused or resumed',
    'Delivery was paused until a time, or goes on.',
    'A paused consumer goes on by itself at its time; who may resumes it on its page.',
  ),
  consumer_group_pinned: meaning(
    'Client pinned',
    'One client of a priority group gets all messages of the consumer from now on.',
    'Nothing is to be done: another one is pinned when this one stops asking.',
  ),
  consumer_group_unpinned: meaning(
    'Client unpinned',
    'The client that got all messages of a priority group does so no more, since it was silent or somebody unpinned it.',
    'Where no other one is pinned soon, no client of the group asks: look at the clients.',
  ),
  snapshot_create: meaning('Backup begun', 'A client began to read a backup of the stream.', 'Nothing is to be done.'),
  snapshot_complete: meaning('Backup done', 'The backup of the stream was read to its end.', 'Nothing is to be done.'),
  restore_create: meaning(
    'Restore begun',
    'A client began to restore a stream from a backup.',
    'Wait for its end before you read from the stream.',
  ),
  restore_complete: meaning(
    'Restore done',
    'A stream was restored from a backup.',
    'Look at whether its messages are all there.',
  ),
  server_out_of_space: meaning(
    'Server out of space',
    'The server has no room left for JetStream and switched it off for itself: its streams are led by others, and those with one copy are not there.',
    'Free some disk or raise the limit of its store, then restart it.',
  ),
  server_removed: meaning(
    'Server removed',
    'A server was taken out of the meta group: the copies that it held are made anew on others.',
    'Look at the streams until all copies are in sync again.',
  ),
  meta_rescue: meaning(
    'Meta group rescued',
    'The meta group was brought back by force, since it could not elect a leader any more.',
    'Look at Health and at the streams: which of them are there, and whether every server agrees.',
  ),
  server_shutdown: meaning(
    'Server shut down',
    'The server said good-bye. Its clients go to others, and other servers lead what it led.',
    'If nobody meant it, look at its log. Streams with one copy there are not available until it is back.',
  ),
  server_lameduck: meaning(
    'Server about to shut down',
    'The server sends its clients away before it shuts down, and gives up what it leads.',
    'Nothing is to be done, if somebody restarts it on purpose.',
  ),
  server_client_auth_err: meaning(
    'Log-in refused',
    'A client was refused: its user, password, token or key is wrong or has expired.',
    'Find the client by its address; many in a short time are an attack, or a credential that was changed and not everywhere.',
  ),
  'console.buffer_filling': meaning(
    'Console falls behind',
    'Samples wait in the console’s own stream and are not written fast enough.',
    'Look at ClickHouse and at the workers: one of them is down or too slow.',
  ),
  'console.samples_lost': meaning(
    'Samples lost',
    'The console’s own stream was full: samples of this cluster found no room, and charts have a gap.',
    'Bring ClickHouse or the workers back, and give the stream more room.',
  ),
  'console.advisories_suppressed': meaning(
    'More than were kept',
    'So many advisories of one type came that the console kept the first of them only.',
    'Look at those that were kept: as a rule one consumer or client makes all of them.',
  ),
};

/** What is told of a type that is newer than this list. */
export const meaningOf = (type: string): Meaning =>
  meanings[type] ??
  meaning(
    type.replaceAll('_', ' '),
    'The servers tell this, and the console has no words of its own for it yet.',
    'What it tells stands below as it came.',
  );
