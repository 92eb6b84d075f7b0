import { parameter, xmlAnswer, type Answer, type Call } from '../call.ts';
import { requireRight } from '../access.ts';
import { findObject } from '../find-object.ts';
import { xmlDocument } from '../xml.ts';
import { versionHeader } from './put-object.ts';

export function getObjectTagging(call: Call): Answer {
  const { bucket: name, key } = call.request;
  requireRight(call, 'tags', name, key);
  const { bucket, version } = findObject(call, name, key, parameter(call, 'versionId'));
  const tags = [...new URLSearchParams(version.tags ?? '')].map(([Key, Value]) => ({ Key, Value }));
  return xmlAnswer(xmlDocument('Tagging', { TagSet: { Tag: tags } }), versionHeader(bucket, version.versionId));
}
